"""The rest of grommunio's admin API, as far as admin-web asks for it, and a build of admin-web itself."""

"""The checks of `./presently check`; each returns its complaint, which is empty when all is well."""

"""The checks of `./presently check`; each returns its complaint, which is empty if the check passes."""

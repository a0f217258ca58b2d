"""The verbs of `./presently` for developers: `test`, `bench`, `check`. They are not installed with the service."""

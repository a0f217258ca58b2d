"""The command line: the verbs of `./presently`."""

"""The commands and programs of README and of the guides, run as they stand there."""

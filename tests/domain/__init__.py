"""The rules, from their values alone."""

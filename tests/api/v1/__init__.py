"""The tests of Presently's own dialect."""

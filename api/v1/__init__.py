"""Presently's own dialect, for those who write new code: everything that Presently can do, under `/presently/v1`."""

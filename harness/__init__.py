"""Starts real servers and processes for the tests and the benchmark, and waits for conditions."""

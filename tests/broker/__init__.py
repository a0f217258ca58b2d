"""Tests of what is kept in the broker, with a real one."""

"""Tests of what developers run: the checks."""

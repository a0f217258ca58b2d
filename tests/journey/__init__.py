"""Tests of a whole deployment with its real processes."""

"""Tests of the API, in both dialects."""

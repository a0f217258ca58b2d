"""Tests of the benchmark: its figures, and one short run."""

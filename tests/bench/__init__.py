"""The benchmark: what it says of its figures, and one short run of it."""

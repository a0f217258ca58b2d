"""The memory, on both databases."""

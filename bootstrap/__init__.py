"""What runs before the environment is there: makes it, then becomes `python -m cli`. Standard library only."""

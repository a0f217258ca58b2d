"""Makes the environment, then executes `python -m cli` in it. Standard library only."""

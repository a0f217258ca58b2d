"""The grommunio dialect, row by row."""

"""The NAVER WORKS dialect, row by row."""

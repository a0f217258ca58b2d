"""What admin-web requests besides the out-of-office, row by row, and a served build of it."""

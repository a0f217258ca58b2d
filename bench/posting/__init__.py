"""Bookings through the API, and the same statements through pgbench."""

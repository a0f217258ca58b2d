"""Requests to the API from wrk, and what each costs."""

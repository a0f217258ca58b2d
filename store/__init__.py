"""The store: all data, in PostgreSQL or SQLite. Every query is in this package."""

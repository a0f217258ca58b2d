"""The memory: everything that is kept, in PostgreSQL or SQLite; every query is here."""

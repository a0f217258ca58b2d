"""Every route of the application, and its answer to each kind of caller."""

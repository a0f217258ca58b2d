"""Every route of the application, and what it answers to whoever may call."""

"""Configuration: settings, keys, tokens, logging, and the setup of Celery."""

"""Configuration: settings, logging, and the setup of Celery."""

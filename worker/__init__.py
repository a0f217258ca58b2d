"""The Celery worker, which carries out due transitions."""

"""The application that beat runs, for `celery -A scheduler.app inspect`."""

from config.celery import make_celery
from config.settings import Settings

app = make_celery(Settings())

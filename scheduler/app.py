"""The application that beat runs, for `celery -A scheduler.app inspect`."""

from config.celery import make_celery
from config.environment import read_or_exit

app = make_celery(read_or_exit())

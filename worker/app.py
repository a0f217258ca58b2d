"""The application that workers run, for `celery -A worker.app flower` and `celery -A worker.app inspect`."""

from config.celery import make_celery
from config.settings import Settings

app = make_celery(Settings(), include=("worker.tasks", "worker.signs"))

"""`celery -A worker.app worker`, and `celery -A worker.app flower`."""

from config.celery import make_celery
from config.settings import Settings

app = make_celery(Settings(), include=("worker.tasks", "worker.signs"))

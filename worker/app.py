"""The application that workers run, for `celery -A worker.app flower` and `celery -A worker.app inspect`."""

from config.celery import make_celery
from config.environment import read_or_exit

app = make_celery(read_or_exit(), include=("worker.tasks", "worker.signs"))

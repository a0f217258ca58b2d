"""The Celery application of workers, for `celery -A worker.app flower` and `celery -A worker.app inspect`."""

from operator import attrgetter

from config.celery import make_celery
from config.environment import read_or_exit
from store.engine import parse_url

_settings = read_or_exit(attrgetter("redis_url"), lambda settings: parse_url(settings.store_url))
app = make_celery(_settings, include=("worker.tasks", "worker.heartbeat"))

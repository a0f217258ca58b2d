"""The Celery application of beat, for `celery -A scheduler.app inspect`."""

from operator import attrgetter

from config.celery import make_celery
from config.environment import read_or_exit
from store.engine import parse_url

app = make_celery(read_or_exit(attrgetter("redis_url"), lambda settings: parse_url(settings.store_url)))

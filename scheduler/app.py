"""`celery -A scheduler.app beat`."""

from config.celery import make_celery
from config.settings import Settings

app = make_celery(Settings())

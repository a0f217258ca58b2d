"""Checks the settings of the API before it is built."""

from config.settings import Settings
from config.signing_key import ring
from store.engine import parse_url


def check(settings: Settings) -> None:
    """Check that the API can be built from these settings.

    Raises:
        ValueError: a URL or a key is malformed.
        LookupError: a file or folder that they name does not exist.
    """
    parse_url(settings.store_url)
    ring(settings)
    _ = settings.redis_url, settings.admin_web_page

"""Checks the settings of the API before it is built."""

from config.settings import Settings
from security.signing_keys import open_key_ring
from store.engine import parse_url


def check(settings: Settings) -> None:
    """Check that the API can be built from these settings.

    Raises:
        ValueError: a URL or a key is malformed.
        LookupError: a file or folder that they name does not exist.
    """
    parse_url(settings.store_url)
    open_key_ring(settings.signing_key, settings.signing_key_file)
    _ = settings.redis_url, settings.admin_web_page

"""The OpenAPI document that the API publishes; it does not depend on the store or the signing key."""

from typing import Any, Final

from api.app import create_app
from store.store import Store
from tests.api.deployment import BROKERLESS

DOCUMENT: Final[dict[str, Any]] = create_app(BROKERLESS, Store("sqlite:///nowhere.sqlite3")).openapi()

"""The OpenAPI document, as the API publishes it; it does not depend on where the store is or who signs tokens."""

from typing import Any, Final

from api.app import create_app
from store.store import Store
from tests.api.deployment import BROKERLESS

DOCUMENT: Final[dict[str, Any]] = create_app(BROKERLESS, Store("sqlite:///nowhere.sqlite3")).openapi()

"""The API with a route of a test's own on the frame of this dialect."""

from dataclasses import replace

from fastapi import APIRouter, FastAPI

from api.app import create_app
from api.dialects import DIALECTS
from api.v1.dialect import PRESENTLY
from store.store import Store
from tests.api.deployment import BROKERLESS


def app_with(router: APIRouter, store: Store) -> FastAPI:
    """Build the API with this router in Presently's own dialect."""
    ours = replace(PRESENTLY, routers=(*PRESENTLY.routers, router))
    others = (dialect for dialect in DIALECTS if dialect is not PRESENTLY)
    return create_app(BROKERLESS, store, (*others, ours))

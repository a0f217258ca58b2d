"""The only place where the API is put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import anyio.to_thread
from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import FastAPI

from api import errors, metrics, openapi, ops, reference
from api.auth import issuer
from api.body_limit import BodyLimit
from api.grommunio import routes as grommunio
from api.icons import routes as icons
from api.oauth import metadata_routes as oauth_metadata
from api.oauth import routes as oauth
from api.observed import Observed, is_request_id
from api.works import definition_routes as definitions
from api.works import routes as works
from api.works import user_routes as users
from config import logging
from config.settings import Settings
from config.signing_key import ring
from config.tokens import Tokens
from store.pulse import Pulse
from store.store import Store

#: How many requests are worked on at once; each has a connection of its own.
_THREADS: Final = 16


def create_app(settings: Settings | None = None, store: Store | None = None) -> FastAPI:
    """Return the API, for `uvicorn --factory`; tests hand in their own settings and store.

    Raises:
        pydantic.ValidationError: a setting cannot be read.
        BadStoreUrl: PRESENTLY_DATABASE_URL is no store's.
        BadSigningKey: PRESENTLY_SIGNING_KEY cannot sign.
    """
    settings = settings or Settings()
    logging.configure(settings.log_level)
    app = FastAPI(
        title="Presently",
        version=openapi.VERSION,
        summary="Statuses and out-of-office replies that start and end on time, by themselves.",
        description=openapi.DESCRIPTION,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        strict_content_type=False,
    )
    app.state.store = store or Store(settings.store_url, pool_size=_THREADS)
    app.state.tokens = Tokens(ring(settings))
    app.state.issuer = issuer.of_settings(settings)
    app.state.public_url = settings.public_url
    app.state.pulse = Pulse(settings.redis_url)
    for router in (
        works.router,
        users.router,
        definitions.router,
        grommunio.router,
        oauth.router,
        oauth_metadata.router,
        icons.router,
        ops.router,
        metrics.router,
    ):
        app.include_router(router)
    reference.install(app)
    errors.install(app)
    openapi.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Observed)
    app.add_middleware(CorrelationIdMiddleware, validator=is_request_id)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
    yield
    app.state.store.close()

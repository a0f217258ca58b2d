"""Builds the API: the only place where its parts are put together."""

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import anyio.to_thread
from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import Depends, FastAPI

from api import errors, health, metrics, openapi, state, swagger_ui
from api.access_log import AccessLog, is_request_id
from api.admin_web import static_files
from api.body_limit import BodyLimit
from api.check import check
from api.dialect import Dialect
from api.dialects import DIALECTS
from api.icons import routes as icons
from api.misspelt_names import check_query
from api.security_headers import SecurityHeaders, page_policy
from api.server import parent_process
from config import garbage, logging
from config.environment import read_or_exit
from config.settings import Settings
from config.version import VERSION
from store.store import Store

#: How long a thread may keep the interpreter while another waits for it. With Python's 5 ms, the event loop and the
#: routes' threads delay each other: the p99 of a POST at half load was three times as long.
_SWITCH_SECONDS: Final = 0.0005


def create_app(
    settings: Settings | None = None, store: Store | None = None, dialects: Sequence[Dialect] = DIALECTS
) -> FastAPI:
    """Build the API for `uvicorn --factory`. Tests pass their own settings, store and dialects.

    Raises:
        SystemExit: the settings in the environment cannot be used.
    """
    settings = settings or read_or_exit(check)
    logging.configure(settings.log_level)
    app = FastAPI(
        title="Presently",
        version=VERSION,
        summary="Statuses and out-of-office replies that start and end on time, by themselves.",
        description=openapi.DESCRIPTION,
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        strict_content_type=False,
    )
    state.set_up(app, settings, store or state.open_store(settings))
    _add_routes(app, dialects)
    errors.install(app, dialects)
    openapi.install(app)
    _add_middleware(app, _add_pages(app, settings), dialects)
    return app


def _add_routes(app: FastAPI, dialects: Sequence[Dialect]) -> None:
    check_names = [Depends(check_query)]
    for dialect in dialects:
        for router in dialect.routers:
            app.include_router(router, dependencies=check_names, responses=dialect.documented_errors)
    for router in (icons.router, health.router, metrics.router):
        app.include_router(router, dependencies=check_names)


def _add_pages(app: FastAPI, settings: Settings) -> list[str]:
    """Serve the pages for people, and return their HTML. A build of admin-web takes every path that is left."""
    page = settings.admin_web_page
    swagger_ui.install(app, is_start_page=page is None)
    return [swagger_ui.PAGE, *([static_files.install(app, page)] if page else [])]


def _add_middleware(app: FastAPI, pages: Sequence[str], dialects: Sequence[Dialect]) -> None:
    """Add the middleware, from the innermost to the outermost."""
    streamed = [path for dialect in dialects for path in dialect.streamed]
    app.add_middleware(BodyLimit, streamed=streamed)
    app.add_middleware(SecurityHeaders, page_policy=page_policy(*pages))
    app.add_middleware(AccessLog)
    app.add_middleware(CorrelationIdMiddleware, validator=is_request_id)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = state.THREADS
    parent_process.exit_with_parent()
    sys.setswitchinterval(_SWITCH_SECONDS)
    garbage.keep_what_is_loaded()
    yield
    await state.close(app)

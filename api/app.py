"""Builds the API: the only place where its parts are put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import anyio.to_thread
from asgi_correlation_id import CorrelationIdMiddleware
from fastapi import Depends, FastAPI

from api import errors, health, metrics, openapi, swagger_ui
from api.access_log import AccessLog, is_request_id
from api.admin_web import routers as admin_web
from api.admin_web import static_files
from api.auth.login_authenticator import LOGINS_AT_ONCE, LoginAuthenticator
from api.body_limit import BodyLimit
from api.check import check
from api.grommunio import routes as grommunio
from api.icons import routes as icons
from api.misspelt_names import check_query
from api.oauth import metadata_routes as oauth_metadata
from api.oauth import routes as oauth
from api.probes import STORE_PROBES_AT_ONCE, Probes
from api.rate_limits import RateLimits
from api.security_headers import SecurityHeaders, page_policy
from api.server import parent_process
from api.works import routers as works
from api.write_limit import WriteLimit
from broker.broker import Broker
from broker.login_throttle import FailedLoginLimits, LoginThrottle
from broker.rate_limiter import RateLimit, RateLimiter
from config import logging
from config.environment import read_or_exit
from config.settings import Settings
from config.version import VERSION
from security.access_tokens import AccessTokens
from security.external_issuer import ExternalIssuer
from security.login_tokens import LoginTokens
from security.signing_keys import open_key_ring
from store.postgresql import REQUEST
from store.store import Store

#: The connections to the store of one process: one for each thread that handles requests, logins or probes.
_CONNECTIONS: Final = 16
#: How many requests are handled at once.
_THREADS: Final = _CONNECTIONS - LOGINS_AT_ONCE - STORE_PROBES_AT_ONCE
#: How many of them may write. Writers can wait for a lock; the other threads remain for readers.
_WRITERS: Final = _THREADS - 3


def create_app(settings: Settings | None = None, store: Store | None = None) -> FastAPI:
    """Build the API for `uvicorn --factory`. Tests pass their own settings and store.

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
    app.state.store = store or Store(
        settings.store_url,
        pool_size=_CONNECTIONS,
        limits=REQUEST,
        daily_reply_bytes=settings.reply_bytes_per_day,
    )
    app.state.write_limit = WriteLimit(_WRITERS)
    app.state.probes = Probes()
    app.state.largest_reply = settings.largest_reply
    keys = open_key_ring(settings.signing_key, settings.signing_key_file)
    app.state.tokens = AccessTokens(keys)
    app.state.login_tokens = LoginTokens(keys, settings.login_lifetime)
    app.state.issuer = _external_issuer(settings)
    app.state.public_url = settings.public_url
    app.state.broker = Broker(settings.redis_url)
    app.state.login_authenticator = LoginAuthenticator(_login_throttle(settings))
    app.state.rate_limits = RateLimits(_rate_limiter(settings))
    for router in (
        *works.ROUTERS,
        grommunio.router,
        *admin_web.ROUTERS,
        oauth.router,
        oauth_metadata.router,
        icons.router,
        health.router,
        metrics.router,
    ):
        app.include_router(router, dependencies=[Depends(check_query)])
    swagger_ui.install(app, is_start_page=settings.admin_web_page is None)
    errors.install(app)
    openapi.install(app)
    pages = [swagger_ui.PAGE]
    if page := settings.admin_web_page:
        pages.append(static_files.install(app, page))
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders, page_policy=page_policy(*pages))
    app.add_middleware(AccessLog)
    app.add_middleware(CorrelationIdMiddleware, validator=is_request_id)
    return app


def _external_issuer(settings: Settings) -> ExternalIssuer | None:
    if settings.issuer is None or settings.audience is None:
        return None
    return ExternalIssuer(
        settings.issuer,
        audience=settings.audience,
        person_claim=settings.person_claim,
        domain_id=settings.domain,
    )


def _login_throttle(settings: Settings) -> LoginThrottle:
    limits = FailedLoginLimits(
        per_account=settings.failed_logins_per_account,
        per_address=settings.failed_logins_per_address,
        window=settings.failed_login_window,
    )
    return LoginThrottle(settings.redis_url, limits)


def _rate_limiter(settings: Settings) -> RateLimiter:
    limit = RateLimit(requests=settings.requests_per_client, window=settings.request_window)
    return RateLimiter(settings.redis_url, limit)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
    parent_process.exit_with_parent()
    yield
    app.state.login_authenticator.close()
    app.state.probes.close()
    app.state.rate_limits.close()
    app.state.store.close()

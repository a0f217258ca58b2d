"""What the routes of one process share: the store, the keys, the broker and the limits."""

from typing import Final

from fastapi import FastAPI

from api.auth.login_authenticator import LOGINS_AT_ONCE, LoginAuthenticator
from api.probes import STORE_PROBES_AT_ONCE, Probes
from api.rate_limits import RateLimits
from api.write_limit import WriteLimit
from broker.broker import Broker
from broker.login_throttle import FailedLoginLimits, LoginThrottle
from broker.rate_limiter import RateLimit, RateLimiter
from config.settings import Settings
from domain.plans import Limits
from security.access_tokens import AccessTokens
from security.external_issuer import ExternalIssuer
from security.login_tokens import LoginTokens
from security.signing_keys import open_key_ring
from store.postgresql import REQUEST
from store.store import Store

#: The connections to the store of one process: one for each thread that handles requests, logins or probes.
_CONNECTIONS: Final = 16
#: How many requests are handled at once.
THREADS: Final = _CONNECTIONS - LOGINS_AT_ONCE - STORE_PROBES_AT_ONCE
#: How many of them may write. Writers can wait for a lock; the other threads remain for readers.
_WRITERS: Final = THREADS - 3


def open_store(settings: Settings) -> Store:
    """Open the store for one process."""
    return Store(
        settings.pooled_store_url or settings.store_url,
        through_pooler=settings.pooled_store_url is not None,
        pool_size=_CONNECTIONS,
        limits=REQUEST,
        daily_reply_bytes=settings.reply_bytes_per_day,
    )


def set_up(app: FastAPI, settings: Settings, store: Store) -> None:
    """Put everything that the routes share into `app.state`."""
    keys = open_key_ring(settings.signing_key, settings.signing_key_file)
    state = app.state
    state.store = store
    state.write_limit = WriteLimit(_WRITERS)
    state.probes = Probes()
    state.largest_reply = settings.largest_reply
    state.plan_limits = Limits(ahead=settings.plan_ahead, largest_reply=settings.largest_reply)
    state.tokens = AccessTokens(keys)
    state.login_tokens = LoginTokens(keys, settings.login_lifetime)
    state.issuer = _external_issuer(settings)
    state.public_url = settings.public_url
    state.broker = Broker(settings.redis_url)
    state.login_authenticator = LoginAuthenticator(_login_throttle(settings))
    state.rate_limits = RateLimits(_rate_limiter(settings))


async def close(app: FastAPI) -> None:
    """Close the connections, and shut the threads down."""
    app.state.login_authenticator.close()
    app.state.probes.close()
    await app.state.rate_limits.close()
    app.state.store.close()


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

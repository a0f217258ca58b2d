"""Dependencies of the routes: the store, tokens, the caller and the current time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

from asgi_correlation_id import correlation_id
from fastapi import Depends, Request

from broker.broker import Broker
from domain.credentials import Bearer, Caller, Login
from security.access_tokens import AccessTokens
from store.store import Store


def moment() -> datetime:
    """Return the time by this machine's clock, for what concerns only this machine (the lifetime of a token)."""
    return datetime.now(UTC)


async def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


async def _store_to_write(request: Request) -> AsyncIterator[Store]:
    """Yield the store to a request that writes. It takes one of the slots for writers until it is done."""
    async with request.app.state.write_limit.slot():
        yield request.app.state.store


async def _tokens(request: Request) -> AccessTokens:
    tokens: AccessTokens = request.app.state.tokens
    return tokens


async def _broker(request: Request) -> Broker:
    broker: Broker = request.app.state.broker
    return broker


async def _caller(request: Request) -> Caller:
    return Caller(request.state.credential, correlation_id.get())


async def _bearer(request: Request) -> Bearer:
    bearer: Bearer = request.state.credential
    return bearer


async def _login(request: Request) -> Login:
    login: Login = request.state.credential
    return login


async def _root_url(request: Request) -> str:
    public: str | None = request.app.state.public_url
    return (public or str(request.base_url)).rstrip("/")


TheStore = Annotated[Store, Depends(_store)]
#: Must come after the parameters that read the body, so that no request holds a slot while its body is read.
TheStoreToWrite = Annotated[Store, Depends(_store_to_write, scope="function")]
TheTokens = Annotated[AccessTokens, Depends(_tokens)]
TheBroker = Annotated[Broker, Depends(_broker)]
#: Who calls, by whatever the route accepts.
TheCaller = Annotated[Caller, Depends(_caller)]
#: The same, where the route accepts only a token, or only a login.
TheBearer = Annotated[Bearer, Depends(_bearer)]
TheLogin = Annotated[Login, Depends(_login)]
RootUrl = Annotated[str, Depends(_root_url)]

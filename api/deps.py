"""Dependencies of the routes: the store, tokens, the caller and the current time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Protocol

from asgi_correlation_id import correlation_id
from fastapi import Depends, Request

from broker.broker import Broker
from domain.caller import Caller
from security.access_tokens import AccessTokens
from store.events import Author
from store.store import Store


def moment() -> datetime:
    """Return the time by this machine's clock, for what concerns only this machine (the lifetime of a token)."""
    return datetime.now(UTC)


def store_of(request: Request) -> Store:
    """Return the store. With a token of ours, each transaction first checks that it is not revoked."""
    store: Store = getattr(request.state, "store", request.app.state.store)
    return store


async def _store_to_write(request: Request) -> AsyncIterator[Store]:
    """Yield the store to a request that writes. It takes one of the slots for writers until it is done."""
    async with request.app.state.write_limit.slot():
        yield store_of(request)


def _tokens(request: Request) -> AccessTokens:
    tokens: AccessTokens = request.app.state.tokens
    return tokens


def _broker(request: Request) -> Broker:
    broker: Broker = request.app.state.broker
    return broker


def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


class _Named(Protocol):
    @property
    def name(self) -> str: ...


def author(caller: _Named) -> Author:
    """Return the author for the events of this request."""
    return Author(caller.name, correlation_id.get())


def _root_url(request: Request) -> str:
    public: str | None = request.app.state.public_url
    return (public or str(request.base_url)).rstrip("/")


TheStore = Annotated[Store, Depends(store_of)]
#: Must come after the parameters that read the body, so that no request holds a slot while its body is read.
TheStoreToWrite = Annotated[Store, Depends(_store_to_write, scope="function")]
TheTokens = Annotated[AccessTokens, Depends(_tokens)]
TheBroker = Annotated[Broker, Depends(_broker)]
TheCaller = Annotated[Caller, Depends(_caller)]
RootUrl = Annotated[str, Depends(_root_url)]

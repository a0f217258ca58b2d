"""The routes of this dialect: they need a bearer token, and take no unknown names."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import APIRouter, Depends, Request, Response
from starlette.convertors import StringConvertor, register_url_convertor

from api.auth.guards import BEARER, by_bearer
from api.guarded_route import GuardedRoute
from api.v1.idempotency import replayed
from api.v1.names import check_nul, check_query
from api.v1.responses import ResourceResponse, not_modified
from domain.idempotency import AnsweredBefore


class _NameConvertor(StringConvertor):
    """A name in a path. What follows a colon is an action on it, such as `:end`."""

    regex = "[^/:]+"


register_url_convertor("name", _NameConvertor())

BASE: Final = "/presently/v1"


class V1Route(GuardedRoute):
    """A route with the guards of this dialect. It answers 304 to whoever has the answer, and repeats a kept one."""

    guards = (by_bearer, check_query, check_nul)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler."""
        handle = super().get_route_handler()

        async def answering(request: Request) -> Response:
            try:
                return not_modified(request, await handle(request))
            except AnsweredBefore as before:
                return replayed(before.answer)

        return answering


def router_for(path: str, *, tag: str) -> APIRouter:
    """Build a router for the routes below `path`, documented under `tag`."""
    return APIRouter(
        prefix=f"{BASE}{path}",
        tags=[f"Presently: {tag}"],
        route_class=V1Route,
        dependencies=[Depends(BEARER)],
        default_response_class=ResourceResponse,
    )

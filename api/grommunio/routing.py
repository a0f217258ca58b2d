"""What the routes of this dialect share: numbers in paths, answers that no cache keeps, routers that need a login."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.convertors import IntegerConvertor, register_url_convertor

from api.auth.login import COOKIE, KnownRoute, LoggedInRoute
from api.auth.route import BEARER
from api.grommunio.documented import errors
from api.grommunio.errors import NOT_KEPT

#: Where grommunio's admin API is.
BASE: Final = "/api/v1"


class _NumberConvertor(IntegerConvertor):
    """Whole numbers. Longer ones are nobody's, and Python reads none of many thousand digits."""

    regex = "[0-9]{1,100}"


register_url_convertor("number", _NumberConvertor())

DomainId = Annotated[int, Path(alias="domainID", examples=[1], ge=0)]
UserId = Annotated[int, Path(alias="userID", examples=[1], ge=0)]


class NotKept(JSONResponse):
    """An answer that no cache may keep."""

    def init_headers(self, headers: Any = None) -> None:
        """Add the header that says so."""
        super().init_headers({**(headers or {}), **NOT_KEPT})


def for_administrators() -> APIRouter:
    """Return a router whose routes only those pass who logged in."""
    return APIRouter(
        prefix=BASE,
        route_class=LoggedInRoute,
        dependencies=[Depends(COOKIE)],
        default_response_class=NotKept,
        responses=errors(401, 403, 429, 500, 503),
        tags=["grommunio: administration"],
    )


def for_bearers_too() -> APIRouter:
    """Return a router whose routes those pass who logged in, and bearers of a token."""
    return APIRouter(
        prefix=BASE,
        route_class=KnownRoute,
        dependencies=[Depends(BEARER), Depends(COOKIE)],
        default_response_class=NotKept,
        responses=errors(401, 403, 429, 500, 503),
        tags=["grommunio: administration"],
    )


def for_everybody(route_class: type[APIRoute] = APIRoute) -> APIRouter:
    """Return a router whose routes nobody has to log in for."""
    return APIRouter(
        prefix=BASE,
        route_class=route_class,
        default_response_class=NotKept,
        responses=errors(500),
        tags=["grommunio: administration"],
    )

"""Shared by the routes of this dialect: numbers in paths, uncached responses, and routers by who may call them."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path
from fastapi.routing import APIRoute
from starlette.convertors import IntegerConvertor, register_url_convertor

from api.auth.login import COOKIE, KnownRoute, LoggedInRoute
from api.auth.route import BEARER
from api.grommunio.documented import errors
from api.grommunio.errors import GrommunioResponse

#: The prefix of grommunio's admin API.
BASE: Final = "/api/v1"


class _NumberConvertor(IntegerConvertor):
    """Whole numbers of at most 100 digits. Python refuses numbers of many thousand digits."""

    regex = "[0-9]{1,100}"


register_url_convertor("number", _NumberConvertor())

DomainId = Annotated[int, Path(alias="domainID", examples=[1], ge=0)]
UserId = Annotated[int, Path(alias="userID", examples=[1], ge=0)]


def for_administrators() -> APIRouter:
    """Build a router whose routes need a login."""
    return APIRouter(
        prefix=BASE,
        route_class=LoggedInRoute,
        dependencies=[Depends(COOKIE)],
        default_response_class=GrommunioResponse,
        responses=errors(401, 403, 429, 500, 503),
        tags=["grommunio: administration"],
    )


def for_bearers_too() -> APIRouter:
    """Build a router whose routes need a login or a bearer token."""
    return APIRouter(
        prefix=BASE,
        route_class=KnownRoute,
        dependencies=[Depends(BEARER), Depends(COOKIE)],
        default_response_class=GrommunioResponse,
        responses=errors(401, 403, 429, 500, 503),
        tags=["grommunio: administration"],
    )


def for_everybody(route_class: type[APIRoute] = APIRoute) -> APIRouter:
    """Build a router whose routes need no login."""
    return APIRouter(
        prefix=BASE,
        route_class=route_class,
        default_response_class=GrommunioResponse,
        responses=errors(500),
        tags=["grommunio: administration"],
    )

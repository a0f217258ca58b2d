"""Shared by the routes of this dialect: numbers in paths, uncached responses, and routers by who may call them."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path
from starlette.convertors import IntegerConvertor, register_url_convertor

from api.auth.guards import BEARER, COOKIE, by_bearer_or_cookie, by_cookie
from api.grommunio.documented import errors
from api.grommunio.errors import GrommunioResponse
from api.guarded_route import Guard, guarded_by

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
        route_class=guarded_by(by_cookie),
        dependencies=[Depends(COOKIE)],
        default_response_class=GrommunioResponse,
        responses=errors(401, 403, 429, 500, 503),
        tags=["grommunio: administration"],
    )


def for_bearers_too() -> APIRouter:
    """Build a router whose routes need a login or a bearer token."""
    return APIRouter(
        prefix=BASE,
        route_class=guarded_by(by_bearer_or_cookie),
        dependencies=[Depends(BEARER), Depends(COOKIE)],
        default_response_class=GrommunioResponse,
        responses=errors(401, 403, 429, 500, 503),
        tags=["grommunio: administration"],
    )


def for_everybody(*guards: Guard) -> APIRouter:
    """Build a router whose routes need no login."""
    return APIRouter(
        prefix=BASE,
        route_class=guarded_by(*guards),
        default_response_class=GrommunioResponse,
        responses=errors(500),
        tags=["grommunio: administration"],
    )

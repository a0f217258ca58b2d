"""Domains as administrators see them, in the shape of grommunio's OpenAPI document."""

from typing import Any

from pydantic import BaseModel, ConfigDict

#: A domain has no last day, and no limit of users.
NEVER = "9999-12-31"
NO_LIMIT = 2**31 - 1

_REFERENCE: dict[str, Any] = {"ID": 1, "domainname": "example.com"}
_ITEM: dict[str, Any] = {
    **_REFERENCE,
    "displayname": "example.com",
    "orgID": 0,
    "title": "",
    "address": "",
    "adminName": "",
    "tel": "",
    "endDay": NEVER,
    "maxUser": NO_LIMIT,
    "activeUsers": 10,
    "inactiveUsers": 0,
    "virtualUsers": 0,
    "domainStatus": 0,
}


class DomainReference(BaseModel):
    """A domain by number and name."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REFERENCE]})

    ID: int
    domainname: str


class DomainItem(DomainReference):
    """A domain in a list."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ITEM]})

    displayname: str
    orgID: int
    title: str = ""
    address: str = ""
    adminName: str = ""
    tel: str = ""
    endDay: str = NEVER
    maxUser: int = NO_LIMIT
    activeUsers: int
    inactiveUsers: int
    virtualUsers: int = 0
    domainStatus: int = 0


class DomainDetails(DomainItem):
    """A domain in full."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_ITEM, "chat": False, "homeserver": None, "syncPolicy": None}]}
    )

    chat: bool = False
    homeserver: None = None
    syncPolicy: None = None


class Domains(BaseModel):
    """A page of the domains that the caller may see, and their total number."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"count": 1, "data": [_ITEM]}]})

    count: int
    data: list[DomainItem | DomainReference]

"""Users as administrators see them, in the shape of grommunio's OpenAPI document; what Presently has none of is off."""

from typing import Any

from pydantic import BaseModel, ConfigDict

#: A user that can be found, as in an address book; there are no rooms, lists or contacts here.
MAIL_USER = 0

ACTIVE = 0
DEACTIVATED = 1

_REFERENCE: dict[str, Any] = {"ID": 1, "username": "u1@example.com"}
_ITEM: dict[str, Any] = {
    **_REFERENCE,
    "domainID": 1,
    "orgID": 0,
    "status": ACTIVE,
    "ldapID": None,
    "lang": "en_US",
    "aliases": [],
    "properties": {"displayname": "Kim Minjun", "displaytypeex": MAIL_USER},
}
_USER: dict[str, Any] = {
    **_ITEM,
    **dict.fromkeys(
        (
            "pop3_imap",
            "smtp",
            "changePassword",
            "publicAddress",
            "privChat",
            "privVideo",
            "privFiles",
            "privArchive",
            "privWeb",
            "privEas",
            "privDav",
            "chat",
            "chatAdmin",
        ),
        False,
    ),
    "altnames": [{"altname": "minjun"}],
    "roles": [{"ID": 18, "name": "DomainAdmin 1"}],
    "forward": None,
    "mlist": None,
    "syncPolicy": None,
    "homeserver": None,
}


class UserReference(BaseModel):
    """Who is meant."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REFERENCE]})

    ID: int
    username: str


class Properties(BaseModel):
    """What the mailbox would say of its user."""

    displayname: str
    displaytypeex: int = MAIL_USER


class UserItem(UserReference):
    """A user in a list."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ITEM]})

    domainID: int
    orgID: int
    status: int
    ldapID: None = None
    lang: str = "en_US"
    aliases: list[str]
    properties: Properties


class AlternativeName(BaseModel):
    """Another name to log in by."""

    altname: str


class RoleReference(BaseModel):
    """Which role is meant."""

    ID: int
    name: str


class ProfileUser(UserItem):
    """A user in full, but for the mail that is fetched from elsewhere."""

    model_config = ConfigDict(json_schema_extra={"examples": [_USER]})

    altnames: list[AlternativeName]
    roles: list[RoleReference]
    pop3_imap: bool = False
    smtp: bool = False
    changePassword: bool = False
    publicAddress: bool = False
    privChat: bool = False
    privVideo: bool = False
    privFiles: bool = False
    privArchive: bool = False
    privWeb: bool = False
    privEas: bool = False
    privDav: bool = False
    chat: bool = False
    chatAdmin: bool = False
    forward: None = None
    mlist: None = None
    syncPolicy: None = None
    homeserver: None = None


class User(ProfileUser):
    """A user in full. No mail is fetched from elsewhere."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_USER, "fetchmail": []}]})

    fetchmail: list[None] = []


class Profile(BaseModel):
    """Who logged in, and what they can do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"user": _USER, "capabilities": ["DomainAdminRead", "DomainAdminWrite", "ResetPasswd"]}
            ]
        }
    )

    user: ProfileUser
    capabilities: list[str]


class Users(BaseModel):
    """A part of a domain's users, and how many there are."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"count": 1, "data": [_ITEM]}]})

    count: int
    data: list[UserItem | UserReference]

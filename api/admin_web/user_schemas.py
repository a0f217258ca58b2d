"""Users, as in grommunio's OpenAPI document. Features that Presently does not have are off."""

from typing import Any

from pydantic import BaseModel, ConfigDict

#: A person in the address book; there are no rooms, lists or contacts here.
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
    """A user by number and name."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REFERENCE]})

    ID: int
    username: str


class Properties(BaseModel):
    """The properties of a user's mailbox."""

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
    """Another name to log in with."""

    altname: str


class RoleReference(BaseModel):
    """A role by number and name."""

    ID: int
    name: str


class ProfileUser(UserItem):
    """A user in full, except `fetchmail`."""

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
    """A user in full. `fetchmail` is always empty."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_USER, "fetchmail": []}]})

    fetchmail: list[None] = []


class Profile(BaseModel):
    """The logged-in user, and the user's capabilities."""

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
    """A page of users, and their total number."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"count": 1, "data": [_ITEM]}]})

    count: int
    data: list[UserItem | UserReference]

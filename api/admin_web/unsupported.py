"""Refuses, with a reason, actions that admin-web's pages offer and Presently does not have."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Depends, Path

from api.deps import TheLogin, TheStore
from api.grommunio.documented import errors
from api.grommunio.errors import GrommunioResponse
from api.grommunio.routing import DomainId, UserId, for_administrators
from api.grommunio.schemas import Message
from services import administration

router = for_administrators()

_MESSAGE: Final = {"message": "Presently keeps statuses and out-of-offices only. This is not done here."}


def _plain() -> None:
    """Declare no path parameter."""


def _service(
    _unit: Annotated[str, Path(alias="unit", examples=["beat"])],
    _action: Annotated[str, Path(alias="action", examples=["restart"])],
) -> None:
    """Declare the path parameters: a service and an action."""


def _action(_name: Annotated[str, Path(alias="action", examples=["check"])]) -> None:
    """Declare the path parameter: an action."""


def _username(_name: Annotated[str, Path(alias="username", examples=["u1@example.com"])]) -> None:
    """Declare the path parameter: a user's address."""


def _file(
    _service: Annotated[str, Path(alias="service", examples=["postfix"])],
    _file: Annotated[str, Path(alias="file", examples=["main.cf"])],
) -> None:
    """Declare the path parameters: a service and a file of it."""


def _role(_number: Annotated[int, Path(alias="roleID", examples=[18], ge=0)]) -> None:
    """Declare the path parameter: a role."""


def _organisation(_number: Annotated[int, Path(alias="orgID", examples=[5], ge=0)]) -> None:
    """Declare the path parameter: an organisation."""


def _domain(_number: DomainId) -> None:
    """Declare the path parameter: a domain."""


def _user(_domain_id: DomainId, _user_id: UserId) -> None:
    """Declare the path parameters: a domain and a user."""


_USER: Final = "/domains/{domainID:number}/users/{userID:number}"

#: Method, path, summary, and the function that declares the path parameters.
_ALL: Final[tuple[tuple[str, str, str, Callable[..., None]], ...]] = (
    ("POST", "/system/dashboard/services/{unit}/{action}", "Start or stop a service", _service),
    ("POST", "/system/updates/{action}", "Update the software", _action),
    ("POST", "/system/domains", "Add a domain", _plain),
    ("PATCH", "/system/domains/{domainID:number}", "Change a domain", _domain),
    ("DELETE", "/system/domains/{domainID:number}", "Delete a domain", _domain),
    ("PUT", "/system/domains/{domainID:number}/password", "Set the password of a domain", _domain),
    ("POST", "/system/orgs", "Add an organisation", _plain),
    ("PATCH", "/system/orgs/{orgID:number}", "Change an organisation", _organisation),
    ("DELETE", "/system/orgs/{orgID:number}", "Delete an organisation", _organisation),
    ("PUT", "/system/orgs/{orgID:number}/ldap", "Set up LDAP for an organisation", _organisation),
    ("DELETE", "/system/orgs/{orgID:number}/ldap", "Remove LDAP from an organisation", _organisation),
    ("POST", "/system/orgs/{orgID:number}/ldap/downsync", "Import an organisation from LDAP", _organisation),
    ("POST", "/system/roles", "Add a role", _plain),
    ("PATCH", "/system/roles/{roleID:number}", "Change a role", _role),
    ("DELETE", "/system/roles/{roleID:number}", "Delete a role", _role),
    ("POST", "/system/servers", "Add a server", _plain),
    ("PATCH", "/system/dbconf/grommunio-admin/multi-server/", "Choose how servers are picked", _plain),
    ("PUT", "/system/dbconf/grommunio-admin/multi-server/", "Save how servers are picked", _plain),
    ("PUT", "/system/dbconf/{service}/{file}/", "Save a file of a service", _file),
    ("PUT", "/system/mconf/ldap", "Set up LDAP", _plain),
    ("DELETE", "/system/mconf/ldap", "Remove LDAP", _plain),
    ("PUT", "/system/mconf/authmgr", "Choose how users log in", _plain),
    ("PUT", "/system/license", "Upload a license", _plain),
    ("PUT", "/system/license/creds", "Set the credentials of a license", _plain),
    ("POST", "/system/mailq/{action}", "Flush or clear the mail queue", _action),
    ("PUT", "/defaults/createParams", "Set the defaults for new users and domains", _plain),
    (
        "PUT",
        "/defaults/createParams/{domainID:number}",
        "Set the defaults for new users of a domain",
        _domain,
    ),
    ("POST", "/tasq/start", "Start the task server", _plain),
    ("POST", "/tasq/stop", "Stop the task server", _plain),
    ("POST", "/domains/ldap/downsync", "Import users from LDAP", _plain),
    ("POST", "/domains/ldap/importUser", "Import a user from LDAP", _plain),
    ("DELETE", "/domains/ldap/check", "Delete users that LDAP does not have", _plain),
    ("POST", "/domains/{domainID:number}/ldap/downsync", "Import users of a domain from LDAP", _domain),
    ("POST", "/domains/{domainID:number}/mlists", "Add a group", _domain),
    ("POST", "/domains/{domainID:number}/folders", "Add a public folder", _domain),
    ("POST", "/domains/{domainID:number}/users", "Add a user or contact", _domain),
    ("PATCH", _USER, "Change a user", _user),
    ("DELETE", _USER, "Delete a user", _user),
    ("PUT", f"{_USER}/password", "Set a password", _user),
    ("PATCH", f"{_USER}/roles", "Grant roles", _user),
    ("PUT", f"{_USER}/delegates", "Set delegates", _user),
    ("PUT", f"{_USER}/sendas", "Set who may send as a user", _user),
    ("PUT", f"{_USER}/storeAccess", "Set who may open a mailbox", _user),
    ("PUT", f"{_USER}/downsync", "Update a user from LDAP", _user),
    ("DELETE", f"{_USER}/sync", "Forget the mobile devices of a user", _user),
    ("PUT", "/passwd", "Change one's own password", _plain),
    ("PUT", "/passwd/{username}", "Reset a password", _username),
)


def _refuse(store: TheStore, login: TheLogin) -> GrommunioResponse:
    administration.check_may(store, login)
    return GrommunioResponse(_MESSAGE, status_code=400)


for _method, _path, _what, _parts in _ALL:
    router.add_api_route(
        _path,
        _refuse,
        methods=[_method],
        status_code=400,
        response_model=Message,
        summary=f"{_what}: not done here",
        dependencies=[Depends(_parts)],
        responses={
            **(errors(404) if ":number}" in _path else {}),
            400: {"description": "Not done here", "content": {"application/json": {"example": _MESSAGE}}},
        },
    )

"""Refuses, with a reason, actions that admin-web's pages offer and Presently does not have."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Depends, Path

from api.deps import TheStore
from api.grommunio.administrators import TheAdministrator
from api.grommunio.documented import errors
from api.grommunio.routing import DomainId, NotKept, UserId, for_administrators
from api.grommunio.schemas import Message

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


def _organisation(_number: Annotated[int, Path(alias="orgID", examples=[5], ge=0)]) -> None:
    """Declare the path parameter: an organisation."""


def _domain(_number: DomainId) -> None:
    """Declare the path parameter: a domain."""


def _user(_domain_id: DomainId, _user_id: UserId) -> None:
    """Declare the path parameters: a domain and a user."""


#: Method, path, summary, and the function that declares the path parameters.
_ALL: Final[tuple[tuple[str, str, str, Callable[..., None]], ...]] = (
    ("POST", "/system/dashboard/services/{unit}/{action}", "Start or stop a service", _service),
    ("POST", "/system/updates/{action}", "Update the software", _action),
    ("POST", "/system/orgs/{orgID:number}/ldap/downsync", "Import an organisation from LDAP", _organisation),
    ("POST", "/tasq/start", "Start the task server", _plain),
    ("POST", "/tasq/stop", "Stop the task server", _plain),
    ("POST", "/domains/ldap/downsync", "Import users from LDAP", _plain),
    ("POST", "/domains/{domainID:number}/ldap/downsync", "Import users of a domain from LDAP", _domain),
    ("PUT", "/domains/{domainID:number}/users/{userID:number}/password", "Set a password", _user),
    ("PATCH", "/domains/{domainID:number}/users/{userID:number}/roles", "Grant roles", _user),
    ("PUT", "/passwd", "Change one's own password", _plain),
    ("PUT", "/passwd/{username}", "Reset a password", _username),
)


def _refuse(store: TheStore, who_calls: TheAdministrator) -> NotKept:
    with store.reading() as transaction:
        who_calls(transaction).check_may()
    return NotKept(_MESSAGE, status_code=400)


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

"""Empty responses for what admin-web's pages request and Presently does not have."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Path
from pydantic import BaseModel, ConfigDict, create_model

from api.deps import TheLogin, TheStore
from api.grommunio.documented import errors
from api.grommunio.routing import DomainId, UserId, for_administrators
from domain.permissions import Capability
from services import administration

router = for_administrators()

#: The number of the root of all public folders in admin-web.
_ROOT_FOLDER: Final = "144115188075855873"

_DOMAIN: Final = "/domains/{domainID:number}"
_USER: Final = f"{_DOMAIN}/users/{{userID:number}}"

_NO_ITEMS: Final[dict[str, Any]] = {"count": 0, "data": []}
_NO_DATA: Final[dict[str, Any]] = {"data": []}
_NO_LDAP: Final[dict[str, Any]] = {"ldapAvailable": False, "data": {}}


def _system(store: TheStore, login: TheLogin) -> None:
    """Raise `NotAllowed` unless the caller administers the system."""
    administration.check_may(store, login, Capability.SYSTEM_ADMIN_READ)


def _anybody(store: TheStore, login: TheLogin) -> None:
    """Raise `NotAllowed` unless the caller has any role."""
    administration.check_may(store, login)


def _organisation(
    _number: Annotated[int, Path(alias="orgID", examples=[5], ge=0)],
    store: TheStore,
    login: TheLogin,
) -> None:
    """Raise `NotAllowed` unless the caller administers the system, for any organisation."""
    administration.check_may(store, login, Capability.SYSTEM_ADMIN_READ)


def _domain(domain_id: DomainId, store: TheStore, login: TheLogin) -> None:
    """Raise a refusal unless the caller may read the domain and it exists."""
    administration.check_domain(store, login, domain_id)


def _user(domain_id: DomainId, user_id: UserId, store: TheStore, login: TheLogin) -> None:
    """Raise a refusal unless the caller may read the user and it exists."""
    administration.check_person(store, login, domain_id, user_id)


@dataclass(frozen=True, slots=True)
class _EmptyAnswer:
    """A path, what it would list, the empty response, and the check of the caller."""

    path: str
    name: str
    answer: dict[str, Any]
    check_caller: Callable[..., None]

    @property
    def model(self) -> type[BaseModel]:
        """Build the model of the response."""
        fields: dict[str, Any] = {
            key: (_TYPES.get(type(value), type(value)), value) for key, value in self.answer.items()
        }
        model: type[BaseModel] = create_model(
            "No" + self.name.title().replace(" ", ""),
            __doc__=f"{self.name[0].upper()}{self.name[1:]}: there are none.",
            __config__=ConfigDict(json_schema_extra={"examples": [self.answer]}),
            **fields,
        )
        return model


#: The types of lists and objects that are always empty.
_TYPES: Final[dict[type, Any]] = {list: list[None], dict: dict[str, None], type(None): None}

_ALL: Final = (
    _EmptyAnswer("/system/logs", "log files", _NO_DATA, _system),
    _EmptyAnswer("/system/sync/top", "mobile devices", _NO_DATA, _system),
    _EmptyAnswer("/system/servers/dnsCheck", "name checks of servers", {"host": {}, "ext": {}}, _system),
    _EmptyAnswer(
        "/system/mailq",
        "mails in a queue",
        {"postfixMailq": "", "gromoxMailq": "", "postqueue": []},
        _system,
    ),
    _EmptyAnswer("/system/antispam/history", "mails of a mail filter", {"version": 2, "rows": []}, _system),
    _EmptyAnswer("/system/dbconf/", "services with files", _NO_DATA, _system),
    _EmptyAnswer("/system/dbconf/commands", "commands", {"key": [], "file": [], "service": []}, _system),
    _EmptyAnswer(
        "/system/dbconf/grommunio-admin/multi-server/", "policies for servers", {"data": {}}, _system
    ),
    _EmptyAnswer("/system/license/creds", "credentials", {"username": None, "password": None}, _system),
    _EmptyAnswer("/system/mconf/ldap", "LDAP settings", _NO_LDAP, _system),
    _EmptyAnswer("/system/mconf/authmgr", "LDAP logins", {"data": {}}, _system),
    _EmptyAnswer(
        "/system/orgs/{orgID:number}/ldap", "LDAP settings of an organisation", _NO_LDAP, _organisation
    ),
    _EmptyAnswer("/system/vhostStatus", "virtual hosts", _NO_DATA, _system),
    _EmptyAnswer(
        # The page requests this host even if the list does not have it.
        "/system/vhostStatus/local",
        "connections to a virtual host",
        {"hostName": "", "connections": {}, "sharedZones": {}, "serverZones": {}, "filterZones": {}},
        _system,
    ),
    _EmptyAnswer("/tasq/tasks", "tasks", _NO_ITEMS, _anybody),
    _EmptyAnswer("/tasq/status", "task servers", {"running": False, "queued": 0, "workers": 0}, _anybody),
    _EmptyAnswer("/domains/ldap/search", "users of an LDAP directory", _NO_DATA, _anybody),
    _EmptyAnswer("/domains/ldap/check", "orphans of an LDAP directory", {"orphaned": []}, _anybody),
    _EmptyAnswer(f"{_DOMAIN}/mlists", "groups", _NO_ITEMS, _domain),
    _EmptyAnswer(f"{_DOMAIN}/folders", "public folders", _NO_ITEMS, _domain),
    _EmptyAnswer(
        f"{_DOMAIN}/folders/tree",
        "folders below the root",
        {"folderid": _ROOT_FOLDER, "name": "IPM_SUBTREE", "container": "", "children": []},
        _domain,
    ),
    _EmptyAnswer(f"{_DOMAIN}/folders/{_ROOT_FOLDER}/owners", "owners of the root", _NO_DATA, _domain),
    _EmptyAnswer(f"{_USER}/sync", "devices of a user", _NO_DATA, _user),
    _EmptyAnswer(f"{_USER}/delegates", "delegates", _NO_DATA, _user),
    _EmptyAnswer(f"{_USER}/sendas", "users who send as this one", _NO_DATA, _user),
    _EmptyAnswer(f"{_USER}/storeAccess", "users with access to the mailbox", _NO_DATA, _user),
)


def _answering(model: type[BaseModel]) -> Callable[[], Coroutine[Any, Any, BaseModel]]:
    async def answer() -> BaseModel:
        return model()

    return answer


for _empty in _ALL:
    _model = _empty.model
    router.add_api_route(
        _empty.path,
        _answering(_model),
        response_model=_model,
        summary=f"Return the {_empty.name}: there are none",
        dependencies=[Depends(_empty.check_caller)],
        responses=errors(404) if ":number}" in _empty.path else None,
    )

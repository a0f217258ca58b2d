"""What a request needs to know before it decides, in one statement: caller, person, definitions, statuses, time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)

from domain.credentials import Bearer, Credential
from domain.definitions import Definition, Definitions
from domain.directory import Domain, Person, Whom
from domain.permissions import AccessTarget, role
from domain.principals import Standing
from domain.status import Status
from store import tables
from store.directory import LARGEST_NUMBER
from store.engine import Clock, read_clock
from store.statuses import status_of, status_query
from store.types import UtcMoment

#: How many domains' definitions are kept as they were read.
_DEFINITIONS_KEPT: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What stands at `now`: the caller's standing, and the person who is meant, with definitions and statuses."""

    standing: Standing
    #: The domain that is meant, which need not exist.
    target: AccessTarget
    whom: Whom
    found: Person | None
    definitions: Definitions
    statuses: tuple[Status, ...]
    now: datetime

    @property
    def person(self) -> Person:
        """Return the active person who is meant.

        Raises:
            PersonUnknown: there is none.
            MeIsNobody: it is a service that says `me`.
        """
        if self.found is None:
            raise self.whom.reference.refusal
        return self.found


class Situations:
    """The situations of one transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def standing(self, credential: Credential) -> Standing:
        """Look up a caller."""
        row = self._connection.execute(_standing_query(), _caller_parameters(credential)).one()
        return _standing(row)

    def read(self, credential: Credential, whom: Whom) -> Situation:
        """Bring the situation of a person. Due transitions may not be carried out yet in its statuses."""
        query = _situation_query(whom.reference.kind, self._connection.dialect.name, locks=False)
        return self._situation(query, credential, whom, whom.reference.value)

    def lock(self, credential: Credential, whom: Whom) -> Situation:
        """Lock a person and their statuses until this transaction ends, and bring the situation.

        The lock on the person's row serializes writers. The statuses are locked as well, because the workers that
        carry out starts and ends lock only those. The situation is brought by a second statement, because in READ
        COMMITTED a statement sees what was committed before it began, and that is before it got the lock.
        """
        meant = {"domain_id": _number(whom.domain_id), "person": _value(whom.reference.value)}
        locked = self._connection.execute(_lock_query(whom.reference.kind), meant).scalar()
        query = _situation_query("number", self._connection.dialect.name, locks=True)
        return self._situation(query, credential, whom, locked)

    def _situation(
        self, query: Select[Any], credential: Credential, whom: Whom, person: str | int | None
    ) -> Situation:
        meant = {"domain_id": _number(whom.domain_id), "person": _value(person)}
        parameters = _caller_parameters(credential) | meant
        rows = self._connection.execute(query, parameters).all()
        first = rows[0]
        return Situation(
            standing=_standing(first),
            target=AccessTarget(whom.domain_id, first.domain_organisation_id or None),
            whom=whom,
            found=None if first.person_id is None else _person(first),
            definitions=_definitions(first.definitions),
            statuses=tuple(status_of(row) for row in rows if row.status_id is not None),
            now=self._time(rows[-1].now),
        )

    def _time(self, told: datetime | None) -> datetime:
        """Return the time that the database told, unless the store goes by another clock."""
        return told if told is not None and self._clock is read_clock else self._clock(self._connection)


def _caller_parameters(credential: Credential) -> dict[str, Any]:
    """Return the parameters for a caller. Only a token of ours can be revoked."""
    token = credential if isinstance(credential, Bearer) and credential.token_id is not None else None
    return {
        "user_id": credential.user_id,
        "token_id": token and token.token_id,
        "family": token and token.family,
        "client_id": token and token.client,
    }


def _value(value: str | int | None) -> str | int | None:
    return _number(value) if isinstance(value, int) else value


def _number(number: int) -> int | None:
    """Return `number`; `None`, which is no row's, if it is too large for the database."""
    return number if number <= LARGEST_NUMBER else None


_CALLER: Final = tables.person.alias("caller")
_TOKEN_ID: Final = bindparam("token_id", type_=String)
_CLIENT_ID: Final = bindparam("client_id", type_=String)

_IS_REVOKED: Final = or_(
    exists().where(tables.revoked_token.c.id == _TOKEN_ID),
    exists().where(tables.revoked_token.c.id == bindparam("family", type_=String)),
    and_(
        _CLIENT_ID.is_not(None),
        ~exists().where(tables.client.c.id == _CLIENT_ID, tables.client.c.revoked_at.is_(None)),
    ),
)

#: The roles of the caller, as `DomainAdmin:1 SystemAdminRO:`.
_ROLES: Final = (
    select(func.aggregate_strings(tables.role.c.permission + ":" + tables.role.c.parameter, " "))
    .where(tables.role.c.person_id == _CALLER.c.id)
    .scalar_subquery()
)

_STANDING: Final = (
    _IS_REVOKED.label("caller_is_revoked"),
    *(
        _CALLER.c[name].label(f"caller_{name}")
        for name in ("domain_id", "email", "deactivated_at", "is_administrator", "password_hash")
    ),
    _ROLES.label("caller_roles"),
)


def _from_caller() -> FromClause:
    """Build a row of the caller; without such a person its columns are empty."""
    one = select(literal(1).label("one")).subquery("one")
    return one.outerjoin(_CALLER, _CALLER.c.user_id == bindparam("user_id", type_=String))


@cache
def _standing_query() -> Select[Any]:
    return select(*_STANDING).select_from(_from_caller())


_DOMAIN_ID: Final = bindparam("domain_id", type_=Integer)
_PERSON: Final = tables.person.c
_NAME: Final = bindparam("person", type_=String)

_ADDRESSED: Final = tables.person.alias("addressed")

#: The condition for the person who is meant, by the kind of reference. No address is also another person's alias.
_IS_MEANT: Final[Mapping[str, ColumnElement[bool]]] = {
    "number": _PERSON.id == bindparam("person", type_=Integer),
    "user_id": _PERSON.user_id == _NAME,
    "external_key": _PERSON.external_key == _NAME,
    "email": _PERSON.id
    == func.coalesce(
        select(_ADDRESSED.c.id).where(_ADDRESSED.c.email == _NAME).scalar_subquery(),
        select(tables.alias.c.person_id).where(tables.alias.c.email == _NAME).scalar_subquery(),
    ),
}


@cache
def _lock_query(kind: str) -> Select[Any]:
    this = (_PERSON.domain_id == _DOMAIN_ID, _PERSON.deactivated_at.is_(None), _IS_MEANT[kind])
    return select(_PERSON.id).where(*this).with_for_update(key_share=True)


@cache
def _situation_query(kind: str, dialect: str, *, locks: bool) -> Select[Any]:
    """Build the query for a situation: one row for each status of the person, or one without a status."""
    statuses = status_query().add_columns(tables.status.c.person_id.label("of_person"))
    if locks:
        statuses = statuses.where(tables.status.c.person_id == bindparam("person", type_=Integer))
        # Only a query of its own can be locked: in an outer join PostgreSQL refuses it.
        of_person: FromClause = statuses.with_for_update(of=tables.status).cte("of_person")
    else:
        of_person = statuses.subquery("of_person")
    domains = tables.domain
    return select(
        *_STANDING,
        *(column.label(f"domain_{name}") for name, column in domains.c.items()),
        *(_PERSON[name].label(f"person_{name}") for name in _OF_PERSON),
        _definitions_as_json(dialect).label("definitions"),
        _clock_of(dialect).label("now"),
        *(column for column in of_person.c if column.name != "of_person"),
    ).select_from(
        _from_caller()
        .outerjoin(domains, domains.c.id == _DOMAIN_ID)
        .outerjoin(
            tables.person,
            and_(_PERSON.domain_id == domains.c.id, _PERSON.deactivated_at.is_(None), _IS_MEANT[kind]),
        )
        .outerjoin(of_person, of_person.c.of_person == _PERSON.id)
    )


_OF_PERSON: Final = ("id", "user_id", "email", "external_key", "name", "is_administrator")


def _clock_of(dialect: str) -> ColumnElement[Any]:
    """Return the database's clock, which SQLite has not. Rows come after their locks, so the last has the time."""
    return func.clock_timestamp(type_=UtcMoment) if dialect == "postgresql" else null()


def _definitions_as_json(dialect: str) -> ColumnElement[Any]:
    """Select the definitions of the domain as one JSON text."""
    rows = tables.definition.c
    if dialect == "postgresql":
        as_list, as_lists = func.json_build_array, func.json_agg
    else:
        as_list, as_lists = func.json_array, func.json_group_array
    fields = (rows[name] for name in _OF_DEFINITION)
    # Not as JSON, which the driver would parse each time.
    return cast(
        select(as_lists(as_list(*fields))).where(rows.domain_id == tables.domain.c.id).scalar_subquery(),
        String,
    )


_OF_DEFINITION: Final = (
    "profile_status_id",
    "name",
    "icon_type",
    "display_order",
    "is_in_use",
    "is_for_everybody",
    "names",
)


@lru_cache(_DEFINITIONS_KEPT)
def _definitions(text: str | None) -> Definitions:
    """Parse definitions. They seldom change, so the same text is parsed once."""
    rows = json.loads(text or "null") or ()
    parsed = (_definition(dict(zip(_OF_DEFINITION, values, strict=True))) for values in rows)
    return MappingProxyType({definition.profile_status_id: definition for definition in parsed})


def _definition(values: dict[str, Any]) -> Definition:
    values["is_in_use"] = bool(values["is_in_use"])
    values["is_for_everybody"] = bool(values["is_for_everybody"])
    # SQLite has JSON as text.
    names = json.loads(values["names"]) if isinstance(values["names"], str) else values["names"]
    values["names"] = tuple((language, name) for language, name in names)
    return Definition(**values)


def _standing(row: Row[Any]) -> Standing:
    return Standing(
        is_revoked=bool(row.caller_is_revoked),
        domain_id=row.caller_domain_id,
        email=row.caller_email,
        is_active=row.caller_deactivated_at is None,
        is_administrator=bool(row.caller_is_administrator),
        password_hash=row.caller_password_hash,
        roles=frozenset(role(*text.split(":")) for text in (row.caller_roles or "").split()),
    )


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.person_id,
        user_id=row.person_user_id,
        domain=Domain(
            id=row.domain_id,
            name=row.domain_name,
            zone=row.domain_zone,
            statuses_are_on=row.domain_statuses_are_on,
            organisation_id=row.domain_organisation_id,
        ),
        email=row.person_email,
        external_key=row.person_external_key,
        name=row.person_name,
        is_administrator=row.person_is_administrator,
    )

"""What a request needs to know before it decides: caller, person, definitions, statuses and time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Connection

from domain.credentials import Bearer, Credential
from domain.definitions import Definition, Definitions
from domain.directory import Domain, Person, Whom
from domain.permissions import AccessTarget, role
from domain.principals import Standing
from domain.status import Status
from store import situation_queries as queries
from store.directory import LARGEST_NUMBER
from store.driver import run
from store.engine import Clock, read_clock
from store.status_rows import status_of
from store.timelines import REACH

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
    #: Those that are in force or fill a place, and the one that was asked for.
    statuses: tuple[Status, ...]
    #: The highest sequence of all statuses of the person, if the person is locked.
    sequence: int
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

    def check_person(self) -> None:
        """Raise `PersonUnknown` or `MeIsNobody`, as `person` does, unless the person who is meant exists."""
        _ = self.person


class Situations:
    """The situations of one transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def standing(self, credential: Credential) -> Standing:
        """Look up a caller."""
        query = queries.standing(self._connection.dialect.name)
        return _standing(json.loads(run(self._connection, query, _of_caller(credential))[0][0]))

    def read(self, credential: Credential, whom: Whom, status_id: str | None = None) -> Situation:
        """Bring the situation of a person. Due transitions may not be carried out yet in its statuses.

        The status with this id, or with this id of NAVER WORKS, is brought even if it is a plan that lies ahead.
        """
        query = queries.situation(whom.reference.kind, self._connection.dialect.name)
        return self._situation(query, credential, whom, whom.reference.value, status_id)

    def lock(self, credential: Credential, whom: Whom, status_id: str | None = None) -> Situation:
        """Lock a person and their statuses until this transaction ends, and bring the situation as `read` does.

        The lock on the person's row serializes writers. The statuses are locked as well, because the workers that
        carry out starts and ends lock only those. The situation is brought by a second statement, because in READ
        COMMITTED a statement sees what was committed before it began, and that is before it got the lock.
        """
        meant = {"domain_id": _number(whom.domain_id), "person": _value(whom.reference.value)}
        locked = run(self._connection, queries.lock(whom.reference.kind), meant)
        query = queries.locked_situation(self._connection.dialect.name)
        return self._situation(query, credential, whom, locked[0].id if locked else None, status_id)

    def _situation(
        self, query: Any, credential: Credential, whom: Whom, person: str | int | None, status_id: str | None
    ) -> Situation:
        is_by_database = self._clock is read_clock and self._connection.dialect.name == "postgresql"
        until = None if is_by_database else self._clock(self._connection) + queries.SOON
        meant = {
            "domain_id": _number(whom.domain_id),
            "person": _value(person),
            "this": _value(status_id),
            "until": until,
            "reach": until and until + REACH,
        }
        ((facts, definitions, now),) = run(self._connection, query, _of_caller(credential) | meant)
        standing, domain, person_columns, statuses, sequence = json.loads(facts)
        return Situation(
            standing=_standing(standing),
            target=AccessTarget(whom.domain_id, domain[_ORGANISATION] or None),
            whom=whom,
            found=_person(person_columns, domain),
            definitions=_definitions(definitions),
            statuses=tuple(map(status_of, statuses or ())),
            sequence=sequence or 0,
            now=now if is_by_database else self._clock(self._connection),
        )


def _of_caller(credential: Credential) -> dict[str, Any]:
    """Return the parameters for a caller. Only a token of ours can be revoked."""
    token = credential if isinstance(credential, Bearer) and credential.token_id is not None else None
    return {
        "user_id": credential.user_id,
        "token_id": token and token.token_id,
        "family": token and token.family,
        "client_id": token and token.client,
    }


def _value(value: str | int | None) -> str | int | None:
    """Return `value`; `None`, which is no row's, if no row can have it: PostgreSQL refuses a text with NUL."""
    if isinstance(value, int):
        return _number(value)
    return None if value is None or "\0" in value else value


def _number(number: int) -> int | None:
    """Return `number`; `None`, which is no row's, if it is too large for the database."""
    return number if number <= LARGEST_NUMBER else None


_ORGANISATION: Final = queries.OF_DOMAIN.index("organisation_id")


def _standing(values: Sequence[Any]) -> Standing:
    is_revoked, writes_own_only, domain_id, email, deactivated_at, is_administrator, password_hash, roles = (
        values
    )
    return Standing(
        is_revoked=bool(is_revoked),
        writes_own_only=bool(writes_own_only),
        domain_id=domain_id,
        email=email,
        is_active=deactivated_at is None,
        is_administrator=bool(is_administrator),
        password_hash=password_hash,
        roles=frozenset(role(*text.split(":")) for text in (roles or "").split()),
    )


def _person(values: Sequence[Any], of_domain: Sequence[Any]) -> Person | None:
    columns = dict(zip(queries.OF_PERSON, values, strict=True))
    if columns["id"] is None:
        return None
    domain = dict(zip(queries.OF_DOMAIN, of_domain, strict=True))
    domain["statuses_are_on"] = bool(domain["statuses_are_on"])
    domain["day_halves"] = time.fromisoformat(domain["day_halves"])
    columns["is_administrator"] = bool(columns["is_administrator"])
    return Person(domain=Domain(**domain), **columns)


@lru_cache(_DEFINITIONS_KEPT)
def _definitions(text: str | None) -> Definitions:
    """Parse definitions. They seldom change, so the same text is parsed once."""
    found = (
        dict(zip(queries.OF_DEFINITION, values, strict=True)) for values in json.loads(text or "null") or ()
    )
    return MappingProxyType({columns["profile_status_id"]: _definition(columns) for columns in found})


def _definition(columns: dict[str, Any]) -> Definition:
    columns["is_in_use"] = bool(columns["is_in_use"])
    columns["is_for_everybody"] = bool(columns["is_for_everybody"])
    columns["names"] = tuple((language, name) for language, name in columns["names"])
    return Definition(**columns)

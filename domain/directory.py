"""Who there is: domains, their people, and the statuses that a domain has in use."""

from dataclasses import dataclass
from typing import Final

from domain.refusals import PersonUnknown, StatusesAreOff, StatusNotInUse


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A tenant. `zone` (an IANA name) is what grommunio's naive dates are meant in."""

    id: int
    name: str
    zone: str
    statuses_are_on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who has statuses. `id` is grommunio's number, `user_id` the resource id of NAVER WORKS."""

    id: int
    user_id: str
    domain: Domain
    email: str
    external_key: str | None
    name: str
    is_administrator: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A profile status as a domain offers it: its name and its icon."""

    profile_status_id: str
    name: str
    icon_type: str


#: The four that every domain has (NAVER WORKS, "create a profile status").
BUILT_IN: Final = {
    definition.profile_status_id: definition
    for definition in (
        Definition(profile_status_id="BUSY", name="Busy", icon_type="BUSY"),
        Definition(profile_status_id="AWAY", name="Away", icon_type="AWAY"),
        Definition(profile_status_id="LEAVE_OFFICE", name="Off work", icon_type="OFF"),
        Definition(profile_status_id="ABSENCE", name="Absent", icon_type="ABSENCE"),
    )
}

PROFILE_STATUS_IDS: Final = (
    *BUILT_IN,
    *(f"CUSTOM{number:02}" for number in range(1, 13)),
)


def check_in_use(domain: Domain, profile_status_id: str) -> None:
    """Return nothing when the domain lets its people have this status.

    Raises:
        StatusesAreOff: the domain has switched statuses off.
        StatusNotInUse: it has no such status, or does not use it.
    """
    if not domain.statuses_are_on:
        raise StatusesAreOff
    if profile_status_id not in BUILT_IN:
        raise StatusNotInUse


def definition(profile_status_id: str) -> Definition:
    """Return the definition of a status that is in use."""
    return BUILT_IN[profile_status_id]


@dataclass(frozen=True, slots=True)
class PersonReference:
    """How a caller names a person: exactly one of these is set."""

    user_id: str | None = None
    email: str | None = None
    external_key: str | None = None


_EXTERNAL_KEY: Final = "externalKey:"


def person_reference(text: str) -> PersonReference:
    """Return whom `text` names: a mail address, a resource id, or `externalKey:` and a key.

    Raises:
        PersonUnknown: nobody can be named so.
    """
    if not text.isprintable():
        raise PersonUnknown
    if text.startswith(_EXTERNAL_KEY):
        return PersonReference(external_key=text.removeprefix(_EXTERNAL_KEY))
    if "@" in text:
        return PersonReference(email=text.lower())
    return PersonReference(user_id=text)

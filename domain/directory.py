"""Who there is: domains and their people."""

from dataclasses import dataclass
from typing import Final

from domain.refusals import PersonUnknown, StatusesAreOff


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A tenant. `zone` (an IANA name) is what grommunio's naive dates are meant in."""

    id: int
    name: str
    zone: str
    statuses_are_on: bool = True
    #: Which company it belongs to: mail between two domains of one company is mail from inside.
    organisation_id: int = 0


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
    is_active: bool = True


def check_statuses_are_on(domain: Domain) -> None:
    """Return nothing when the domain's people have statuses.

    Raises:
        StatusesAreOff: the domain has switched them off.
    """
    if not domain.statuses_are_on:
        raise StatusesAreOff


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

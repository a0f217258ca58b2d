"""Domains and their people."""

from dataclasses import dataclass
from typing import Final

from domain.refusals import PersonUnknown, StatusesAreOff


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A tenant. `zone` (an IANA name) is the time zone of grommunio's dates, which have none of their own."""

    id: int
    name: str
    zone: str
    statuses_are_on: bool = True
    #: The company of the domain: mail between two domains of one company counts as mail from inside.
    organisation_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person with statuses. `id` is the number that grommunio uses, `user_id` the resource id of NAVER WORKS."""

    id: int
    user_id: str
    domain: Domain
    email: str
    external_key: str | None
    name: str
    is_administrator: bool = False
    is_active: bool = True


def check_statuses_are_on(domain: Domain) -> None:
    """Raise `StatusesAreOff` if the domain has switched statuses off."""
    if not domain.statuses_are_on:
        raise StatusesAreOff


@dataclass(frozen=True, slots=True)
class PersonReference:
    """The identifier by which a caller names a person: exactly one field is set."""

    user_id: str | None = None
    email: str | None = None
    external_key: str | None = None


_EXTERNAL_KEY: Final = "externalKey:"


def person_reference(text: str) -> PersonReference:
    """Parse the identifier of a person: a mail address, a resource id, or `externalKey:` and a key.

    Raises:
        PersonUnknown: `text` holds unprintable characters, so nobody has this identifier.
    """
    if not text.isprintable():
        raise PersonUnknown
    if text.startswith(_EXTERNAL_KEY):
        return PersonReference(external_key=text.removeprefix(_EXTERNAL_KEY))
    if "@" in text:
        return PersonReference(email=text.lower())
    return PersonReference(user_id=text)

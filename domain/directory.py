"""Domains and their people."""

from dataclasses import dataclass
from datetime import time
from typing import Final

from domain.refusals import InvalidValue, MeIsNobody, NotADomainName, PersonUnknown, Refusal, StatusesAreOff
from domain.wishes import NOON

_LONGEST_DOMAIN_NAME: Final = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """A tenant. `zone` (an IANA name) is the time zone of dates that name none of their own, such as grommunio's.

    `day_halves` is when the second half of a day begins, by the local clock.
    """

    id: int
    name: str
    zone: str
    statuses_are_on: bool = True
    #: The company of the domain: mail between two domains of one company counts as mail from inside.
    organisation_id: int = 0
    day_halves: time = NOON


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


def check_domain_name(name: str) -> None:
    """Raise `NotADomainName` if the name is empty, too long or not printable, or contains a space, `@` or `/`."""
    if not name.isprintable() or not 1 <= len(name) <= _LONGEST_DOMAIN_NAME or set(name) & set(" @/"):
        raise NotADomainName(name)


def check_day_halves(at: time) -> None:
    """Raise `InvalidValue` unless a day has two halves that meet at this time, of whole minutes."""
    if at == time() or at != at.replace(second=0, microsecond=0):
        raise InvalidValue("day_halves", hint="A time between 00:01 and 23:59, such as 12:30.")


def check_statuses_are_on(domain: Domain) -> None:
    """Raise `StatusesAreOff` if the domain has switched statuses off."""
    if not domain.statuses_are_on:
        raise StatusesAreOff


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonReference:
    """The identifier by which a caller names a person: at most one field is set; without one it names nobody."""

    user_id: str | None = None
    email: str | None = None
    external_key: str | None = None
    number: int | None = None
    #: What to raise if nobody has this identifier.
    refusal: type[Refusal] = PersonUnknown

    @property
    def kind(self) -> str:
        """Return the name of the field that is set."""
        return next((kind for kind in _KINDS if getattr(self, kind) is not None), _KINDS[0])

    @property
    def value(self) -> str | int | None:
        """Return the value of the field that is set."""
        value: str | int | None = getattr(self, self.kind)
        return value


_KINDS: Final = ("user_id", "email", "external_key", "number")
_EXTERNAL_KEY: Final = "externalKey:"
_ME: Final = "me"


def person_reference(text: str) -> PersonReference:
    """Parse the identifier of a person: a mail address, a resource id, or `externalKey:` and a key."""
    if not text.isprintable():
        # Nobody has it, and the databases refuse to look for some of these.
        return PersonReference()
    if text.startswith(_EXTERNAL_KEY):
        return PersonReference(external_key=text.removeprefix(_EXTERNAL_KEY))
    if "@" in text:
        return PersonReference(email=text.lower())
    return PersonReference(user_id=text)


@dataclass(frozen=True, slots=True)
class Whom:
    """The person whom a request is about: the domain, which need not exist, and the identifier in it."""

    domain_id: int
    reference: PersonReference


def whom(text: str, domain_id: int, user_id: str | None) -> Whom:
    """Parse an identifier in this domain; `me` is the caller, who has this resource id unless it is a service."""
    if text == _ME:
        return Whom(
            domain_id, PersonReference(user_id=user_id, refusal=PersonUnknown if user_id else MeIsNobody)
        )
    return Whom(domain_id, person_reference(text))


def whom_or_number(text: str, domain_id: int, user_id: str | None) -> Whom:
    """Parse an identifier as `whom` does; only digits are a person's number, which grommunio's paths have."""
    if text.isascii() and text.isdecimal():
        # Longer ones are nobody's number; Python refuses those of many thousand digits.
        return Whom(domain_id, PersonReference(number=int(text) if len(text) <= _DIGITS else None))
    return whom(text, domain_id, user_id)


_DIGITS: Final = 10

"""Import of a list of people into a domain: what a list can contain, and what it changes."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from domain.refusals import (
    ControlCharacter,
    InvalidValue,
    NotAMailAddress,
    NotAnExternalKey,
    TextTooLong,
    ValueMissing,
)

_LONGEST_ADDRESS: Final = 320
_LONGEST_NAME: Final = 255
_ADDRESS: Final = re.compile(r"[^\s@]+@[^\s@]+")
#: NAVER WORKS, "directory": at most 100 characters, and none of these.
_KEY: Final = re.compile(r"[^%\\#/?]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One person of a list.

    Raises:
        InvalidValue: a mail address, the name or the external key is invalid.
    """

    email: str
    name: str
    external_key: str | None = None
    aliases: tuple[str, ...] = ()
    is_administrator: bool = False
    is_active: bool = True

    def __post_init__(self) -> None:
        _check_address("email", self.email)
        for alias in self.aliases:
            _check_address("aliases", alias)
        _check_name(self.name)
        if self.external_key is not None and not (
            _KEY.fullmatch(self.external_key) and self.external_key.isprintable()
        ):
            raise NotAnExternalKey("externalKey")

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return every mail address of the person, the main one first."""
        return (self.email, *self.aliases)


def entry(said: Mapping[str, Any], known: Entry | None = None) -> Entry:
    """Return `known`, or a new entry, with the values of `said`; missing ones stay unchanged.

    Addresses become lower case, and the main address is removed from the aliases.

    Raises:
        InvalidValue: a value is invalid.
    """
    email = said["email"].lower()
    further = {alias.lower() for alias in said.get("aliases", known.aliases if known else ())}
    told = {**said, "email": email, "aliases": tuple(sorted(further - {email}))}
    return replace(known, **told) if known else Entry(**told)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: its number, and its values by the names of `Entry`'s fields."""

    number: int
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line is refused."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """A person of the domain, with their number."""

    id: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A change of one person: their old entry and the new one."""

    known: Known
    entry: Entry

    @property
    def deactivates(self) -> bool:
        """Return whether the change deactivates the person."""
        return self.known.entry.is_active and not self.entry.is_active

    @property
    def reactivates(self) -> bool:
        """Return whether the change reactivates the person."""
        return self.entry.is_active and not self.known.entry.is_active

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields that change."""
        names = Entry.__slots__
        return tuple(name for name in names if getattr(self.known.entry, name) != getattr(self.entry, name))


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The changes that a list makes to a domain. With any fault, none is carried out."""

    added: tuple[Entry, ...]
    rewritten: tuple[Rewrite, ...]
    unchanged: int
    faults: tuple[Fault, ...]

    @property
    def changed(self) -> tuple[Rewrite, ...]:
        """Return the changes that deactivate nobody."""
        return tuple(rewrite for rewrite in self.rewritten if not rewrite.deactivates)

    @property
    def deactivated(self) -> tuple[Rewrite, ...]:
        """Return the changes that deactivate somebody."""
        return tuple(rewrite for rewrite in self.rewritten if rewrite.deactivates)


def reconcile(
    known: Sequence[Known],
    lines: Sequence[Line],
    *,
    taken: Collection[str] = (),
    deactivate_missing: bool = False,
) -> Reconciliation:
    """Compare `lines` with the people who are `known`, and return the changes.

    A line describes the person with its external key, else the person with its mail address, else a new person.
    `taken` are addresses of people in other domains. People without a line stay unchanged, or are deactivated.
    """
    faults: list[Fault] = []
    matches = _matches(known, lines, faults)
    twice = {fault.line for fault in faults}
    entries: dict[int, Entry] = {}
    for line in lines:
        if line.number in twice:
            continue
        match = matches.get(line.number)
        try:
            entries[line.number] = entry(line.said, match.entry if match else None)
        except InvalidValue as refusal:
            faults.append(Fault(line.number, str(refusal)))
    named = {match.id for match in matches.values()}
    missing = [one for one in known if one.id not in named]
    faults += _collisions(missing, entries, taken)
    rewritten = [
        Rewrite(match, entries[number])
        for number, match in matches.items()
        if number in entries and entries[number] != match.entry
    ]
    if deactivate_missing:
        leaving = (one for one in missing if one.entry.is_active)
        rewritten += (Rewrite(one, replace(one.entry, is_active=False)) for one in leaving)
    added = tuple(one for number, one in entries.items() if number not in matches)
    return Reconciliation(
        added=added,
        rewritten=tuple(rewritten),
        unchanged=len(known) - len(rewritten),
        faults=tuple(sorted(faults, key=lambda fault: fault.line)),
    )


def amend(
    known: Sequence[Known], who: Known, said: Mapping[str, Any], *, taken: Collection[str] = ()
) -> Reconciliation:
    """Return the changes when `who`, one of the `known`, gets the values of `said`; missing ones stay unchanged.

    `taken` are addresses of people in other domains.
    """
    unchanged = Reconciliation(added=(), rewritten=(), unchanged=len(known), faults=())
    try:
        wanted = entry({"email": who.entry.email, **said}, who.entry)
    except InvalidValue as refusal:
        return replace(unchanged, faults=(Fault(1, str(refusal)),))
    others = [one for one in known if one.id != who.id]
    if faults := tuple(_collisions(others, {1: wanted}, taken)):
        return replace(unchanged, faults=faults)
    if wanted == who.entry:
        return unchanged
    return replace(unchanged, rewritten=(Rewrite(who, wanted),), unchanged=len(known) - 1)


def already_used(known: Sequence[Known], said: Mapping[str, Any]) -> str:
    """Return by which value `said` describes one of the `known`, in words."""
    is_address = any(said["email"].lower() in one.entry.addresses for one in known)
    return f"address {said['email']}" if is_address else f"external key {said.get('external_key')}"


def _matches(known: Sequence[Known], lines: Sequence[Line], faults: list[Fault]) -> dict[int, Known]:
    """Return the person whom each line describes, by line number; a second line for one person is a fault."""
    by_key = {one.entry.external_key: one for one in known if one.entry.external_key}
    by_address = {address: one for one in known for address in one.entry.addresses}
    matches: dict[int, Known] = {}
    told: dict[int, int] = {}
    for line in lines:
        if match := by_key.get(line.said.get("external_key") or ""):
            _match(match, line, matches, told, faults)
    named_by_key = set(told)
    for line in lines:
        match = by_address.get(line.said["email"].lower())
        if match and match.id not in named_by_key and by_key.get(line.said.get("external_key") or "") is None:
            _match(match, line, matches, told, faults)
    return matches


def _match(
    match: Known, line: Line, matches: dict[int, Known], told: dict[int, int], faults: list[Fault]
) -> None:
    if match.id in told:
        faults.append(Fault(line.number, f"This is the person of line {told[match.id]}."))
    else:
        told[match.id] = line.number
        matches[line.number] = match


def _collisions(
    missing: Iterable[Known], entries: Mapping[int, Entry], taken: Collection[str]
) -> Iterator[Fault]:
    """Yield a fault for every address and key of a line that belongs to somebody else, or to an earlier line."""
    elsewhere = {_address(address) for address in taken}
    owners: dict[str, str] = {}
    for one in missing:
        who = one.entry.email if one.entry.is_active else f"{one.entry.email}, who is deactivated"
        owners |= dict.fromkeys(_unique(one.entry), f"belongs to {who}")
    for number, listed in entries.items():
        for what in _unique(listed):
            if what in owners:
                yield Fault(number, f"{what} {owners[what]}.")
            elif what in elsewhere:
                yield Fault(number, f"{what} belongs to somebody in another domain.")
            else:
                owners[what] = f"is already in line {number}"


def _unique(listed: Entry) -> Iterator[str]:
    """Yield the values that must be unique, in words."""
    yield from map(_address, listed.addresses)
    if listed.external_key is not None:
        yield f"The external key {listed.external_key}"


def _address(address: str) -> str:
    return f"The address {address}"


def _check_address(field: str, address: str) -> None:
    if not address:
        raise ValueMissing(field)
    if len(address) > _LONGEST_ADDRESS:
        raise TextTooLong(field, hint=f"{_LONGEST_ADDRESS} characters at most.")
    if not (_ADDRESS.fullmatch(address) and address.isprintable()):
        raise NotAMailAddress(field, hint=address if address.isprintable() else "")


def _check_name(name: str) -> None:
    if not name.strip():
        raise ValueMissing("name")
    if len(name) > _LONGEST_NAME:
        raise TextTooLong("name", hint=f"{_LONGEST_NAME} characters at most.")
    if not name.isprintable():
        raise ControlCharacter("name")

"""A domain's people as somebody lists them: what a list may say, and what it changes."""

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
    """What a list says of one person.

    Raises:
        InvalidValue: a mail address, the name or the external key cannot be used.
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
        """Return every mail address of the person, the first one first."""
        return (self.email, *self.aliases)


def entry(said: Mapping[str, Any], known: Entry | None = None) -> Entry:
    """Return `known` (or somebody new) with what is said of them; what is not said stays.

    Addresses are in small letters, and the first one is none of the further ones.

    Raises:
        InvalidValue: that cannot be.
    """
    email = said["email"].lower()
    further = {alias.lower() for alias in said.get("aliases", known.aliases if known else ())}
    told = {**said, "email": email, "aliases": tuple(sorted(further - {email}))}
    return replace(known, **told) if known else Entry(**told)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: its number, and what it says, under the names of `Entry`'s fields."""

    number: int
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line cannot be used."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is in the domain, by number."""

    id: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Somebody of whom something is to be other than it was."""

    known: Known
    entry: Entry

    @property
    def deactivates(self) -> bool:
        """Return whether the person leaves."""
        return self.known.entry.is_active and not self.entry.is_active

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of what changes."""
        names = Entry.__slots__
        return tuple(name for name in names if getattr(self.known.entry, name) != getattr(self.entry, name))


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What a list changes of a domain, and why it cannot be carried out, if it cannot."""

    added: tuple[Entry, ...]
    rewritten: tuple[Rewrite, ...]
    unchanged: int
    faults: tuple[Fault, ...]

    @property
    def changed(self) -> tuple[Rewrite, ...]:
        """Return who stays, or comes back, other than before."""
        return tuple(rewrite for rewrite in self.rewritten if not rewrite.deactivates)

    @property
    def deactivated(self) -> tuple[Rewrite, ...]:
        """Return who leaves."""
        return tuple(rewrite for rewrite in self.rewritten if rewrite.deactivates)


def reconcile(
    known: Sequence[Known],
    lines: Sequence[Line],
    *,
    taken: Collection[str] = (),
    deactivate_missing: bool = False,
) -> Reconciliation:
    """Return what `lines` change of the people who are `known`.

    A line is about whoever has its external key, else about whoever has its mail address, else about somebody new.
    `taken` are addresses that people of other domains have. Whom no line is about is left alone, or deactivated.
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
    """Return what changes when this is said of `who`, one of those who are `known`; what is not said stays.

    `taken` are addresses that people of other domains have.
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


def _matches(known: Sequence[Known], lines: Sequence[Line], faults: list[Fault]) -> dict[int, Known]:
    """Return whom each line is about, by the line's number; of two lines about one person the later is at fault."""
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
    """Give a fault for every address and key of a line that somebody else has, or that an earlier line gives away."""
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
                owners[what] = f"stands in line {number} already"


def _unique(listed: Entry) -> Iterator[str]:
    """Give what nobody else may have, in words."""
    yield from map(_address, listed.addresses)
    if listed.external_key is not None:
        yield f"The external key {listed.external_key}"


def _address(address: str) -> str:
    return f"The address {address}"


def _check_address(field: str, address: str) -> None:
    if not address:
        raise ValueMissing(field)
    if len(address) > _LONGEST_ADDRESS:
        raise TextTooLong(field, f"{_LONGEST_ADDRESS} characters at most.")
    if not (_ADDRESS.fullmatch(address) and address.isprintable()):
        raise NotAMailAddress(field, address if address.isprintable() else "")


def _check_name(name: str) -> None:
    if not name.strip():
        raise ValueMissing("name")
    if len(name) > _LONGEST_NAME:
        raise TextTooLong("name", f"{_LONGEST_NAME} characters at most.")
    if not name.isprintable():
        raise ControlCharacter("name")

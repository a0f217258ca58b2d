"""Entries of a change as clients write them: a person, an id of the client's own, and a status with its window."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from domain.auto_reply import Audience, AutoReply, Reply
from domain.refusals import ControlCharacter, FieldUnknown, InvalidValue, TextTooLong, ValueMissing
from domain.status import Draft
from domain.wishes import NO_TIMES, Planned, parse, planned
from domain.zones import check_zone

#: The fields of an entry. One with only `person` says that this person is to have nothing in the window of the change.
FIELDS: Final = (
    "person",
    "externalId",
    "status",
    "message",
    "autoReply",
    "from",
    "to",
    "half",
    "fromHalf",
    "toHalf",
    "startsAt",
    "endsAt",
    "zone",
)
_WINDOW: Final = FIELDS[5:12]

_WINDOWS_KEPT: Final = 4096

#: Names that people bring from elsewhere.
_MEANT: Final[Mapping[str, str]] = {
    "until": "to",
    "till": "to",
    "end": "to",
    "start": "from",
    "email": "person",
    "user": "person",
    "userId": "person",
    "id": "externalId",
    "key": "externalId",
    "profileStatusId": "status",
    "text": "message",
    "note": "message",
    "timeZone": "zone",
}

_LONGEST: Final[Mapping[str, int]] = {"person": 320, "externalId": 255, "status": 16, "message": 50}
_LONGEST_REPLY: Final = 1_000_000
#: An entry with more fields is none: each unknown one would be told.
_MOST_FIELDS: Final = 40
#: So many wrong fields of an entry are told: looking for what each was meant to be takes time.
_MOST_FAULTS: Final = 5
_LONGEST_SUBJECT: Final = 200

#: Control characters except tabs and line breaks, and halves of surrogate pairs, which no encoding has.
_NO_TEXT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_USUAL_STATUS: Final = "ABSENCE"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry that can be read. Without `external_id` and `word` it only names a person."""

    person: str
    external_id: str | None
    word: Draft | None


#: Computes the window of fields with their names, in a zone.
Windows = Callable[[tuple[tuple[str, str], ...], str | None], Planned]


def windows(*, domain_zone: str, day_halves: time) -> Windows:
    """Return what computes windows for a domain: each only once, because many people are away on the same days.

    It raises `InvalidValue` if the fields say no window.
    """

    @lru_cache(_WINDOWS_KEPT)
    def window(fields: tuple[tuple[str, str], ...], zone: str | None) -> Planned:
        if zone is not None:
            check_zone(zone)
        return planned(parse(dict(fields)) or NO_TIMES, zone, domain_zone=domain_zone, day_halves=day_halves)

    return window


#: The names in JSON of the fields that refusals name.
JSON_NAMES: Final = {
    "starts_at": "startsAt",
    "ends_at": "endsAt",
    "from_half": "fromHalf",
    "to_half": "toHalf",
    "profile_status_id": "status",
}


class Unreadable(ValueError):
    """An entry cannot be read."""

    def __init__(self, faults: Sequence[InvalidValue]) -> None:
        super().__init__(*faults)
        self.faults = tuple(faults)


def read(said: Mapping[str, Any], windows: Windows) -> Entry:
    """Return the entry that these fields say; `None` and an empty text are as if the field were missing.

    Raises:
        Unreadable: fields are unknown or missing, or their values cannot be used.
    """
    given = {name: value for name, value in said.items() if value is not None and value != ""}
    if len(given) > _MOST_FIELDS:
        raise Unreadable(
            [InvalidValue(hint=f"The entry has {len(given)} fields. Known are {', '.join(FIELDS)}.")]
        )
    faults = [*islice(_faults_of_names(given), _MOST_FAULTS), *_missing(given)]
    if faults:
        raise Unreadable(faults)
    try:
        return _entry(given, windows)
    except InvalidValue as fault:
        raise Unreadable([fault]) from None


def _entry(given: Mapping[str, Any], windows: Windows) -> Entry:
    if given.keys() == {"person"}:
        return Entry(given["person"], None, None)
    window = windows(tuple((name, given[name]) for name in _WINDOW if name in given), given.get("zone"))
    word = Draft(
        profile_status_id=given.get("status", _USUAL_STATUS),
        message=given.get("message"),
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        auto_reply=_auto_reply(given.get("autoReply")),
        wish=window.wish,
        zone=window.zone,
    )
    return Entry(given["person"], given["externalId"], word)


def _faults_of_names(given: Mapping[str, Any]) -> Iterator[InvalidValue]:
    """Yield what is wrong with each field by itself."""
    for name, value in given.items():
        if name not in FIELDS:
            yield FieldUnknown(_written(name), hint=_suggestion(name))
        elif name != "autoReply" and not isinstance(value, str):
            yield InvalidValue(name, hint="It must be a text.")
        elif name in _LONGEST and len(value) > _LONGEST[name]:
            yield TextTooLong(name, hint=f"{_LONGEST[name]} characters at most.")
        elif name in _LONGEST and not value.isprintable():
            yield ControlCharacter(name)


def _written(name: str) -> str:
    """Return the name of an unknown field as a reason can quote it: short, and without characters that nobody sees."""
    return (name if name.isprintable() else ascii(name)[1:-1])[:64]


def _missing(given: Mapping[str, Any]) -> Iterator[InvalidValue]:
    """Yield the fields that are missing, except those that an unknown one was probably meant to be."""
    unknown = (name for name in given if name not in FIELDS)
    meant = {_likely(name) for name in islice(unknown, _MOST_FAULTS)}
    if "person" not in given and "person" not in meant:
        yield ValueMissing("person", hint="Name a person by mail address, id, externalKey:… or number.")
    if given.keys() <= {"person"}:
        return
    if "externalId" not in given and "externalId" not in meant:
        yield ValueMissing("externalId", hint="Give each status an id of your own, and keep it.")
    if given.keys().isdisjoint(_WINDOW) and meant.isdisjoint(_WINDOW):
        yield ValueMissing("from", hint="Say days (from, to) or times (startsAt, endsAt).")


def _suggestion(name: str) -> str:
    likely = _likely(name)
    return f"Did you mean {likely}?" if likely else f"Known are {', '.join(FIELDS)}."


def _likely(name: str) -> str | None:
    return _MEANT.get(name) or next(iter(get_close_matches(name[:64], FIELDS, n=1)), None)


def _auto_reply(said: Any) -> AutoReply | None:
    """Return the reply: one text for everybody, or `internal` and `external` with a subject each."""
    if said is None:
        return None
    if isinstance(said, str):
        said = {"internal": said, "external": said}
    if not isinstance(said, Mapping) or not said.keys() <= {"internal", "external"}:
        raise InvalidValue("autoReply", hint="It is a text, or an object with internal and external.")
    internal, external = (_reply(said.get(side)) for side in ("internal", "external"))
    return AutoReply(
        internal=internal, external=external, audience=Audience.ALL if external else Audience.NONE
    )


def _reply(said: Any) -> Reply | None:
    if isinstance(said, str):
        said = {"text": said}
    if said is None:
        return None
    if not isinstance(said, Mapping) or not said.keys() <= {"text", "subject"}:
        raise InvalidValue("autoReply", hint="A side is a text, or an object with text and subject.")
    text, subject = said.get("text"), said.get("subject")
    if not isinstance(text, str) or not isinstance(subject, str | None):
        raise InvalidValue("autoReply", hint="Text and subject are texts.")
    if _NO_TEXT.search(text) or not (subject or "").isprintable():
        raise ControlCharacter("autoReply", hint="Only the text may have line breaks.")
    if len(subject or "") > _LONGEST_SUBJECT:
        raise TextTooLong("autoReply", hint=f"{_LONGEST_SUBJECT} characters of subject at most.")
    if len(text.encode()) > _LONGEST_REPLY:
        raise TextTooLong("autoReply", hint=f"At most {_LONGEST_REPLY} bytes.")
    return Reply(body=text, subject=subject)

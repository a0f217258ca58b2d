from dataclasses import replace

import pytest
from hypothesis import given

from domain.events import Event, EventKind, of_coming, of_going
from domain.moments import Moment
from domain.status import Status
from domain.timeline import settle
from tests.builders import HOUR, NINE, SEOUL, a_reserved_status, a_status
from tests.domain.strategies import Person, persons, spans, writes

HOME = a_status(id="home")
LEAVE = a_reserved_status(id="leave")
REWRITTEN = replace(HOME, message="At the lake")
MOVED = a_reserved_status(id="home")
IN_SEOUL = replace(LEAVE, starts_at=Moment.of((NINE + HOUR).astimezone(SEOUL)))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([], [], []),
        ([HOME, LEAVE], [LEAVE, HOME], []),
        ([], [HOME], [Event(EventKind.PRESENTED, HOME)]),
        ([], [LEAVE], [Event(EventKind.RESERVED, LEAVE)]),
        ([HOME], [REWRITTEN], [Event(EventKind.CHANGED, REWRITTEN, before=HOME)]),
        # Only the offset changed, but responses contain it.
        ([LEAVE], [IN_SEOUL], [Event(EventKind.CHANGED, IN_SEOUL, before=LEAVE)]),
        ([HOME], [], [Event(EventKind.DELETED, HOME)]),
        ([HOME, LEAVE], [HOME], [Event(EventKind.DELETED, LEAVE)]),
        # Switched off: another status stays, without its auto-reply.
        (
            [HOME, LEAVE],
            [REWRITTEN],
            [Event(EventKind.DELETED, LEAVE), Event(EventKind.CHANGED, REWRITTEN, before=HOME)],
        ),
        ([HOME], [LEAVE], [Event(EventKind.REPLACED, HOME), Event(EventKind.RESERVED, LEAVE)]),
        # A status moved into the slot of another one.
        (
            [HOME, LEAVE],
            [MOVED],
            [Event(EventKind.REPLACED, LEAVE), Event(EventKind.CHANGED, MOVED, before=HOME)],
        ),
    ],
)
def test_what_a_writer_did_is_told(before: list[Status], after: list[Status], told: list[Event]):
    assert [*of_going(before, after), *of_coming(before, after)] == told


@given(persons, spans, writes)
def test_each_status_that_a_writer_touches_is_told_once_and_no_other(person: Person, span, write):
    after = person.after((span, write))
    before = settle(person.kept.statuses, after.now).statuses
    left = settle(after.kept.statuses, after.now).statuses
    told = [event.status for event in (*of_going(before, left), *of_coming(before, left)) if event.status]
    found, kept = {status.id: status for status in before}, {status.id: status for status in left}
    touched = {id_ for id_ in found | kept if id_ not in found or id_ not in kept or found[id_] != kept[id_]}
    assert sorted(status.id for status in told) == sorted(touched)

"""Changes of many people's plans at once, as they are kept: how far each one is, and its entries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from domain.bulk import Action
from domain.status import Draft, Status
from domain.window import Window

#: The number of the first plan of a change.
FIRST_PLAN: Final = 1


class State(StrEnum):
    """How far a change is. Those that end in -ING go on by themselves, also after a crash, except the first."""

    RECEIVING = "receiving"  #: its entries are being sent
    PLANNING = "planning"
    PLANNED = "planned"
    APPLYING = "applying"
    APPLIED = "applied"
    REVERTING = (
        "reverting"  #: it could not be applied as planned: what was written is undone, and it is planned anew
    )
    UNDOING = "undoing"
    UNDONE = "undone"


#: The states in which a worker has something to do.
AT_WORK: Final = (State.PLANNING, State.APPLYING, State.REVERTING, State.UNDOING)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkChange:
    """A change of many people's plans."""

    id: str
    domain_id: int
    #: Whose bookings it changes.
    client: str
    #: Who planned it.
    author: str
    #: Who brought it into its state, with which client and request: the author of its events.
    actor: str
    actor_client: str
    request_id: str | None
    state: State
    all_of: Window | None
    names_everybody: bool
    skips_refused: bool
    entries: int
    #: How many people it concerns, and how many are done in this state.
    people: int
    people_done: int
    position: int
    until: int | None
    counts: Mapping[str, int]
    #: The number of its plan: one more each time it is planned anew. While it is reverted, that of the plan to come.
    plan: int
    #: Why the plan before could not be applied.
    problem: str | None
    created_at: datetime
    touched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a change: what a client wants of one booking of a person, or only a person."""

    number: int
    person_id: int | None
    #: As the client named the person.
    person: str
    external_id: str | None
    word: Draft | None
    action: Action
    reason: str | None = None
    earlier: Draft | None = None
    before: Status | None = None
    after: Status | None = None
    left_because: str | None = None

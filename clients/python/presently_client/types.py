"""What the API takes and tells, with its own names. Its reference explains each: `/docs` of the server."""

from typing import Any, Literal, Required, TypedDict

Audience = Literal["nobody", "known", "everybody"]
Detail = Literal["busy", "status", "message"]


class NewReply(TypedDict, total=False):
    """The reply to mail from one side: either `text` or `html`."""

    text: str | None
    html: str | None
    subject: str | None
    directly: bool


class NewAutoReply(TypedDict, total=False):
    """The automatic replies to mail from inside and from outside the company."""

    internal: NewReply | None
    external: NewReply | None
    audience: Audience


_Window = TypedDict(
    "_Window",
    {
        "from": str | None,
        "to": str | None,
        "half": str | None,
        "fromHalf": str | None,
        "toHalf": str | None,
        "startsAt": str | None,
        "endsAt": str | None,
        "zone": str | None,
    },
    total=False,
)


class StatusPatch(_Window, total=False):
    """The fields of a status that change; `None` empties one."""

    status: str | None
    message: str | None
    autoReply: NewAutoReply | None


class NewStatus(_Window, total=False):
    """A status that is wanted: by days (`from`, `to`), by times (`startsAt`, `endsAt`), or from now on."""

    status: Required[str]
    message: str | None
    autoReply: NewAutoReply | None


class Reply(TypedDict):
    """The reply to mail from one side."""

    text: str | None
    html: str | None
    subject: str | None
    directly: bool


class AutoReply(TypedDict):
    """The automatic replies. Where they are switched off, they are kept and answer nobody."""

    isOn: bool
    internal: Reply | None
    external: Reply | None
    audience: Audience


class Status(TypedDict):
    """A status of a person, in force or ahead."""

    id: str
    worksId: str
    status: str
    message: str | None
    state: Literal["ahead", "inForce"]
    isShown: bool
    startsAt: str
    endsAt: str | None
    wish: dict[str, str] | None
    wishInWords: str | None
    zone: str
    place: Literal["works", "outOfOffice"] | None
    bookedBy: str | None
    externalId: str | None
    autoReply: AutoReply | None


class Booking(TypedDict):
    """What became of a booking. `status` is `None` if it was ended or deleted, and its window is the same."""

    externalId: str
    status: Status | None


class Shown(TypedDict):
    """What is told of a status to everybody."""

    id: str
    status: str
    name: str
    message: str | None
    startsAt: str
    endsAt: str | None
    replies: bool


class ShownStatus(Shown):
    """What others see of a status."""

    iconUrl: str


class Layer(Shown):
    """A status as it was, is or will be."""

    bookedBy: str | None


class Segment(TypedDict):
    """A time in which nothing changes: what shows, and what that covers."""

    startsAt: str
    endsAt: str
    shown: Layer | None
    covered: list[Layer]


class Moment(TypedDict):
    """What shows at a moment, and what that covers."""

    at: str
    shown: Layer | None
    covered: list[Layer]


class Forecast(TypedDict):
    """What a write would do: the status, the timeline where it changes, and what to think about before."""

    status: Status | None
    timeline: list[Segment]
    warnings: list[dict[str, Any]]


class Change(TypedDict):
    """A change of a person's statuses, in words (`text`) and as data."""

    id: int
    kind: str
    at: str
    dueAt: str | None
    lateMs: int | None
    text: str
    actor: str
    client: str | None
    requestId: str | None
    job: str | None
    changed: list[str] | None
    before: Layer | None
    after: Layer | None
    shownAfter: dict[str, str | None] | None


class AuditSearch(TypedDict, total=False):
    """Whose changes are looked for: of a person, by an actor, of a bulk change."""

    person: str
    actor: str
    job: str


class AuditedChange(Change):
    """A change that somebody made, and the person (`number`, `email`, `name`) whom it was about."""

    person: dict[str, Any]


class Feed(TypedDict):
    """A calendar feed."""

    id: str
    shows: Detail
    name: str | None
    createdAt: str
    createdBy: str


class MadeFeed(Feed):
    """A new calendar feed. Its secret `address` is told only this once."""

    address: str | None


class Person(TypedDict):
    """A person, and what they show."""

    id: str
    number: int
    name: str
    email: str
    aliases: list[str]
    externalKey: str | None
    isAway: bool
    shown: ShownStatus | None
    next: ShownStatus | None
    outOfOffice: ShownStatus | None
    #: What makes the person away in the time that was asked for with `away`; else `None`.
    awayWith: list[ShownStatus] | None


class Domain(TypedDict):
    """The domain of the token."""

    id: int
    name: str
    zone: str
    dayHalves: str
    statusesAreOn: bool


class Definition(TypedDict):
    """A profile status that the domain's people can have."""

    id: str
    name: str
    names: dict[str, str]
    iconUrl: str
    inUse: bool
    forEverybody: bool
    order: int


class Entry(_Window, total=False):
    """What is wanted for a person. With `person` only: that the person has nothing."""

    person: Required[str]
    externalId: str
    status: str
    message: str | None
    autoReply: NewAutoReply | None


class BulkChange(TypedDict):
    """A change of many people's plans."""

    id: str
    state: str
    client: str
    author: str
    createdAt: str
    allFrom: str | None
    allTo: str | None
    entries: int
    people: int
    peopleDone: int
    counts: dict[str, int]
    plan: int
    problem: str | None


class Difference(TypedDict):
    """What a change does to one booking."""

    entry: int
    action: str
    person: str
    externalId: str | None
    reason: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    leftBecause: str | None

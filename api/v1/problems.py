"""The problems of this dialect (RFC 9457): each has a type, and a page that says what it means and what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from domain import refusals

#: The path of the pages. A problem's `type` is the path of its page: it is the same on every server (RFC 9457 §3.1.1).
PAGES: Final = "/presently/v1/problems"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A kind of problem, and what its page says."""

    #: The last part of its type. Programs compare it: it never changes.
    name: str
    status: HTTPStatus
    title: str
    meaning: str
    remedy: str

    @property
    def type(self) -> str:
        """Return the URI of the kind of problem, which is the path of its page."""
        return f"{PAGES}/{self.name}"


UNREADABLE: Final = Problem(
    name="unreadable-body",
    status=HTTPStatus.BAD_REQUEST,
    title="The body cannot be read.",
    meaning="The body is missing, or is no JSON object in UTF-8.",
    remedy="Send a JSON object in UTF-8, without Content-Encoding. `detail` says where reading stopped.",
)
NOT_JSON: Final = Problem(
    name="not-json",
    status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    title="The body is not JSON.",
    meaning="The Content-Type of the body is one that this path does not take.",
    remedy="Send JSON, with Content-Type: application/json.",
)
INVALID: Final = Problem(
    name="invalid-request",
    status=HTTPStatus.UNPROCESSABLE_ENTITY,
    title="The request has values that cannot be used.",
    meaning="At least one value in the body, the query or a header cannot be used, or has an unknown name.",
    remedy=(
        "`errors` lists the faults; days and times are looked at when the other fields are right. `pointer` says where "
        "it is: `#/message` is a field of the body, as a JSON Pointer; `?limit` is a name in the query; `If-Match` is "
        "a header. `detail` says what would be right."
    ),
)
NOT_SIGNED_IN: Final = Problem(
    name="not-signed-in",
    status=HTTPStatus.UNAUTHORIZED,
    title="A valid bearer token is required.",
    meaning="There is no token in the Authorization header, or it is not valid (any more).",
    remedy="Get a token from POST /oauth2/v2.0/token, and send it as `Authorization: Bearer …`.",
)
NOT_ALLOWED: Final = Problem(
    name="not-allowed",
    status=HTTPStatus.FORBIDDEN,
    title="The token does not allow this.",
    meaning="The token is valid, but it lacks a scope, or it may change only its own person's statuses.",
    remedy="`detail` names the scopes of which one is enough. Ask an administrator for a client that has it.",
)
NOT_THERE: Final = Problem(
    name="not-there",
    status=HTTPStatus.NOT_FOUND,
    title="There is no such thing.",
    meaning="Nothing has this path, or what the path names does not exist, or not any more.",
    remedy="Look at the names in the path. People are listed by GET /presently/v1/people.",
)
PERSON_UNKNOWN: Final = Problem(
    name="person-unknown",
    status=HTTPStatus.NOT_FOUND,
    title="There is no such person.",
    meaning="Nobody active in the domain of the token has this mail address, id, external key or number.",
    remedy="Name people by mail address, by `id`, by `externalKey:` and the key, by `number`, or as `me`.",
)
STATUS_UNKNOWN: Final = Problem(
    name="status-unknown",
    status=HTTPStatus.NOT_FOUND,
    title="The person has no such status.",
    meaning="No status of this person has this id, or it is over.",
    remedy="GET the statuses of the person. What was is told by the timeline and the history.",
)
PAST_UNKNOWN: Final = Problem(
    name="past-unknown",
    status=HTTPStatus.NOT_FOUND,
    title="What was shown then is not known any more.",
    meaning="Events are deleted after some time, and the past is computed from them.",
    remedy="`detail` says from when on the past is known.",
)
NO_SUCH_METHOD: Final = Problem(
    name="no-such-method",
    status=HTTPStatus.METHOD_NOT_ALLOWED,
    title="The path does not support this method.",
    meaning="The path exists, but cannot be called by this method.",
    remedy="The header Allow lists the methods of the path.",
)
CONFLICT: Final = Problem(
    name="conflict",
    status=HTTPStatus.CONFLICT,
    title="The request contradicts what is stored.",
    meaning="What is stored now does not permit this.",
    remedy="`detail` says what stands in the way.",
)
STATUSES_ARE_OFF: Final = Problem(
    name="statuses-are-off",
    status=HTTPStatus.CONFLICT,
    title="The domain has switched statuses off.",
    meaning="An administrator has switched statuses off for the whole domain, so none can be set.",
    remedy="Ask an administrator of the domain to switch them on. `statusesAreOn` of GET /domain tells.",
)
STATUS_NOT_IN_USE: Final = Problem(
    name="status-not-in-use",
    status=HTTPStatus.UNPROCESSABLE_ENTITY,
    title="The domain does not use this profile status.",
    meaning="The domain has no such profile status, or has taken it out of use.",
    remedy="Choose one of those with `inUse` in GET /presently/v1/definitions.",
)
FEED_UNKNOWN: Final = Problem(
    name="feed-unknown",
    status=HTTPStatus.NOT_FOUND,
    title="There is no such calendar feed.",
    meaning="No feed has this id or this address, or it was revoked, or its person is deactivated.",
    remedy="List the feeds of the person, or GET /presently/v1/feeds. A new one has a new address.",
)
TOO_MANY_CHANGES: Final = Problem(
    name="too-many-changes",
    status=HTTPStatus.CONFLICT,
    title="There are too many changes that are not applied.",
    meaning="A client can have 100 changes that are not applied. They are deleted after a week.",
    remedy="GET /presently/v1/changes lists them. DELETE those that are not needed.",
)
TOO_MANY_FEEDS: Final = Problem(
    name="too-many-feeds",
    status=HTTPStatus.CONFLICT,
    title="There are too many calendar feeds.",
    meaning="A person can have 100 calendar feeds, and so can the domain as such.",
    remedy="DELETE those that are not needed.",
)
NOT_BEGUN: Final = Problem(
    name="not-begun",
    status=HTTPStatus.CONFLICT,
    title="The status has not begun.",
    meaning="Only a status in force can be ended. This one lies ahead.",
    remedy="DELETE it to cancel it, or PATCH its window.",
)
TOO_MANY_PLANS: Final = Problem(
    name="too-many-plans",
    status=HTTPStatus.CONFLICT,
    title="The person has too many statuses ahead.",
    meaning="A person can have 1,000 statuses ahead.",
    remedy="Delete those that are not needed, or plan the later ones later.",
)
EXTERNAL_ID_TAKEN: Final = Problem(
    name="external-id-taken",
    status=HTTPStatus.CONFLICT,
    title="Your client has used this external id before.",
    meaning="An external id belongs to one status of one person, for as long as the booking is kept.",
    remedy="To change that status, PUT …/statuses/external/{externalId} for its person. Else choose another id.",
)
HAS_CHANGED: Final = Problem(
    name="has-changed",
    status=HTTPStatus.PRECONDITION_FAILED,
    title="It has changed since you read it.",
    meaning="The header If-Match names another version than the one that is stored. Nothing was written.",
    remedy="GET it again, look at what has changed, and send the request with the new ETag.",
)
STILL_RUNNING: Final = Problem(
    name="still-running",
    status=HTTPStatus.CONFLICT,
    title="The first request is still running.",
    meaning="Another request with the same Idempotency-Key has not been answered yet.",
    remedy="Repeat the request after the seconds of Retry-After. You get the answer to the first one.",
)
KEY_REUSED: Final = Problem(
    name="key-reused",
    status=HTTPStatus.UNPROCESSABLE_ENTITY,
    title="The Idempotency-Key belongs to another request.",
    meaning="Within the last 24 hours, a request with another method, path, query or body had the same key.",
    remedy="Make a new random key for each new request, and keep it only to repeat this one.",
)
CHANGE_UNKNOWN: Final = Problem(
    name="change-unknown",
    status=HTTPStatus.NOT_FOUND,
    title="There is no such change.",
    meaning="No change of your client has this id, or it is so old that it was forgotten.",
    remedy="GET /presently/v1/changes lists those that there are. What is forgotten can be planned again.",
)
TOO_MANY_ENTRIES: Final = Problem(
    name="too-many-entries",
    status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    title="The change has too many entries.",
    meaning="A change can have 100,000 entries.",
    remedy="Send several changes, each with everything for its people.",
)
TOO_LARGE: Final = Problem(
    name="body-too-large",
    status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    title="The body is too large.",
    meaning="The body has more bytes or more values than are read.",
    remedy="Send less at once.",
)
TOO_MANY_REQUESTS: Final = Problem(
    name="too-many-requests",
    status=HTTPStatus.TOO_MANY_REQUESTS,
    title="Too many requests.",
    meaning="The client has used up its limit for this path, or the person the daily limit for reply texts.",
    remedy="Wait for the seconds of Retry-After. The headers RateLimit-… tell how much is left.",
)
FAILED: Final = Problem(
    name="internal-error",
    status=HTTPStatus.INTERNAL_SERVER_ERROR,
    title="Something went wrong here.",
    meaning="A fault of Presently. It has been logged with the id in X-Request-ID.",
    remedy="Tell whoever runs Presently the id in X-Request-ID. What has an Idempotency-Key can be repeated.",
)
UNAVAILABLE: Final = Problem(
    name="unavailable",
    status=HTTPStatus.SERVICE_UNAVAILABLE,
    title="The store cannot be reached or is busy.",
    meaning="The database cannot be reached, or too many requests wait for it.",
    remedy="Repeat the request after the seconds of Retry-After, a POST or PATCH with its Idempotency-Key.",
)

#: The problem of each refusal. A refusal that is not here is that of its nearest ancestor.
OF_REFUSALS: Final[Mapping[type[refusals.Refusal], Problem]] = {
    refusals.PersonUnknown: PERSON_UNKNOWN,
    refusals.MeIsNobody: PERSON_UNKNOWN,
    refusals.StatusUnknown: STATUS_UNKNOWN,
    refusals.PastUnknown: PAST_UNKNOWN,
    refusals.FeedUnknown: FEED_UNKNOWN,
    refusals.TooManyFeeds: TOO_MANY_FEEDS,
    refusals.TooManyChanges: TOO_MANY_CHANGES,
    refusals.ChangeUnknown: CHANGE_UNKNOWN,
    refusals.TooManyEntries: TOO_MANY_ENTRIES,
    refusals.NotThere: NOT_THERE,
    refusals.InvalidValue: INVALID,
    refusals.StatusesAreOff: STATUSES_ARE_OFF,
    refusals.StatusNotInUse: STATUS_NOT_IN_USE,
    refusals.Changed: HAS_CHANGED,
    refusals.StillRunning: STILL_RUNNING,
    refusals.KeyReused: KEY_REUSED,
    refusals.NotBegun: NOT_BEGUN,
    refusals.TooManyPlans: TOO_MANY_PLANS,
    refusals.ExternalIdTaken: EXTERNAL_ID_TAKEN,
    refusals.NotSignedIn: NOT_SIGNED_IN,
    refusals.NotAllowed: NOT_ALLOWED,
    refusals.TooOften: TOO_MANY_REQUESTS,
    refusals.IssuerUnreachable: UNAVAILABLE,
    refusals.Refusal: CONFLICT,
}

#: The problem of each failure; any other status means that the body could not be read.
OF_FAILURES: Final[Mapping[HTTPStatus, Problem]] = {
    problem.status: problem
    for problem in (NOT_THERE, NO_SUCH_METHOD, TOO_LARGE, NOT_JSON, FAILED, UNAVAILABLE)
}


def of(refusal: refusals.Refusal) -> Problem:
    """Return the problem of a refusal."""
    return next(OF_REFUSALS[kind] for kind in type(refusal).__mro__ if kind in OF_REFUSALS)


def listed() -> Iterator[Problem]:
    """Yield every problem once, by status."""
    every = {
        problem.name: problem
        for problem in (UNREADABLE, NOT_JSON, *OF_REFUSALS.values(), *OF_FAILURES.values())
    }
    yield from sorted(every.values(), key=lambda problem: (problem.status, problem.name))

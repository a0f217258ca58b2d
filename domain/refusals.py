"""Why a request is refused: one family of errors, independent of any protocol.

    Refusal
    ├── NotThere
    │   ├── DomainUnknown
    │   ├── OrganisationUnknown
    │   ├── RoleUnknown
    │   ├── PersonUnknown
    │   ├── StatusUnknown
    │   ├── PastUnknown
    │   ├── FeedUnknown
    │   ├── DefinitionUnknown
    │   └── ChangeUnknown
    ├── InvalidValue            (names the field)
    │   ├── ValueMissing
    │   ├── EndMissing
    │   ├── WindowIsEmpty
    │   │   └── StartsTooLate
    │   ├── WindowIsOver
    │   │   └── DayIsOver
    │   ├── TooFarAhead
    │   ├── DayUnknown
    │   ├── DayIsSkipped
    │   ├── FieldUnknown
    │   ├── TextTooLong
    │   ├── ControlCharacter
    │   ├── NotACustomStatus
    │   ├── NotAMailAddress
    │   ├── NotAnExternalKey
    │   ├── NotADomainName
    │   └── ZoneUnknown
    ├── MissingData
    ├── EntryRefused
    ├── DomainExists
    ├── LoginNameTaken
    ├── StatusesAreOff
    ├── StatusNotInUse
    ├── NotBegun
    ├── TooManyPlans
    ├── TooManyFeeds
    ├── TooManyChanges
    ├── ExternalIdTaken
    ├── StillRunning
    ├── KeyReused
    ├── TooManyEntries
    ├── DuplicateEntry
    ├── HasRefusedEntries
    ├── NotPossibleNow
    ├── PlanIsOutdated
    ├── Changed
    ├── DefinitionExists
    ├── TooManyDefinitions
    ├── MeIsNobody
    ├── NotSignedIn
    │   ├── TokenMalformed
    │   ├── TokenForged
    │   ├── TokenExpired
    │   ├── TokenNotYetValid
    │   ├── TokenRevoked
    │   └── CallerUnknown
    ├── NotAllowed
    │   ├── OwnStatusesOnly
    │   ├── OwnBookingsOnly
    │   ├── NoDefinitions
    │   ├── ScopeMissing
    │   ├── AdministratorsOnly
    │   ├── NotForEverybody
    │   ├── BuiltInStays
    │   ├── AccountGone
    │   └── AccountDeactivated
    ├── LoginRefused
    │   ├── WrongPassword
    │   └── MayNotLogIn
    ├── TooOften
    │   ├── TooManyLogins
    │   ├── TooMuchReplyText
    │   └── TooManyRequests
    ├── IssuerUnreachable
    └── NoGrant
        ├── ClientUnknown
        ├── NoScopeLeft
        └── GrantInvalid
            ├── AssertionMalformed
            ├── AssertionForged
            ├── AssertionOfAnother
            ├── AssertionTooEarly
            ├── AssertionExpired
            ├── AssertionTooLong
            ├── DelegatingUserUnknown
            ├── RefreshTokenInvalid
            └── TokenOfAnother

The docstring of a refusal is its message. Each dialect maps refusals to its own codes in one table, and the names of
fields to its own. Refusals that only one protocol has stand with it (`api/*/refusals.py`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta


class Refusal(Exception):
    """The request cannot be carried out."""

    def __str__(self) -> str:
        return self.__doc__ or ""

    def message(self, names: Mapping[str, str]) -> str:  # noqa: ARG002 (it names no field)
        """Return the message; `names` are a protocol's own names of the fields."""
        return str(self)


class NotThere(Refusal):
    """What the request is about does not exist."""


class DomainUnknown(NotThere):
    """There is no such domain."""


class OrganisationUnknown(NotThere):
    """No domain belongs to this organisation."""


class RoleUnknown(NotThere):
    """Nobody has this role."""


class PersonUnknown(NotThere):
    """There is no such person in this domain."""


class StatusUnknown(NotThere):
    """This person has no such status, or it is over."""


class PastUnknown(NotThere):
    """What was shown then is not known any more: events are deleted after some time."""

    def __init__(self, known_from: datetime) -> None:
        super().__init__(known_from)
        self.known_from = known_from

    def __str__(self) -> str:
        return f"{self.__doc__} It is known from {self.known_from.isoformat()} on."


class FeedUnknown(NotThere):
    """There is no such calendar feed, or it was revoked."""


class DefinitionUnknown(NotThere):
    """This domain has no such profile status."""


class ChangeUnknown(NotThere):
    """There is no such change, or it has been forgotten."""


class InvalidValue(Refusal):
    """A value cannot be used."""

    def __init__(self, *fields: str, hint: str = "") -> None:
        super().__init__(*fields, hint)
        self.fields = fields
        self.hint = hint

    def __str__(self) -> str:
        return self.message({})

    def message(self, names: Mapping[str, str]) -> str:
        """Return the message; `names` are a protocol's own names of the fields."""
        fields = " and ".join(names.get(field, field) for field in self.fields)
        return f"{fields}: {self.sentence}" if fields else self.sentence

    @property
    def sentence(self) -> str:
        """Return what is wrong, without the name of the field. A hint alone says more than that something is wrong."""
        if self.hint and self.__doc__ == InvalidValue.__doc__:
            return self.hint
        return f"{self.__doc__} {self.hint}" if self.hint else f"{self.__doc__}"


class ValueMissing(InvalidValue):
    """A value is required here."""


class EndMissing(InvalidValue):
    """An end is required when a start is given."""


class WindowIsEmpty(InvalidValue):
    """The end must lie after the start."""


class StartsTooLate(WindowIsEmpty):
    """The end must lie after the start."""

    def __init__(self, ends_at: datetime) -> None:
        super().__init__("starts_at")
        self.ends_at = ends_at

    def message(self, names: Mapping[str, str]) -> str:
        """Return the message, with the end that stands and what would be right."""
        start, end = (names.get(field, field) for field in ("starts_at", "ends_at"))
        hint = f"send an earlier {start}, or a later {end} with it."
        return f"{super().message(names)} This status ends at {self.ends_at.isoformat(timespec='seconds')}: {hint}"


class WindowIsOver(InvalidValue):
    """The end must lie in the future."""


class TooFarAhead(InvalidValue):
    """The start lies too far ahead."""


class DayIsOver(WindowIsOver):
    """This day is over."""


class DayUnknown(InvalidValue):
    """The calendar has no such day."""


class DayIsSkipped(InvalidValue):
    """The time zone has no such day."""


class FieldUnknown(InvalidValue):
    """There is no such field."""


class TextTooLong(InvalidValue):
    """The text is too long."""


class ControlCharacter(InvalidValue):
    """Line breaks and other control characters cannot be used here."""


class NotACustomStatus(InvalidValue):
    """Only CUSTOM01 to CUSTOM12 can be created."""


class NotAMailAddress(InvalidValue):
    """Not a mail address."""

    @property
    def sentence(self) -> str:
        """Return what is wrong, without the name of the field."""
        return f"{self.hint!r} is not a mail address." if self.hint else super().sentence


class NotAnExternalKey(InvalidValue):
    """An external key has at most 100 characters, none of them %, #, /, ?, a backslash or a control character."""


class NotADomainName(InvalidValue):
    """Not a domain name."""

    def __init__(self, name: str) -> None:
        super().__init__("name", hint=name)

    @property
    def sentence(self) -> str:
        """Return what is wrong, without the name of the field."""
        return f"{self.hint!r} is not a domain name. Example: example.com"


class ZoneUnknown(InvalidValue):
    """There is no such time zone."""


class MissingData(Refusal):
    """Missing or incomplete data"""  # noqa: D400, D415 (the admin API's exact message)


class EntryRefused(Refusal):
    """A person cannot have these values."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


class DomainExists(Refusal):
    """There is a domain of this name already."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"There is a domain {self.name} already."


class LoginNameTaken(Refusal):
    """Somebody else has this login name."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder

    def __str__(self) -> str:
        return f"It is already the login name of {self.holder}."


class StatusesAreOff(Refusal):
    """The status must be enable."""


class NotBegun(Refusal):
    """This status has not begun, so it cannot be ended; delete it to cancel it."""

    def __init__(self, starts_at: datetime) -> None:
        super().__init__()
        self.starts_at = starts_at

    def __str__(self) -> str:
        return f"{self.__doc__} It begins at {self.starts_at.isoformat(timespec='seconds')}."


class TooManyPlans(Refusal):
    """The person has as many statuses ahead as a person can have."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def __str__(self) -> str:
        return f"{self.__doc__} The limit is {self.most}; delete some that are not needed."


class TooManyChanges(Refusal):
    """The client has as many changes that are not applied as it can have; apply or delete some of them."""


class TooManyFeeds(Refusal):
    """There are as many calendar feeds as there can be; revoke some that are not needed."""


class ExternalIdTaken(Refusal):
    """This client has given this external id to a status before."""

    def __init__(self, hint: str = "") -> None:
        super().__init__()
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.__doc__} {self.hint}".rstrip()


class StillRunning(Refusal):
    """The first request with this Idempotency-Key is still running; repeat it shortly."""


class KeyReused(Refusal):
    """This Idempotency-Key was sent with another request; each new request needs a new key."""


class Changed(Refusal):
    """Somebody has changed this since it was read; read it again, and decide anew."""


class TooManyEntries(Refusal):
    """The change has more entries than one change can have."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def __str__(self) -> str:
        return f"{self.__doc__} The limit is {self.most:,}; send several changes."


class DuplicateEntry(Refusal):
    """An earlier entry has the same external id."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def __str__(self) -> str:
        return f"Entry {self.number} has the same external id."


class HasRefusedEntries(Refusal):
    """The change has entries that are refused."""

    #: Whether the caller asked to skip them in a change that cancels what is missing.
    cannot_skip: bool

    def __init__(self, count: int, *, cannot_skip: bool = False) -> None:
        super().__init__()
        self.count = count
        self.cannot_skip = cannot_skip

    def __str__(self) -> str:
        return self.message({})

    def message(self, names: Mapping[str, str]) -> str:
        """Return the message; `names` are a protocol's own names of the options."""
        many = "1 entry is" if self.count == 1 else f"{self.count:,} entries are"
        said = f"{many} refused, so nothing is applied; the diff says why. Correct them, and plan again."
        if not self.cannot_skip:
            return said
        skip, all_of = names.get("skip_refused", "skipRefused"), names.get("all_of", "allFrom and allTo")
        return (
            f"{said} {skip} cannot be used with {all_of}: what is refused would look as if nobody wanted it."
        )


class NotPossibleNow(Refusal):
    """The change is in a state in which this cannot be done."""

    def __init__(self, action: str, state: str) -> None:
        super().__init__()
        self.action = action
        self.state = state

    def __str__(self) -> str:
        return f"The change is {self.state}; it cannot be {self.action} now."


class PlanIsOutdated(Refusal):
    """This is not the plan that was to be applied, so nothing is applied."""

    def __init__(self, plan: int, reason: str | None = None) -> None:
        super().__init__()
        self.plan = plan
        self.reason = reason

    def __str__(self) -> str:
        told = f"Look at plan {self.plan}, and apply it by its number."
        return " ".join(filter(None, (self.__doc__, self.reason, told)))


class StatusNotInUse(Refusal):
    """The domain does not use this profile status."""

    def __init__(self, in_use: Iterable[str] = ()) -> None:
        super().__init__()
        self.in_use = tuple(in_use)

    def __str__(self) -> str:
        return f"{self.__doc__} It uses {', '.join(self.in_use)}." if self.in_use else f"{self.__doc__}"


class DefinitionExists(Refusal):
    """This domain already has a profile status with this id."""


class TooManyDefinitions(Refusal):
    """A domain has at most ten profile statuses, the four built-in ones included."""


class MeIsNobody(Refusal):
    """`me` stands for the person of the token, but this token belongs to no person."""


class NotSignedIn(Refusal):
    """The caller cannot be identified."""


class TokenMalformed(NotSignedIn):
    """The token is not an access token for this API."""


class TokenForged(NotSignedIn):
    """The signature of the token is invalid."""


class TokenExpired(NotSignedIn):
    """The token has expired."""


class TokenNotYetValid(NotSignedIn):
    """The token is not valid yet: nbf or iat is later than now."""


class TokenRevoked(NotSignedIn):
    """The token or its client has been revoked."""


class CallerUnknown(NotSignedIn):
    """The person of this token or login does not exist or is deactivated."""


class NotAllowed(Refusal):
    """The caller does not have the permission for this."""


class OwnStatusesOnly(NotAllowed):
    """This token may change only the statuses of its own person."""


class OwnBookingsOnly(NotAllowed):
    """This client may change only the statuses that it booked itself, and this one it did not."""


class NoDefinitions(NotAllowed):
    """This client may change only the statuses that it booked itself, so it may not change which ones there are."""


class ScopeMissing(NotAllowed):
    """The token lacks a scope that this call needs."""

    def __init__(self, scopes: Iterable[str]) -> None:
        super().__init__()
        self.scopes = tuple(scopes)

    def __str__(self) -> str:
        return f"{self.__doc__} One of these is enough: {', '.join(self.scopes)}."


class AdministratorsOnly(NotAllowed):
    """Only an administrator of the domain, or a service, may do this."""


class NotForEverybody(NotAllowed):
    """Only an administrator or a service can set this status."""


class BuiltInStays(NotAllowed):
    """The built-in profile statuses cannot be deleted."""


class AccountGone(NotAllowed):
    """The account of this login does not exist any more."""


class AccountDeactivated(NotAllowed):
    """The account is deactivated."""


class LoginRefused(Refusal):
    """The login is refused."""


class WrongPassword(LoginRefused):
    """There is no such account, or the password is wrong."""


class MayNotLogIn(LoginRefused):
    """This account has no role that allows it to log in."""


class TooOften(Refusal):
    """Too many requests; try again after `wait`."""

    def __init__(self, wait: timedelta = timedelta(minutes=1)) -> None:
        super().__init__(wait)
        self.wait = wait


class TooManyLogins(TooOften):
    """Too many failed logins; try again later."""


class TooMuchReplyText(TooOften):
    """This person has reached the daily limit for reply texts; try again after midnight UTC."""


class TooManyRequests(TooOften):
    """This client sends too many requests; Retry-After says in how many seconds to try again."""


class IssuerUnreachable(Refusal):
    """The keys of this token's issuer cannot be fetched; try again shortly."""


class NoGrant(Refusal):
    """No token can be granted."""


class ClientUnknown(NoGrant):
    """The client is unknown or revoked, or its secret is wrong."""


class NoScopeLeft(NoGrant):
    """None of these scopes can be granted to this client."""

    def __init__(self, grantable: Iterable[str]) -> None:
        super().__init__()
        self.grantable = tuple(grantable)

    def __str__(self) -> str:
        return f"{self.__doc__} It may have: {', '.join(self.grantable) or 'none'}."


class GrantInvalid(NoGrant):
    """The assertion or refresh token is invalid."""


class AssertionMalformed(GrantInvalid):
    """The assertion must be a JSON Web Token, signed with RS256, with iss, sub, iat and exp."""


class AssertionForged(GrantInvalid):
    """The signature of the assertion does not match the public key of this client."""


class AssertionOfAnother(GrantInvalid):
    """In the assertion, iss must be the id of the client, and sub its service account."""


class AssertionTooEarly(GrantInvalid):
    """The assertion is from the future: iat or nbf is later than now."""


class AssertionExpired(GrantInvalid):
    """The assertion has expired."""


class AssertionTooLong(GrantInvalid):
    """An assertion is valid for at most 60 minutes: exp lies too far after iat."""


class DelegatingUserUnknown(GrantInvalid):
    """The delegated_user of the assertion is not a person in the domain of this client."""


class RefreshTokenInvalid(GrantInvalid):
    """The refresh token is unknown, expired, revoked or used up."""


class TokenOfAnother(GrantInvalid):
    """The token was issued to another client."""

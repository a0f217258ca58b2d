"""`./presently status set`, `plan` and `cancel`: writes one person's statuses."""

from enum import StrEnum
from typing import Annotated, Final

import typer

from cli import confirmation
from cli.environment import read_settings
from cli.mistakes import Mistake
from cli.status_operator import Operated, acting_for
from cli.windows import of_status, window
from domain.forecast import Forecast
from domain.history import Layer
from domain.plans import Limits, Plan, WishedWindow
from domain.wishes import NO_TIMES, parse
from services import plans
from services.plans import Found

_LONGEST_MESSAGE: Final = 50

Person = Annotated[str, typer.Argument(metavar="PERSON", help="Any of the person's mail addresses.")]
ProfileStatus = Annotated[
    str, typer.Argument(metavar="STATUS", help="A profile status of the domain, such as BUSY or ABSENCE.")
]
Message = Annotated[str | None, typer.Option(help="What is shown with it; at most 50 characters.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without being asked.")]


class Half(StrEnum):
    """A half of a day."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


def set_(
    person: Person,
    status: ProfileStatus,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="When it ends, as 2027-08-02T17:00 by the domain's clocks; else it stays."
        ),
    ] = None,
    message: Message = None,
) -> None:
    """Set a status that is in force at once; it covers what the person shows."""
    with acting_for(person, end="--until") as operated:
        wanted = _plan(status, {"endsAt": until}, message)
        found = plans.add(operated.store, operated.caller, operated.whom, wanted, limits=_limits())
    print(_sentence(found, "is in force"))


def plan(  # noqa: PLR0913, PLR0917 (one for each option)
    person: Person,
    status: ProfileStatus,
    since: Annotated[
        str,
        typer.Option("--from", metavar="DAY", help="The first day, as 2027-08-02, or a time, as for --to."),
    ],
    to: Annotated[
        str | None,
        typer.Option(
            metavar="DAY",
            help="The last day, which is included, or the time of the end, as 2027-08-02T17:00.",
        ),
    ] = None,
    half: Annotated[Half | None, typer.Option(help="Only this half of a single day.")] = None,
    message: Message = None,
    *,
    yes: Yes = False,
) -> None:
    """Show what a status would change, ask, and plan it."""
    if to is not None and ("T" in since) is not ("T" in to):
        raise Mistake(
            "Give --from and --to both as days, such as 2027-08-02, or both as times, such as 2027-08-02T17:00."
        )
    names = ("startsAt", "endsAt") if "T" in since else ("from", "to")
    said = dict(zip(names, (since, to), strict=True)) | {"half": half and half.value}
    with acting_for(person) as operated:
        wanted = _plan(status, said, message)
        tried = _added(operated, wanted, dry_run=True)
        zone = operated.person.domain.zone
        for line in _lines(tried.forecast, zone, tried.status.id if tried.status else ""):
            print(line)
        confirmation.require(f"Plan this for {operated.person.name}?", yes=yes)
        print(_sentence(_added(operated, wanted), "is planned"))


def cancel(
    person: Person,
    status_id: Annotated[str, typer.Argument(metavar="ID", help="The id of the status.")],
) -> None:
    """Delete a status, in force or ahead. What it covered shows again."""
    with acting_for(person) as operated:
        plans.delete(operated.store, operated.caller, operated.whom, status_id)
    print(f"Status {status_id} is cancelled.")


def _added(operated: Operated, wanted: Plan, *, dry_run: bool = False) -> Found:
    return plans.add(
        operated.store, operated.caller, operated.whom, wanted, limits=_limits(), dry_run=dry_run
    )


def _plan(status: str, said: dict[str, str | None], message: str | None) -> Plan:
    if message is not None and (len(message) > _LONGEST_MESSAGE or not message.isprintable()):
        raise Mistake(f"--message takes at most {_LONGEST_MESSAGE} characters on one line.")
    window = WishedWindow(parse(said) or NO_TIMES)
    return Plan(profile_status_id=status.upper(), message=message, window=window)


def _limits() -> Limits:
    settings = read_settings()
    return Limits(ahead=settings.plan_ahead, largest_reply=settings.largest_reply)


def _lines(forecast: Forecast | None, zone: str, new: str) -> list[str]:
    """Return a line for each time in which something else is shown, the new status marked."""
    if forecast is None:
        return []
    return [
        f"{window(segment.starts_at, segment.ends_at, zone)}  "
        + _layers([_name(layer, new) for layer in segment.layers])
        for segment in forecast.segments
    ] + [warning.said for warning in forecast.warnings if warning.said]


def _layers(names: list[str]) -> str:
    if len(names) < 2:  # noqa: PLR2004 (one that covers another)
        return names[0] if names else "nothing"
    return f"{names[0]}, covering {' and '.join(names[1:])}"


def _name(layer: Layer, new: str) -> str:
    name = f"{layer.profile_status_id} “{layer.message}”" if layer.message else layer.profile_status_id
    return f"{name} (new)" if layer.id == new else name


def _sentence(found: Found, what: str) -> str:
    status, zone = found.status, found.person.domain.zone
    if status is None:
        return "Nothing was changed."
    when = of_status(status, zone)
    return f"{status.profile_status_id} of {found.person.name} {what}, {when}: {status.id}"

"""`./presently token`: issues a bearer token for a person or a service."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer

from cli import confirmation, opening
from cli.environment import read_settings
from cli.mistakes import Mistake
from cli.person import DomainNumber
from cli.scopes import EXPLAINED, parse
from config.settings import Settings
from domain.credentials import Bearer, Scope
from domain.refusals import PersonUnknown
from security import signing_keys
from security.access_tokens import AccessTokens
from services import domains, people
from store.store import Store

_LIFETIME_SECONDS: Final = 24 * 3600
_LONG: Final = timedelta(days=366)
_LONGEST_SECONDS: Final = 100 * 365 * 24 * 3600


def main(
    scope: Annotated[str, typer.Option(help=f"One or more of: {EXPLAINED}.")] = Scope.DIRECTORY.value,
    person: Annotated[
        str, typer.Option(help="The mail address of the person it is for. Without it: for a service.")
    ] = "",
    domain: DomainNumber = None,
    lifetime: Annotated[int, typer.Option(help="Its lifetime in seconds.", min=1)] = _LIFETIME_SECONDS,
    *,
    yes: Annotated[
        bool, typer.Option("--yes", help="Issue one for more than a year without being asked.")
    ] = False,
) -> None:
    """Print a token."""
    settings = read_settings()
    scopes = parse("--scope", scope)
    _confirm(lifetime, yes=yes)
    with opening.for_domain(domain) as store:
        caller = _caller(store, domain, person, scopes)
    print(issue(settings, caller, timedelta(seconds=lifetime)))


def issue(settings: Settings, caller: Bearer, lifetime: timedelta) -> str:
    """Issue a token for `caller`, signed with the key of this deployment.

    Raises:
        Mistake: the key that is set cannot sign.
    """
    try:
        keys = signing_keys.open_key_ring(settings.signing_key, settings.signing_key_file)
    except signing_keys.BadSigningKey as error:
        raise Mistake(str(error)) from None
    return AccessTokens(keys).issue(caller, datetime.now(UTC), lifetime=lifetime)


def _confirm(seconds: int, *, yes: bool) -> None:
    """Ask for confirmation if the lifetime is long: only a new signing key can end such a token earlier."""
    if seconds > _LONGEST_SECONDS:
        raise Mistake(f"--lifetime: at most {_LONGEST_SECONDS} seconds, which are a hundred years.")
    if seconds > _LONG.total_seconds():
        days = f"{seconds // 86400:,} days"
        question = f"The token would be valid for {days}; only a new signing key ends it earlier. Issue it?"
        confirmation.require(question, yes=yes)


def _caller(store: Store, number: int | None, email: str, scopes: frozenset[Scope]) -> Bearer:
    domain = domains.get(store, number)
    if not email:
        return Bearer(name="service", domain_id=domain.id, scopes=scopes)
    try:
        person = people.with_address(store, domain.id, email)
    except PersonUnknown:
        raise Mistake(f"--person: nobody in domain {domain.id} has the address {email}.") from None
    return Bearer(name=person.email, domain_id=domain.id, scopes=scopes, user_id=person.user_id)

"""The text that `run` prints once everything is ready: the URLs, and a first command to paste."""

from shlex import quote
from typing import Final
from urllib.parse import quote as quote_path

from cli import demo, ports
from cli.environment import open_store
from config.settings import ROOT, Settings
from domain.directory import Person
from services import domains, people
from store.store import Store

_PLACES: Final = """\
Presently is ready.

  API            {api}
  API reference  {api}/docs
  Flower         {flower}
  Logs           {logs}
"""

_DEMO: Final = """\
  A trial        ./presently demo     (people, URLs and a token, as JSON)
"""

_FIRST_STATUS: Final = """\
  A token        ./presently token{of_domain} --scope "user directory.read" --person {person}

Reserve a status that starts in 10 s and ends 10 s later:

curl -sS {url} \\
  -H "Authorization: Bearer $(./presently token{of_domain} --scope user --person {person})" \\
  -H "Content-Type: application/json" \\
  -d "$(python3 -c 'import json; from datetime import *
at = lambda seconds: (datetime.now(timezone.utc) + timedelta(seconds=seconds)).isoformat(timespec="seconds")
print(json.dumps({{"profileStatusId": "ABSENCE", "startTime": at(10), "endTime": at(20)}}))')"
"""

_NO_PEOPLE: Final = """\

Nobody is in {domain} yet. Add somebody, or a whole list:

./presently person add --domain {number} --email NAME@{domain} --name "THE WHOLE NAME"
./presently people import PEOPLE.csv --domain {number}
"""

_NO_DOMAIN: Final = """\

There is no domain yet. Add yours, and then its people:

./presently domain add YOUR.DOMAIN --zone AREA/CITY
./presently person add --email NAME@YOUR.DOMAIN --name "THE WHOLE NAME"
"""

_END: Final = """
Ctrl-C stops everything."""


def block(settings: Settings) -> str:
    """Return the URLs and the first steps that fit the store: with people, without people, without a domain.

    Raises:
        Mistake: the store cannot be read.
    """
    api = settings.public_url or ports.url(settings.host, settings.port)
    logs = settings.data.resolve() / "logs"
    places = _PLACES.format(
        api=api,
        flower=ports.url(ports.LOOPBACK, settings.flower_port),
        logs=logs.relative_to(ROOT) if logs.is_relative_to(ROOT) else logs,
    )
    with open_store(settings) as store:
        return places + _first_steps(store, api) + _END


def _first_steps(store: Store, api: str) -> str:
    present = domains.listed(store)
    trial = demo.find(present)
    # One's own domains come before the demo.
    own_first = sorted(present, key=lambda domain: domain == trial)
    if not own_first:
        return _NO_DOMAIN
    inhabited = (domain for domain in own_first if domain.statuses_are_on)
    person = next((found for domain in inhabited if (found := people.first(store, domain.id))), None)
    return (_DEMO if trial else "") + (
        _first_status(person, api)
        if person
        else _NO_PEOPLE.format(domain=own_first[0].name, number=own_first[0].id)
    )


def _first_status(person: Person, api: str) -> str:
    return _FIRST_STATUS.format(
        url=quote(f"{api}/v1.0/users/{quote_path(person.email, safe='@')}/user-profile-statuses"),
        # The default domain of `./presently token` is number 1.
        of_domain=f" --domain {person.domain.id}" if person.domain.id > 1 else "",
        person=quote(person.email),
    )

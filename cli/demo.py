"""`./presently demo`: a domain for trials, with its people, URLs and tokens."""

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from cli import demo_administrator, demo_client, ports, token
from cli.environment import open_store, read_settings
from cli.mistakes import Mistake
from config.settings import Settings
from domain.credentials import Bearer, Scope
from domain.directory import Domain
from domain.roster import Entry
from services import domains, people

_DOMAIN_ID: Final = 1
_DOMAIN_NAME: Final = "example.com"
_TOKEN_LIFETIME: Final = timedelta(days=1)

#: The people of the demo: nine, and their administrator.
_NAMES: Final = (
    "Kim Minjun",
    "Lee Seoyeon",
    "Park Jiho",
    "Choi Haeun",
    "Jung Dowoon",
    "Kang Yuna",
    "Cho Sungmin",
    "Yoon Jiwoo",
    "Jang Hyunwoo",
    "Lim Soojin",
)
_PEOPLE: Final = tuple(
    Entry(
        email=f"u{number}@{_DOMAIN_NAME}",
        external_key=f"E{number:03}",
        name=name,
        is_administrator=number == len(_NAMES),
    )
    for number, name in enumerate(_NAMES, start=1)
)
_ADMINISTRATOR: Final = f"u{len(_NAMES)}@{_DOMAIN_NAME}"


def prepare(settings: Settings) -> None:
    """Make the demo domain if the store holds no domain; give it a client and an administrator."""
    with open_store(settings) as store:
        domains.add_first(store, _DOMAIN_NAME, "Asia/Seoul", _PEOPLE)
        domain = find(domains.listed(store))
        if domain is not None:
            demo_client.prepare(settings, store, domain)
            demo_administrator.prepare(settings, store, domain, _ADMINISTRATOR)


def find(present: Iterable[Domain]) -> Domain | None:
    """Find the demo's domain; a domain with its number but another name is not the demo."""
    return next(
        (domain for domain in present if domain.id == _DOMAIN_ID and domain.name == _DOMAIN_NAME), None
    )


def main() -> None:
    """Print what a trial needs, as JSON: URLs, a token, the client, the administrator, and the people."""
    settings = read_settings()
    caller = Bearer(name="demo", domain_id=_DOMAIN_ID, scopes=frozenset({Scope.DIRECTORY}))
    with open_store(settings) as store:
        present = domains.listed(store)
        if find(present) is None:
            raise Mistake(_why_there_is_none(present))
        everybody = people.everybody(store, _DOMAIN_ID)
    print(
        json.dumps(
            {
                "api": settings.public_url or ports.url(settings.host, settings.port),
                "flower": ports.url(ports.LOOPBACK, settings.flower_port),
                "token": token.issue(settings, caller, _TOKEN_LIFETIME),
                "client": demo_client.read(settings),
                "administrator": {
                    "login": _ADMINISTRATOR,
                    "password": demo_administrator.password(settings),
                },
                "domainId": _DOMAIN_ID,
                "people": [
                    {
                        "id": person.id,
                        "userId": person.user_id,
                        "email": person.email,
                        "externalKey": person.external_key,
                        "name": person.name,
                    }
                    for person in everybody
                ],
            },
            indent=2,
            ensure_ascii=False,
        )
    )


def _why_there_is_none(present: Sequence[Domain]) -> str:
    if not present:
        return "There is no demo yet: ./presently run makes one if the store holds no domain."
    return (
        "There is no demo in this store: none is made beside domains of your own. "
        "For your own domains use: ./presently domain list, person list --domain ID, token --domain ID."
    )

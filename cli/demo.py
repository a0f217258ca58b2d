"""`./presently demo`: a domain for trials, with its people, URLs and tokens."""

import json
from datetime import timedelta
from typing import Final

from cli import demo_administrator, demo_client, ports, token
from cli.environment import changing, opened, read_settings
from cli.mistakes import Mistake
from config.settings import Settings
from domain.credentials import Bearer, Scope
from domain.directory import Domain
from domain.refusals import DomainUnknown
from store.directory import Directory

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
_ADMINISTRATOR: Final = f"u{len(_NAMES)}@{_DOMAIN_NAME}"


def prepare(settings: Settings) -> None:
    """Make the demo domain if the store holds no domain; give it a client and an administrator."""
    with changing(settings) as transaction:
        if transaction.directory.is_empty():
            _add_domain(transaction.directory)
        domain = find(transaction.directory)
        if domain is not None:
            demo_client.prepare(settings, transaction, domain)
            demo_administrator.prepare(settings, transaction, domain, _ADMINISTRATOR)


def _add_domain(directory: Directory) -> None:
    domain = directory.add_domain(_DOMAIN_NAME, "Asia/Seoul")
    directory.add_people(
        domain,
        [
            {
                "email": f"u{number}@{domain.name}",
                "external_key": f"E{number:03}",
                "name": name,
                "is_administrator": number == len(_NAMES),
            }
            for number, name in enumerate(_NAMES, start=1)
        ],
    )


def find(directory: Directory) -> Domain | None:
    """Return the demo's domain if there is one; a domain with its number but another name is not the demo."""
    try:
        domain = directory.domain(_DOMAIN_ID)
    except DomainUnknown:
        return None
    return domain if domain.name == _DOMAIN_NAME else None


def main() -> None:
    """Print what a trial needs, as JSON: URLs, a token, the client, the administrator, and the people."""
    settings = read_settings()
    caller = Bearer(name="demo", domain_id=_DOMAIN_ID, scopes=frozenset({Scope.DIRECTORY}))
    with opened(settings) as transaction:
        if find(transaction.directory) is None:
            raise Mistake(_why_there_is_none(transaction.directory))
        people = transaction.directory.people(_DOMAIN_ID)
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
                    for person in people
                ],
            },
            indent=2,
            ensure_ascii=False,
        )
    )


def _why_there_is_none(directory: Directory) -> str:
    if directory.is_empty():
        return "There is no demo yet: ./presently run makes one if the store holds no domain."
    return (
        "There is no demo in this store: none is made beside domains of your own. "
        "For your own domains use: ./presently domain list, person list --domain ID, token --domain ID."
    )

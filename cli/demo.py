"""`./presently demo`: a domain to try things in, and what a trial needs to know of it."""

import json
from datetime import timedelta
from typing import Final

from cli import token
from cli.environment import opened, read_settings
from cli.mistakes import Mistake
from config.settings import Settings
from domain.caller import Caller, Scope
from store.store import Store

_DOMAIN_ID: Final = 1
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


def prepare(settings: Settings) -> None:
    """Make the demo domain, unless the store holds a domain already."""
    store = Store(settings.store_url, pool_size=1)
    try:
        with store.writing() as transaction:
            directory = transaction.directory
            if not directory.is_empty():
                return
            domain = directory.add_domain("example.com", "Asia/Seoul")
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
    finally:
        store.close()


def main() -> None:
    """Print what a trial needs, as JSON: where things are, a token for the whole domain, and its people."""
    settings = read_settings()
    caller = Caller(name="demo", domain_id=_DOMAIN_ID, scopes=frozenset({Scope.DIRECTORY}))
    with opened(settings) as transaction:
        people = transaction.directory.people(_DOMAIN_ID)
    if not people:
        message = "There is no domain yet; the first ./presently run makes one."
        raise Mistake(message)
    print(
        json.dumps(
            {
                "api": settings.public_url or f"http://127.0.0.1:{settings.port}",
                "flower": f"http://127.0.0.1:{settings.flower_port}",
                "token": token.issue(settings, caller, _TOKEN_LIFETIME),
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

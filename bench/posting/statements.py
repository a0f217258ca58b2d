"""Records the statements that a booking through the API sends to PostgreSQL, as a script for pgbench."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import Any, Final

import psycopg
from sqlalchemy import Engine, event

from api.app import create_app
from bench.posting import booking
from config.settings import Settings
from harness.server import door

_STATUS_ID: Final = re.compile(r"uprofile(-[0-9a-f]+)+")

#: Each client counts through its own people, from its own first number.
_NEXT: Final = "\\set turn :turn + 1\n\\set person :first + :client_id * :each + :turn\n"


def script(settings: Settings, person_id: int) -> str:
    """Book once for this person, and turn the recorded statements into a script that books for anybody.

    In literals, the person's number and the random id of the status become pgbench's variable `:person`.
    """
    with psycopg.connect(settings.store_url) as connection:
        cursor = psycopg.ClientCursor(connection)
        lines = [
            cursor.mogrify(said, parameters) if parameters else said
            for said, parameters in _heard(settings, person_id)
        ]
    return _NEXT + "".join(f"{for_anybody(' '.join(line.split()), person_id)};\n" for line in lines)


def for_anybody(line: str, person_id: int) -> str:
    """Replace the person's number in the literals of a statement: `'u7@…'` becomes `'u' || :person || '@…'`."""
    number = re.compile(rf"(?<!\w){person_id}(?!\w)|(?<=u){person_id}(?=@)")

    def varied(literal: re.Match[str]) -> str:
        if not literal[0].startswith("'"):
            return number.sub(":person", literal[0])
        named = _STATUS_ID.sub(f"uprofile-{person_id}", literal[0])
        is_theirs = named.startswith((f"'u{person_id}@", f"'uprofile-{person_id}'"))
        return "(" + number.sub("' || :person || '", named) + ")" if is_theirs else named

    return re.sub(r"'[^']*'|[^']+", varied, line)


def _heard(settings: Settings, person_id: int) -> list[tuple[str, Any]]:
    app = create_app(settings.model_copy(update={"log_level": "WARNING"}))
    with door() as entrance, entrance.opened_to(app) as url:
        connection = HTTPConnection(url.removeprefix("http://"))
        with _listening() as said:
            connection.request(
                "POST", booking.path(person_id), body=booking.BODY, headers=booking.headers(settings)
            )
            connection.getresponse().read()
        connection.close()
    return said


@contextmanager
def _listening() -> Iterator[list[tuple[str, Any]]]:
    """Yield a list that grows by each statement this process sends to a database, until the block ends."""
    said: list[tuple[str, Any]] = []
    ears: dict[str, Callable[..., None]] = {
        "begin": lambda _connection: said.append(("BEGIN", None)),
        "commit": lambda _connection: said.append(("COMMIT", None)),
        "rollback": lambda _connection: said.append(("ROLLBACK", None)),
        "before_cursor_execute": lambda _c, _cursor, statement, parameters, *_: said.append(
            (statement, parameters)
        ),
    }
    for name, ear in ears.items():
        event.listen(Engine, name, ear)
    try:
        yield said
    finally:
        for name, ear in ears.items():
            event.remove(Engine, name, ear)

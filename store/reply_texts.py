"""The texts of a person's last out-of-office, remembered for the next one."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from domain.auto_reply import Audience
from domain.events import Author, EventKind
from domain.out_of_office import NEVER_SET, OutOfOffice, Text
from store import tables
from store.events import insert_for_people


class ReplyTexts:
    """The remembered texts of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, person_id: int) -> OutOfOffice:
        """Return what is remembered for a person, as a disabled setting."""
        row = self._connection.execute(
            select(tables.reply_texts).where(tables.reply_texts.c.person_id == person_id)
        ).first()
        if row is None:
            return NEVER_SET
        return OutOfOffice(
            audience=Audience(row.audience),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            internal=_text(row.internal),
            external=_text(row.external),
        )

    def save(self, person_id: int, setting: OutOfOffice) -> None:
        """Remember `setting`; this transaction must hold the person's lock."""
        table = tables.reply_texts
        self._connection.execute(delete(table).where(table.c.person_id == person_id))
        self._connection.execute(
            insert(table).values(
                person_id=person_id,
                audience=setting.audience.value,
                starts_at=setting.starts_at,
                ends_at=setting.ends_at,
                internal=_document(setting.internal),
                external=_document(setting.external),
            )
        )

    def delete_all_of(self, people: Collection[int], *, by: Author, at: datetime) -> None:
        """Forget what is remembered for these people, each with an event."""
        owner = tables.reply_texts.c.person_id
        theirs = owner.in_(people)
        self._connection.execute(insert_for_people(EventKind.REMEMBERED, owner, theirs, by=by, at=at))
        self._connection.execute(delete(tables.reply_texts).where(theirs))


def _text(document: dict[str, Any] | None) -> Text | None:
    return None if document is None else Text(**document)


def _document(text: Text | None) -> dict[str, Any] | None:
    return None if text is None else {"html": text.html, "subject": text.subject}

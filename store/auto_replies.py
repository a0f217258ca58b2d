"""Stored auto-replies: one JSON document each, which never changes."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Connection, delete, exists, false, func, insert, or_

from domain.auto_reply import Audience, AutoReply, Reply
from store import tables


def add(connection: Connection, reply: AutoReply | None) -> int | None:
    """Store `reply` and return its id."""
    if reply is None:
        return None
    row = insert(tables.auto_reply).values(content=to_document(reply), answers=reply.is_switched_on)
    number: int = connection.execute(row.returning(tables.auto_reply.c.id)).scalar_one()
    return number


def remove_unused(connection: Connection, numbers: Collection[int]) -> None:
    """Delete those of these auto-replies that no status and no event refers to."""
    kept = tables.auto_reply.c.id
    connection.execute(
        delete(tables.auto_reply).where(
            kept.in_(numbers),
            ~exists().where(tables.event.c.auto_reply_id == kept),
            ~exists().where(tables.status.c.auto_reply_id == kept),
        )
    )


def is_switched_on() -> ColumnElement[bool]:
    """Return the rule of `AutoReply.is_switched_on` in SQL. Only of old rows the content is read."""
    rows = tables.auto_reply.c
    bodies = (rows.content[side, "body"].as_string().is_not(None) for side in ("internal", "external"))
    is_emptied = func.coalesce(rows.content["is_emptied"].as_boolean(), false())
    return func.coalesce(rows.answers, or_(*bodies, is_emptied), type_=Boolean)


def from_document(document: dict[str, Any] | None) -> AutoReply | None:
    """Parse an auto-reply from its JSON document."""
    if document is None:
        return None
    return AutoReply(
        internal=_side(document["internal"]),
        external=_side(document["external"]),
        audience=Audience(document["audience"]),
        is_emptied=document.get("is_emptied", False),
    )


def to_document(reply: AutoReply | None) -> dict[str, Any] | None:
    """Return an auto-reply as a JSON document."""
    if reply is None:
        return None
    document = {
        "internal": _side_document(reply.internal),
        "external": _side_document(reply.external),
        "audience": reply.audience.value,
    }
    return document | ({"is_emptied": True} if reply.is_emptied else {})


def _side(document: dict[str, Any] | None) -> Reply | None:
    return None if document is None else Reply(**document)


def _side_document(side: Reply | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "body": side.body,
        "is_html": side.is_html,
        "subject": side.subject,
        "sent_directly_to_me": side.sent_directly_to_me,
    }

"""Changes of many people's plans, as this dialect shows them."""

from typing import Any

from api.v1.change_schemas import BulkChangeAnswer, EntryAnswer
from domain import wishes
from domain.bulk_changes import BulkChange, Entry
from domain.status import Draft, draft_of


def answer(change: BulkChange) -> BulkChangeAnswer:
    """Return a change as the body of a response."""
    all_of = change.all_of
    return BulkChangeAnswer(
        id=change.id,
        state=change.state.value,
        client=change.client,
        author=change.author,
        createdAt=change.created_at.isoformat(timespec="seconds"),
        allFrom=all_of.starts_at.isoformat() if all_of else None,
        allTo=all_of.ends_at.isoformat() if all_of and all_of.ends_at else None,
        entries=change.entries,
        people=change.people,
        peopleDone=change.people_done,
        counts=dict(change.counts),
        plan=change.plan,
        problem=change.problem,
    )


def entry(found: Entry) -> EntryAnswer:
    """Return an entry as part of a response."""
    after = draft_of(found.after) if found.after else None
    return EntryAnswer(
        entry=found.number,
        action=found.action.value,
        person=found.person,
        externalId=found.external_id,
        reason=found.reason,
        before=_said(draft_of(found.before)) if found.before else None,
        after=_said(after or found.word) if found.action.value != "refused" else None,
        leftBecause=found.left_because,
    )


def _said(draft: Draft | None) -> dict[str, Any] | None:
    if draft is None:
        return None
    said = {
        "status": draft.profile_status_id,
        "message": draft.message,
        "startsAt": draft.starts_at and draft.starts_at.written.isoformat(),
        "endsAt": draft.ends_at and draft.ends_at.written.isoformat(),
        "zone": draft.zone,
        "hasAutoReply": draft.auto_reply is not None,
    }
    return said | ({"wish": wishes.to_document(draft.wish)} if draft.wish else {})

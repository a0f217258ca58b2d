"""Auto-replies in a dialect that knows plain text only: what it cannot express survives a write through it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.auto_reply import Audience, AutoReply, Reply
from domain.refusals import StartsTooLate, WindowIsEmpty
from domain.status import Draft, Status, draft_of

#: Returns the text of a reply as the dialect shows it.
ShownText = Callable[[Reply], str | None]


@dataclass(frozen=True, slots=True)
class Patch:
    """The fields of a draft that change. For `auto_reply` it has the sides that change, or `None` for no reply."""

    fields: Mapping[str, Any]


def shown(stored: AutoReply | None, text_of: ShownText) -> AutoReply | None:
    """Return a stored auto-reply as the dialect shows it: the sides that somebody gets."""
    if stored is None:
        return None
    external = stored.external if stored.audience is not Audience.NONE else None
    seen = AutoReply(internal=_shown_side(stored.internal, text_of), external=_shown_side(external, text_of))
    return seen if seen.internal or seen.external else None


def repeated(draft: Draft, statuses: Iterable[Status], text_of: ShownText) -> Draft:
    """Return the draft of the status that `draft` repeats as far as the dialect can express it, else `draft`."""
    drafts = ((status, replacing(draft, status, text_of)) for status in statuses)
    new = replace(draft, auto_reply=rewritten(draft.auto_reply, None, text_of))
    return next((candidate for status, candidate in drafts if status.says(candidate)), new)


def replacing(draft: Draft, old: Status, text_of: ShownText) -> Draft:
    """Return `draft` for rewriting `old`, with the parts of its reply that the dialect cannot express."""
    return replace(draft, auto_reply=rewritten(draft.auto_reply, old.auto_reply, text_of), place=old.place)


def patched(patch: Patch, old: Status, text_of: ShownText) -> Draft:
    """Return the draft of `old` with the changes of `patch`.

    Raises:
        EndMissing: there is a start, but no end.
        WindowIsEmpty: the end is not after the start.
        StartsTooLate: only the start moves, to the end or beyond it.
    """
    given = dict(patch.fields)
    if "auto_reply" in given:
        sides = given["auto_reply"]
        present = shown(old.auto_reply, text_of) or AutoReply()
        given["auto_reply"] = rewritten(
            None if sides is None else replace(present, **sides), old.auto_reply, text_of
        )
    try:
        return replace(draft_of(old), **given)
    except WindowIsEmpty:
        if "ends_at" in given or old.ends_at is None:
            raise
        raise StartsTooLate(old.ends_at.written) from None


def rewritten(said: AutoReply | None, stored: AutoReply | None, text_of: ShownText) -> AutoReply | None:
    """Apply what the dialect says to what is stored: what comes back as it was shown stays as it is stored."""
    before, seen = stored or AutoReply(), shown(stored, text_of)
    wanted = said if said and (said.internal or said.external) else None
    if _is_same(wanted, seen):
        return stored
    if wanted is None:
        return None
    if wanted.external == (seen or AutoReply()).external:
        external, audience = before.external, before.audience
    else:
        external, audience = (
            _reply(wanted.external, before.external, text_of),
            _audience(wanted.external, before),
        )
    internal = _reply(wanted.internal, before.internal, text_of)
    return AutoReply(internal=internal, external=external, audience=audience)


def _is_same(one: AutoReply | None, other: AutoReply | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.internal, one.external) == (other.internal, other.external)


def _shown_side(reply: Reply | None, text_of: ShownText) -> Reply | None:
    if reply is None:
        return None
    return Reply(body=text_of(reply), sent_directly_to_me=reply.sent_directly_to_me)


def _reply(said: Reply | None, stored: Reply | None, text_of: ShownText) -> Reply | None:
    """Apply one side. Text shown from HTML that comes back unchanged stays HTML; text keeps its subject."""
    if said is None:
        return None
    if stored is not None and said.body == text_of(stored):
        return replace(stored, sent_directly_to_me=said.sent_directly_to_me)
    subject = stored.subject if stored is not None and said.body is not None else None
    return replace(said, subject=subject)


def _audience(external: Reply | None, before: AutoReply) -> Audience:
    if external is None or external.body is None:
        return Audience.NONE
    return before.audience if before.audience is not Audience.NONE else Audience.ALL

"""Writes through a dialect that knows plain replies only: what it cannot express survives them.

Such a dialect has no HTML, no subject, and no choice of senders outside the company. It shows a reply as plain text.
What comes back as it was shown stays as it is stored.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from domain.auto_reply import Audience, AutoReply, Reply
from domain.moments import Moment
from domain.refusals import StartsTooLate, WindowIsEmpty
from domain.status import Draft, Status, draft_of
from domain.unchanged import UNCHANGED, Unchanged, given_fields, value_or

#: Returns the text of a reply as the dialect shows it.
ShownText = Callable[[Reply], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyPatch:
    """The sides of an auto-reply that change; `None` is no reply on that side."""

    internal: Reply | Unchanged | None = UNCHANGED
    external: Reply | Unchanged | None = UNCHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """The fields of a status that change; `None` empties a field."""

    profile_status_id: str | Unchanged = UNCHANGED
    message: str | Unchanged | None = UNCHANGED
    starts_at: Moment | Unchanged | None = UNCHANGED
    ends_at: Moment | Unchanged | None = UNCHANGED
    auto_reply: ReplyPatch | Unchanged | None = UNCHANGED


def shown(stored: AutoReply | None, text_of: ShownText) -> AutoReply | None:
    """Return a stored auto-reply as the dialect shows it: the sides that somebody gets."""
    if stored is None:
        return None
    external = stored.external if stored.audience is not Audience.NONE else None
    seen = AutoReply(internal=_shown_side(stored.internal, text_of), external=_shown_side(external, text_of))
    return seen if seen.internal or seen.external else None


def repeated(draft: Draft, statuses: Iterable[Status], text_of: ShownText) -> Draft:
    """Return the draft of the status that `draft` repeats as far as the dialect can express it, else a new one."""
    for status in statuses:
        completed = replacing(draft, status, text_of)
        if status.says(completed):
            return replace(completed, place=draft.place, wish=draft.wish, zone=draft.zone)
    return replace(draft, auto_reply=merged(draft.auto_reply, None, text_of))


def replacing(draft: Draft, old: Status, text_of: ShownText) -> Draft:
    """Return `draft` for rewriting `old`: it fills the same place, and what it cannot express stays."""
    auto_reply, is_muted = _written(draft.auto_reply, old, text_of)
    draft = replace(draft, auto_reply=auto_reply, is_muted=is_muted, place=old.place)
    return replace(draft, wish=old.wish, zone=old.zone) if _has_window_of(old, draft) else draft


def patched(patch: Patch, old: Status, text_of: ShownText) -> Draft:
    """Return the draft of `old` with the changes of `patch`.

    Raises:
        EndMissing: there is a start, but no end.
        WindowIsEmpty: the end is not after the start.
        StartsTooLate: only the start moves, to the end or beyond it.
    """
    auto_reply, is_muted = old.auto_reply, old.is_muted
    if not isinstance(patch.auto_reply, Unchanged):
        auto_reply, is_muted = _written(_patched_reply(patch.auto_reply, old, text_of), old, text_of)
    reply = {"auto_reply": auto_reply, "is_muted": is_muted}
    try:
        draft = replace(draft_of(old), **given_fields(patch) | reply)
    except WindowIsEmpty:
        if patch.ends_at is not UNCHANGED or old.ends_at is None:
            raise
        raise StartsTooLate(old.ends_at.written) from None
    return draft if _has_window_of(old, draft) else replace(draft, wish=None, zone=None)


def _has_window_of(old: Status, draft: Draft) -> bool:
    """Return whether `draft` has the moments of `old`; other ones are no more what was wished in days."""
    return (draft.starts_at, draft.ends_at) == (old.starts_at, old.ends_at)


def _patched_reply(patch: ReplyPatch | None, old: Status, text_of: ShownText) -> AutoReply | None:
    if patch is None:
        return None
    seen = shown(old.auto_reply_on, text_of) or AutoReply()
    return AutoReply(
        internal=value_or(seen.internal, patch.internal), external=value_or(seen.external, patch.external)
    )


def _written(wanted: AutoReply | None, old: Status, text_of: ShownText) -> tuple[AutoReply | None, bool]:
    """Return the auto-reply of `old` after the dialect wrote `wanted`, and whether it is muted.

    The dialect shows no reply where it is muted; what comes back so leaves it as it is. A reply switches it on.
    """
    if old.is_muted and (wanted is None or (wanted.internal is None and wanted.external is None)):
        return old.auto_reply, True
    return merged(wanted, old.auto_reply, text_of), False


def merged(wanted: AutoReply | None, stored: AutoReply | None, text_of: ShownText) -> AutoReply | None:
    """Apply the auto-reply that the dialect wants to what is stored; an auto-reply without any side is none."""
    wanted, before = wanted or AutoReply(), stored or AutoReply()
    seen = shown(stored, text_of) or AutoReply()
    if (wanted.internal, wanted.external) == (seen.internal, seen.external):
        return stored
    if wanted.internal is None and wanted.external is None:
        return None
    internal = _merged_side(wanted.internal, before.internal, text_of)
    if wanted.external == seen.external:
        return replace(before, internal=internal)
    external = _merged_side(wanted.external, before.external, text_of)
    return AutoReply(
        internal=internal, external=external, audience=_audience(wanted.external, before.audience)
    )


def _shown_side(reply: Reply | None, text_of: ShownText) -> Reply | None:
    if reply is None:
        return None
    return Reply(body=text_of(reply), sent_directly_to_me=reply.sent_directly_to_me)


def _merged_side(wanted: Reply | None, stored: Reply | None, text_of: ShownText) -> Reply | None:
    """Apply one side. Text shown from HTML that comes back unchanged stays HTML; another text keeps the subject."""
    if wanted is None:
        return None
    if stored is not None and wanted.body == text_of(stored):
        return replace(stored, sent_directly_to_me=wanted.sent_directly_to_me)
    subject = stored.subject if stored is not None and wanted.body is not None else None
    return replace(wanted, subject=subject)


def _audience(external: Reply | None, before: Audience) -> Audience:
    """Return who gets the external reply: those who got it before; if nobody did, everybody."""
    if external is None or external.body is None:
        return Audience.NONE
    return before if before is not Audience.NONE else Audience.ALL

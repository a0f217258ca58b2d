"""A dialect of plain replies: what it cannot express survives, and what comes back as it was shown changes nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given

from domain.auto_reply import Audience, AutoReply, Reply
from domain.moments import Moment
from domain.plain_replies import Patch, ReplyPatch, merged, patched, repeated, replacing, shown
from domain.refusals import EndMissing, Refusal, StartsTooLate, WindowIsEmpty
from domain.status import Draft, Place, draft_of
from domain.timeline import as_of, settle
from domain.unchanged import UNCHANGED
from tests.builders import HOUR, INSTANT, NINE, a_draft, a_reserved_status, a_status, an_auto_reply
from tests.domain.strategies import Person, absent, persons, spans
from tests.writes import post

NONE, KNOWN, ALL = Audience.NONE, Audience.KNOWN, Audience.ALL


def plain(reply: Reply) -> str | None:
    """Return the text of a reply without its paragraphs."""
    if reply.body is None or not reply.is_html:
        return reply.body
    return reply.body.replace("<p>", "").replace("</p>", "")


HTML = Reply(body="<p>Away</p>", is_html=True, subject="Gone")
AWAY = Reply(body="Away")
BACK = Reply(body="Back")
SILENT = Reply(body=None)


def directly(reply: Reply) -> Reply:
    """Return the reply for mail that has the person's own address in To."""
    return replace(reply, sent_directly_to_me=True)


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        (None, None),
        (AutoReply(), None),
        (AutoReply(internal=HTML), AutoReply(internal=AWAY)),
        (AutoReply(internal=directly(HTML)), AutoReply(internal=directly(AWAY))),
        (AutoReply(internal=SILENT), AutoReply(internal=SILENT)),
        # A reply that nobody outside gets is not shown.
        (AutoReply(external=HTML, audience=ALL), AutoReply(external=AWAY)),
        (AutoReply(external=HTML, audience=KNOWN), AutoReply(external=AWAY)),
        (AutoReply(external=HTML, audience=NONE), None),
        (AutoReply(internal=BACK, external=HTML, audience=NONE), AutoReply(internal=BACK)),
    ],
)
def test_the_dialect_shows_the_sides_that_somebody_gets_as_plain_text(
    stored: AutoReply | None, seen: AutoReply | None
):
    assert shown(stored, plain) == seen


@pytest.mark.parametrize(
    ("wanted", "stored", "after"),
    [
        # Nothing is stored yet.
        (None, None, None),
        (AutoReply(), None, None),
        (AutoReply(internal=AWAY), None, AutoReply(internal=AWAY)),
        (AutoReply(external=AWAY), None, AutoReply(external=AWAY, audience=ALL)),
        (AutoReply(external=SILENT), None, AutoReply(external=SILENT, audience=NONE)),
        # Text that was shown from HTML comes back, as it was shown or with something changed.
        (AutoReply(internal=AWAY), AutoReply(internal=HTML), AutoReply(internal=HTML)),
        (AutoReply(internal=directly(AWAY)), AutoReply(internal=HTML), AutoReply(internal=directly(HTML))),
        (
            AutoReply(internal=BACK),
            AutoReply(internal=HTML),
            AutoReply(internal=replace(BACK, subject="Gone")),
        ),
        (AutoReply(internal=SILENT), AutoReply(internal=HTML), AutoReply(internal=SILENT)),
        # One side changes, the other one stays.
        (
            AutoReply(internal=BACK, external=AWAY),
            AutoReply(internal=AWAY, external=HTML, audience=KNOWN),
            AutoReply(internal=BACK, external=HTML, audience=KNOWN),
        ),
        (
            AutoReply(internal=AWAY, external=BACK),
            AutoReply(internal=HTML, external=HTML, audience=KNOWN),
            AutoReply(internal=HTML, external=replace(BACK, subject="Gone"), audience=KNOWN),
        ),
        # A side that was shown is removed.
        (
            AutoReply(internal=AWAY),
            AutoReply(internal=HTML, external=HTML, audience=KNOWN),
            AutoReply(internal=HTML, audience=NONE),
        ),
        (
            AutoReply(external=AWAY),
            AutoReply(internal=HTML, external=HTML, audience=KNOWN),
            AutoReply(external=HTML, audience=KNOWN),
        ),
        (None, AutoReply(internal=HTML), None),
        (AutoReply(), AutoReply(internal=HTML), None),
        # A reply that was not shown survives, until the dialect gives one.
        (None, AutoReply(external=HTML), AutoReply(external=HTML)),
        (AutoReply(internal=BACK), AutoReply(external=HTML), AutoReply(internal=BACK, external=HTML)),
        (AutoReply(external=AWAY), AutoReply(external=HTML), AutoReply(external=HTML, audience=ALL)),
        (
            AutoReply(external=BACK),
            AutoReply(external=HTML),
            AutoReply(external=replace(BACK, subject="Gone"), audience=ALL),
        ),
    ],
)
def test_what_the_dialect_cannot_express_survives(
    wanted: AutoReply | None, stored: AutoReply | None, after: AutoReply | None
):
    assert merged(wanted, stored, plain) == after


LEAVE = a_reserved_status(
    profile_status_id="ABSENCE",
    place=Place.OOF,
    auto_reply=AutoReply(internal=HTML, external=HTML, audience=KNOWN),
)
LEAVE_AS_SHOWN = replace(
    draft_of(LEAVE), auto_reply=AutoReply(internal=AWAY, external=AWAY), place=Place.WORKS
)


class TestARepeatedPost:
    def test_is_the_draft_of_what_it_repeats_for_its_own_place(self):
        expected = replace(draft_of(LEAVE), place=Place.WORKS)
        assert repeated(LEAVE_AS_SHOWN, [a_status(), LEAVE], plain) == expected

    @pytest.mark.parametrize("mail", [LEAVE_AS_SHOWN.auto_reply, None, AutoReply()])
    def test_of_a_muted_leave_repeats_it_with_and_without_its_reply(self, mail: AutoReply | None):
        """A sync job gives the reply each time; a client that saves what it read gives none."""
        muted = replace(LEAVE, is_muted=True)
        assert muted.says(repeated(replace(LEAVE_AS_SHOWN, auto_reply=mail), [muted], plain))

    @pytest.mark.parametrize(
        "other",
        [
            {"profile_status_id": "BUSY"},
            {"message": "On leave"},
            {"starts_at": Moment(NINE + HOUR, 9 * HOUR)},
            {"ends_at": Moment(NINE + 2 * HOUR + INSTANT)},
            {"auto_reply": AutoReply(internal=AWAY, external=BACK)},
            {"auto_reply": AutoReply(internal=AWAY)},
            {"auto_reply": None},
        ],
    )
    def test_repeats_all_that_the_dialect_can_express(self, other: dict[str, Any]):
        draft = replace(LEAVE_AS_SHOWN, **other)
        new = repeated(draft, [LEAVE], plain)
        assert not LEAVE.says(new)
        assert new == replace(draft, auto_reply=merged(draft.auto_reply, None, plain))

    def test_that_is_new_answers_everybody_outside(self):
        new = repeated(a_draft(auto_reply=AutoReply(external=AWAY)), [], plain)
        assert new.auto_reply == AutoReply(external=AWAY, audience=ALL)


def test_a_rewritten_status_fills_the_same_place():
    assert replacing(a_draft(), LEAVE, plain).place is Place.OOF


class TestAMutedReply:
    MUTED = replace(LEAVE, is_muted=True)

    @pytest.mark.parametrize("wanted", [None, AutoReply()])
    def test_stays_muted_when_it_comes_back_as_it_was_shown(self, wanted: AutoReply | None):
        draft = replacing(replace(LEAVE_AS_SHOWN, auto_reply=wanted, message="Ill"), self.MUTED, plain)
        assert draft == replace(draft_of(self.MUTED), message="Ill")
        assert patched(Patch(message="Ill", auto_reply=None), self.MUTED, plain) == draft

    def test_is_switched_on_by_a_reply(self):
        assert replacing(LEAVE_AS_SHOWN, self.MUTED, plain) == draft_of(LEAVE)
        mail = ReplyPatch(internal=AWAY, external=AWAY)
        assert patched(Patch(auto_reply=mail), self.MUTED, plain) == draft_of(LEAVE)

    def test_of_which_one_side_is_given_answers_on_that_side_only(self):
        """The other side was shown as none, and the patch says nothing of it."""
        new = patched(Patch(auto_reply=ReplyPatch(internal=BACK)), self.MUTED, plain)
        assert not new.is_muted
        assert new.auto_reply == AutoReply(internal=replace(BACK, subject="Gone"))


class TestAPatch:
    def test_that_gives_nothing_changes_nothing(self):
        assert patched(Patch(), LEAVE, plain) == draft_of(LEAVE)

    @pytest.mark.parametrize(
        "given_",
        [
            {"profile_status_id": "BUSY"},
            {"message": "On leave"},
            {"starts_at": Moment(NINE)},
            {"starts_at": None},
            {"ends_at": Moment(NINE + 3 * HOUR)},
            {"starts_at": None, "ends_at": None},
        ],
    )
    def test_changes_what_it_gives(self, given_: dict[str, Any]):
        assert patched(Patch(**given_), LEAVE, plain) == replace(draft_of(LEAVE), **given_)

    def test_empties_what_it_gives_as_none(self):
        told = replace(LEAVE, message="On leave")
        assert patched(Patch(message=None), told, plain).message is None
        assert patched(Patch(message=UNCHANGED), told, plain).message == "On leave"

    @pytest.mark.parametrize(
        ("change", "after"),
        [
            (UNCHANGED, LEAVE.auto_reply),
            (ReplyPatch(), LEAVE.auto_reply),
            (ReplyPatch(internal=AWAY), LEAVE.auto_reply),
            (ReplyPatch(internal=SILENT), AutoReply(internal=SILENT, external=HTML, audience=KNOWN)),
            (ReplyPatch(internal=None), AutoReply(external=HTML, audience=KNOWN)),
            (ReplyPatch(external=None), AutoReply(internal=HTML)),
            (ReplyPatch(internal=None, external=None), None),
            (None, None),
        ],
    )
    def test_changes_the_sides_that_it_gives(self, change: Any, after: AutoReply | None):
        assert patched(Patch(auto_reply=change), LEAVE, plain).auto_reply == after

    @pytest.mark.parametrize(
        ("window", "refusal"),
        [
            # From ten to eleven; only the start moves, or the end, or both.
            ({"starts_at": Moment(NINE + 2 * HOUR)}, StartsTooLate),
            ({"ends_at": Moment(NINE + HOUR)}, WindowIsEmpty),
            ({"starts_at": Moment(NINE), "ends_at": Moment(NINE)}, WindowIsEmpty),
            ({"ends_at": None}, EndMissing),
        ],
    )
    def test_is_refused_for_what_it_would_lead_to(self, window: dict[str, Any], refusal: type[Refusal]):
        with pytest.raises(refusal) as refused:
            patched(Patch(**window), LEAVE, plain)
        assert type(refused.value) is refusal

    @pytest.mark.parametrize(
        "window",
        [
            {"starts_at": Moment(NINE + 2 * HOUR - INSTANT)},
            {"ends_at": Moment(NINE + HOUR + INSTANT)},
            {"starts_at": Moment(NINE), "ends_at": Moment(NINE + INSTANT)},
        ],
    )
    def test_may_leave_an_instant(self, window: dict[str, Any]):
        draft = patched(Patch(**window), LEAVE, plain)
        assert (draft.starts_at, draft.ends_at) != (LEAVE.starts_at, LEAVE.ends_at)


@given(persons | absent, spans)
def test_writing_back_what_was_shown_changes_nothing_that_is_stored(person: Person, span: timedelta):
    now = person.now + span
    statuses = settle(person.kept.statuses, now).statuses
    visible = as_of(statuses, now).seen
    for status in statuses:
        stored = draft_of(status)
        seen = replace(stored, auto_reply=shown(status.auto_reply, plain), place=Place.WORKS)
        assert replacing(seen, status, plain) == stored
        assert patched(as_patch(seen), status, plain) == stored
        # A plan that lies ahead is not seen: who posts the same means another one.
        if status.starts_at is not None and status in visible:
            assert post(statuses, repeated(seen, visible, plain), now)[0] == statuses


def as_patch(draft: Draft) -> Patch:
    """Return the patch that gives every field of a draft."""
    reply = draft.auto_reply
    return Patch(
        profile_status_id=draft.profile_status_id,
        message=draft.message,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        auto_reply=ReplyPatch(internal=reply.internal, external=reply.external) if reply else None,
    )


def test_a_plain_reply_to_everybody_is_shown_as_it_is_stored():
    assert shown(an_auto_reply(), plain) == replace(an_auto_reply(), audience=NONE)

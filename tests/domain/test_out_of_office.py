from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.auto_reply import Audience, AutoReply, Reply
from domain.moments import Moment
from domain.out_of_office import NEVER_SET, OutOfOffice, State, Text, Written, view
from domain.refusals import Refusal, ValueMissing, WindowIsEmpty, WindowIsOver
from domain.status import Draft, Place, ScheduleType, Status, draft_of, rewrite
from domain.timeline import as_of, settle
from tests.builders import (
    DAY,
    HOUR,
    INSTANT,
    MINUTE,
    NINE,
    SEOUL,
    a_draft,
    a_reserved_status,
    a_status,
    an_auto_reply,
    an_out_of_office,
)
from tests.domain.strategies import Person, Save, absent, persons, saves, spans
from tests.writes import post, write

RESERVED, PRESENT = ScheduleType.RESERVED, ScheduleType.PRESENT
DISABLED, ENABLED, SCHEDULED = State.DISABLED, State.ENABLED, State.SCHEDULED

AWAY = Text(html="<p>I am away.</p>", subject="Away")


def seen(left: Written, at: datetime = NINE) -> OutOfOffice:
    """Return the answer of grommunio's GET."""
    return view(as_of(left.statuses, at), left.remembered)


def saved(*settings: OutOfOffice, on: tuple[Status, ...] = (), at: datetime = NINE) -> Written:
    """Return the statuses after these settings were saved one after the other."""
    left = Written(on, NEVER_SET)
    for setting in settings:
        left = write(left.statuses, left.remembered, setting, at)
    return left


class TestAScheduledOne:
    @pytest.mark.parametrize(
        ("starts_at", "schedule_type"),
        [
            # Saved at nine, it starts…
            (NINE + INSTANT, RESERVED),
            (NINE, PRESENT),
            (NINE - DAY, PRESENT),
        ],
    )
    def test_is_an_absence_that_waits_for_its_start(self, starts_at: datetime, schedule_type: ScheduleType):
        (status,) = saved(an_out_of_office(SCHEDULED, starts_at=starts_at)).statuses
        assert (status.profile_status_id, status.place) == ("ABSENCE", Place.OOF)
        assert (status.starts_at, status.ends_at) == (Moment(starts_at), Moment(NINE + 2 * HOUR))
        assert status.schedule_type is schedule_type

    def test_carries_the_reply(self):
        setting = an_out_of_office(SCHEDULED, external=Text(html="Gone"), audience=Audience.KNOWN)
        (status,) = saved(setting).statuses
        assert status.auto_reply == AutoReply(
            internal=Reply(body=AWAY.html, is_html=True, subject=AWAY.subject),
            external=Reply(body="Gone", is_html=True),
            audience=Audience.KNOWN,
        )

    @pytest.mark.parametrize(
        ("window", "refusal", "field"),
        [
            ({"starts_at": None}, ValueMissing, "starts_at"),
            ({"ends_at": None}, ValueMissing, "ends_at"),
            ({"starts_at": None, "ends_at": None}, ValueMissing, "starts_at and ends_at"),
            ({"ends_at": NINE + HOUR}, WindowIsEmpty, "ends_at"),
            ({"ends_at": NINE + HOUR - INSTANT}, WindowIsEmpty, "ends_at"),
            ({"starts_at": NINE - HOUR, "ends_at": NINE}, WindowIsOver, "ends_at"),
        ],
    )
    def test_needs_a_window_that_does_not_lie_behind(
        self, window: dict[str, Any], refusal: type[Refusal], field: str
    ):
        with pytest.raises(refusal, match=field):
            saved(an_out_of_office(SCHEDULED, **window))

    @pytest.mark.parametrize(
        ("starts_at", "ends_at"),
        [(NINE + HOUR, NINE + HOUR + INSTANT), (NINE - HOUR, NINE + INSTANT)],
    )
    def test_may_be_as_short_as_an_instant(self, starts_at: datetime, ends_at: datetime):
        setting = an_out_of_office(SCHEDULED, starts_at=starts_at, ends_at=ends_at)
        assert seen(saved(setting)) == setting

    @pytest.mark.parametrize("at", [NINE, NINE + HOUR - INSTANT, NINE + HOUR, NINE + 2 * HOUR - INSTANT])
    def test_is_seen_as_it_was_saved_before_and_in_its_window(self, at: datetime):
        setting = an_out_of_office(SCHEDULED, audience=Audience.ALL, external=Text(html=""))
        assert seen(saved(setting), at) == setting

    def test_is_off_at_its_end_with_its_dates_gone_and_its_texts_and_audience_kept(self):
        left = saved(an_out_of_office(SCHEDULED, audience=Audience.ALL, external=Text(html="Gone")))
        assert seen(left, NINE + 2 * HOUR) == OutOfOffice(
            state=DISABLED, audience=Audience.ALL, internal=AWAY, external=Text(html="Gone")
        )


class TestAnEnabledOne:
    def test_is_an_absence_without_a_window(self):
        (status,) = saved(an_out_of_office(ENABLED)).statuses
        assert (status.profile_status_id, status.place) == ("ABSENCE", Place.OOF)
        assert (status.schedule_type, status.in_force_at) == (PRESENT, NINE)
        assert (status.starts_at, status.ends_at) == (None, None)

    def test_keeps_its_dates_in_mind_though_they_have_no_effect(self):
        setting = an_out_of_office(ENABLED, starts_at=NINE - 9 * DAY, ends_at=NINE - 10 * DAY)
        assert seen(saved(setting)) == setting
        assert seen(saved(setting), NINE + 1000 * DAY) == setting

    def test_may_be_without_a_word(self):
        assert seen(saved(OutOfOffice(state=ENABLED))) == OutOfOffice(state=ENABLED)


class TestADisabledOne:
    @pytest.mark.parametrize("state", [ENABLED, SCHEDULED])
    def test_ends_what_grommunio_set_and_keeps_the_texts(self, state: State):
        off = an_out_of_office(DISABLED)
        left = saved(an_out_of_office(state), off)
        assert left.statuses == ()
        assert seen(left) == off

    def test_mutes_the_auto_reply_of_every_other_status_and_leaves_the_status(self):
        shown = a_status(id="shown", message="At the lake", auto_reply=an_auto_reply(), sequence=3)
        covered = a_status(id="covered", in_force_at=NINE - HOUR, auto_reply=an_auto_reply(), sequence=2)
        waiting = a_reserved_status(id="waiting", auto_reply=an_auto_reply(), sequence=4)
        left = saved(OutOfOffice(), on=(shown, covered, waiting))
        assert set(left.statuses) == {replace(status, is_muted=True) for status in (shown, covered, waiting)}

    def test_leaves_the_reply_of_a_plan_that_lies_ahead_on(self):
        plan = a_reserved_status(id="plan", place=None, auto_reply=an_auto_reply())
        assert saved(an_out_of_office(ENABLED), OutOfOffice(), on=(plan,)).statuses == (plan,)

    def test_keeps_its_dates_in_mind(self):
        setting = an_out_of_office(DISABLED, starts_at=NINE, ends_at=NINE - DAY)
        assert seen(saved(setting)) == setting

    def test_may_be_saved_where_nothing_was_ever_set(self):
        assert saved(OutOfOffice()) == Written((), NEVER_SET)


class TestSavingAgain:
    @pytest.mark.parametrize("old", [ENABLED, SCHEDULED])
    @pytest.mark.parametrize("new", [ENABLED, SCHEDULED])
    def test_replaces_what_grommunio_set_before_whichever_slot_it_is_in(self, old: State, new: State):
        later = an_out_of_office(new)
        left = saved(an_out_of_office(old, internal=Text(html="Before")), later)
        assert len(left.statuses) == 1
        assert seen(left) == later

    def test_stands_beside_what_naver_works_reserved_when_it_has_to_wait(self):
        before = (a_status(id="shown"), a_reserved_status(id="waiting"))
        left = saved(an_out_of_office(SCHEDULED), on=before)
        assert set(before) < set(left.statuses)
        assert seen(left) == an_out_of_office(SCHEDULED)

    def test_covers_what_is_in_force_and_takes_nothing_away(self):
        before = (a_status(id="shown"), a_reserved_status(id="waiting"))
        left = saved(an_out_of_office(ENABLED), on=before)
        assert set(before) < set(left.statuses)
        timeline = as_of(left.statuses, NINE)
        assert timeline.shown is not None
        assert timeline.shown.place is Place.OOF

    def test_comes_above_another_status_that_answers_mail(self):
        """Otherwise administrators would not see the setting that they have just saved."""
        own = saved(an_out_of_office(ENABLED)).statuses
        booked = a_status(
            id="booked",
            in_force_at=NINE + MINUTE,
            ends_at=NINE + 8 * HOUR,
            sequence=2,
            auto_reply=an_auto_reply("At a fair."),
        )
        wanted = an_out_of_office(SCHEDULED, starts_at=NINE)
        left = saved(wanted, on=(*own, booked), at=NINE + HOUR)
        assert seen(left, NINE + HOUR) == wanted

    def test_rewrites_the_status_that_was_read_when_only_the_reply_is_new(self):
        hr = a_reserved_status(
            id="leave",
            profile_status_id="CUSTOM01",
            message="Honeymoon",
            auto_reply=an_auto_reply("Married."),
        )
        before = seen(Written((hr,), NEVER_SET))
        wanted = replace(before, internal=AWAY, audience=Audience.KNOWN)
        left = saved(wanted, on=(hr,))
        (status,) = left.statuses
        assert replace(status, auto_reply=None) == replace(hr, auto_reply=None)
        assert seen(left) == wanted

    def test_leaves_alone_what_only_the_other_dialect_can_say_of_a_reply(self):
        directly = Reply(body="Away.", sent_directly_to_me=True)
        hr = a_status(auto_reply=AutoReply(internal=directly, external=directly, audience=Audience.ALL))
        wanted = replace(seen(Written((hr,), NEVER_SET)), internal=AWAY, external=None)
        (status,) = saved(wanted, on=(hr,)).statuses
        assert status.auto_reply == AutoReply(
            internal=Reply(body=AWAY.html, is_html=True, subject="Away", sent_directly_to_me=True),
            external=Reply(body=None, sent_directly_to_me=True),
            audience=Audience.ALL,
        )

    def test_may_take_the_last_text_from_a_status_that_hr_wrote(self):
        hr = a_reserved_status(id="leave", message="Honeymoon", auto_reply=an_auto_reply())
        wanted = replace(seen(Written((hr,), NEVER_SET)), internal=None, external=None)
        left = saved(wanted, on=(hr,))
        assert [(status.id, status.message) for status in left.statuses] == [("leave", "Honeymoon")]
        assert seen(left) == wanted

    def test_keeps_a_plain_reply_plain_when_it_is_given_back(self):
        hr = a_status(auto_reply=an_auto_reply("Back\non <Monday>."))
        wanted = replace(seen(Written((hr,), NEVER_SET)), external=AWAY)
        (status,) = saved(wanted, on=(hr,)).statuses
        assert status.auto_reply is not None
        assert status.auto_reply.internal == Reply(body="Back\non <Monday>.")

    def test_remembers_new_dates_of_an_enabled_one(self):
        left = saved(an_out_of_office(ENABLED), an_out_of_office(ENABLED, starts_at=NINE, ends_at=NINE + DAY))
        assert (seen(left).starts_at, seen(left).ends_at) == (NINE, NINE + DAY)

    def test_forgets_the_dates_of_an_enabled_one_once_it_is_scheduled(self):
        left = saved(
            an_out_of_office(ENABLED, starts_at=NINE, ends_at=NINE + DAY), an_out_of_office(SCHEDULED)
        )
        assert (left.remembered.starts_at, left.remembered.ends_at) == (None, None)


class TestReading:
    def test_nothing_was_ever_set(self):
        assert seen(Written((), NEVER_SET)) == OutOfOffice(state=DISABLED, audience=Audience.NONE)

    @pytest.mark.parametrize(
        ("said", "starts_at", "ends_at"),
        [
            ({"starts_at": NINE - DAY, "ends_at": NINE + DAY}, NINE - DAY, NINE + DAY),
            # It has no start, but grommunio needs both dates, in whole seconds.
            ({"ends_at": NINE + DAY}, NINE - timedelta(seconds=1), NINE + DAY),
        ],
    )
    def test_a_status_in_force_until_its_end_is_scheduled(
        self, said: dict[str, Any], starts_at: datetime, ends_at: datetime
    ):
        status = a_status(in_force_at=NINE - INSTANT, auto_reply=an_auto_reply("Away & out"), **said)
        assert seen(Written((status,), NEVER_SET)) == OutOfOffice(
            state=SCHEDULED,
            audience=Audience.ALL,
            starts_at=starts_at,
            ends_at=ends_at,
            internal=Text(html="Away &amp; out"),
            external=Text(html="Away &amp; out"),
        )

    def test_a_status_in_force_without_an_end_is_enabled(self):
        status = a_status(auto_reply=an_auto_reply("Away"))
        setting = seen(Written((status,), NEVER_SET))
        assert (setting.state, setting.starts_at, setting.ends_at) == (ENABLED, None, None)

    def test_an_absence_that_hr_reserved_is_scheduled(self):
        status = a_reserved_status(starts_at=(NINE + HOUR).astimezone(SEOUL), auto_reply=an_auto_reply())
        setting = seen(Written((status,), NEVER_SET))
        assert (setting.state, setting.starts_at) == (SCHEDULED, NINE + HOUR)

    def test_a_status_that_answers_nobody_is_not_out_of_office(self):
        status = a_status(auto_reply=AutoReply(internal=Reply(body=None)))
        assert seen(Written((status,), NEVER_SET)).state is DISABLED

    @pytest.mark.parametrize(
        ("in_force", "text"),
        [
            # The one in force comes before the reserved one, the upper before the covered one, and a status with an
            # auto-reply before one without.
            (("upper", "lower"), "upper"),
            (("lower",), "lower"),
            (("silent", "lower"), "lower"),
            (("silent",), "reserved"),
            ((), "reserved"),
        ],
    )
    def test_the_uppermost_that_answers_mail_is_seen(self, in_force: tuple[str, ...], text: str):
        layers = {
            "upper": a_status(id="upper", in_force_at=NINE, sequence=2, auto_reply=an_auto_reply("upper")),
            "lower": a_status(id="lower", in_force_at=NINE - HOUR, auto_reply=an_auto_reply("lower")),
            "silent": a_status(id="silent", in_force_at=NINE, sequence=3),
        }
        reserved = a_reserved_status(auto_reply=an_auto_reply("reserved"))
        setting = seen(Written((reserved, *(layers[name] for name in in_force)), NEVER_SET))
        assert setting.internal == Text(html=text)

    def test_an_out_of_office_whose_reply_was_taken_away_in_the_other_dialect_is_off(self):
        left = saved(an_out_of_office(ENABLED))
        (status,) = left.statuses
        silenced = rewrite(status, replace(draft_of(status), auto_reply=None), NINE, sequence=2)
        setting = seen(replace(left, statuses=(silenced,)))
        assert setting == replace(an_out_of_office(ENABLED), state=DISABLED)

    def test_an_out_of_office_that_was_posted_over_is_covered_and_still_on(self):
        left = saved(an_out_of_office(ENABLED))
        after, _ = post(left.statuses, a_draft("BUSY"), NINE + MINUTE)
        assert seen(replace(left, statuses=after), NINE + MINUTE) == an_out_of_office(ENABLED)

    def test_of_two_reserved_ones_that_of_grommunio_is_seen_whichever_is_first(self):
        hr = a_reserved_status(starts_at=NINE + MINUTE, auto_reply=an_auto_reply("of HR"))
        own = a_reserved_status(id="own", place=Place.OOF, auto_reply=an_auto_reply("own"))
        assert seen(Written((hr, own), NEVER_SET)).internal == Text(html="own")
        assert seen(Written((hr,), NEVER_SET)).internal == Text(html="of HR")

    def test_a_plan_that_lies_ahead_is_not_seen_until_it_comes_into_force(self):
        plan = a_reserved_status(place=None, auto_reply=an_auto_reply())
        left = Written((plan,), NEVER_SET)
        assert [seen(left, at).state for at in (NINE, NINE + HOUR)] == [DISABLED, SCHEDULED]

    def test_a_message_given_in_the_other_dialect_leaves_the_reply_alone(self):
        left = saved(an_out_of_office(SCHEDULED))
        (status,) = left.statuses
        told: Draft = replace(draft_of(status), message="Honeymoon")
        rewritten = rewrite(status, told, NINE, sequence=2)
        assert seen(replace(left, statuses=(rewritten,))) == seen(left)


def unblank(setting: OutOfOffice) -> OutOfOffice:
    """Return the setting without empty texts: in a form they are the same as missing ones."""
    blank = Text(html="")
    return replace(
        setting,
        internal=None if setting.internal == blank else setting.internal,
        external=None if setting.external == blank else setting.external,
    )


@given(persons, spans)
def test_saving_what_was_read_changes_nothing(person: Person, span: timedelta):
    now = person.now + span
    settled = replace(person.kept, statuses=settle(person.kept.statuses, now).statuses)
    assert write(settled.statuses, settled.remembered, seen(settled, now), now) == settled


@given(persons, spans, saves)
def test_what_was_saved_is_read_unless_something_in_force_answers_mail_before_it(
    person: Person, span: timedelta, save: Save
):
    now = person.now + span
    settled = replace(person.kept, statuses=settle(person.kept.statuses, now).statuses)
    wanted = save.at(now)
    try:
        left = write(settled.statuses, settled.remembered, wanted, now)
    except Refusal:
        assert wanted.state is SCHEDULED
        return
    in_force = [status for status in as_of(left.statuses, now).in_force if status.is_out_of_office]
    waits = wanted.state is SCHEDULED and wanted.starts_at is not None and now < wanted.starts_at
    assert unblank(seen(left, now)) == unblank(wanted) or (waits and in_force)


@given(persons, spans, saves)
def test_saving_twice_is_saving_once(person: Person, span: timedelta, save: Save):
    now = person.now + span
    statuses = settle(person.kept.statuses, now).statuses
    try:
        once = write(statuses, person.kept.remembered, save.at(now), now)
    except Refusal:
        return
    twice = write(once.statuses, once.remembered, save.at(now), now)
    assert set(twice.statuses) == set(once.statuses)
    assert twice.remembered == once.remembered


@given(persons)
def test_a_person_has_at_most_one_status_of_grommunios(person: Person):
    assert [status.place for status in person.kept.statuses].count(Place.OOF) <= 1


@given(persons)
def test_what_is_remembered_is_off(person: Person):
    assert person.kept.remembered.state is DISABLED


def carrier_of(left: Written, at: datetime) -> Status:
    """Return the status that grommunio's GET shows."""
    timeline = as_of(left.statuses, at)
    ahead = (timeline.reserved_in(place) for place in (Place.OOF, Place.WORKS))
    return next(status for status in (*timeline.in_force, *ahead) if status and status.is_out_of_office)


def directly(status: Status) -> tuple[bool, bool]:
    """Return the fields of the two replies that only NAVER WORKS has."""
    replies = status.auto_reply or AutoReply()
    internal, external = replies.internal or Reply(body=None), replies.external or Reply(body=None)
    return internal.sent_directly_to_me, external.sent_directly_to_me


@given(absent, saves, st.sampled_from(["audience", "internal", "external"]))
def test_another_reply_changes_only_the_status_that_was_read(person: Person, save: Save, field: str):
    found, now = person.kept, person.now
    before, old = seen(found, now), carrier_of(found, now)
    left = write(
        found.statuses, found.remembered, replace(before, **{field: getattr(save.at(now), field)}), now
    )
    new = next(status for status in left.statuses if status.id == old.id)
    assert replace(new, auto_reply=old.auto_reply) == old
    assert directly(new) == directly(old)
    assert set(left.statuses) - {new} == set(found.statuses) - {old}


@given(absent, saves, st.sampled_from(["starts_at", "ends_at"]))
def test_another_window_covers_every_other_status_and_changes_none(person: Person, save: Save, field: str):
    """An administrator who shortens the reply of an HR system does not shorten the leave."""
    found, now = person.kept, person.now
    before, old = seen(found, now), carrier_of(found, now)
    assume(before.state is SCHEDULED)
    wanted = replace(before, **{field: getattr(save.at(now), field)})
    assume(wanted != before)
    try:
        left = write(found.statuses, found.remembered, wanted, now)
    except Refusal:
        return
    new = carrier_of(left, now)
    assert (seen(left, now), new.place, directly(new)) == (wanted, Place.OOF, directly(old))
    stay = {status for status in found.statuses if status.place is not Place.OOF}
    unmuted = {status.id: status.is_muted for status in stay}
    after = {replace(status, is_muted=unmuted[status.id]) for status in left.statuses if status != new}
    assert after == stay

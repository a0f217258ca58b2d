from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusals import InvalidValue
from domain.roster import Entry, Known, Line, Reconciliation, entry, reconcile


def an_entry(number: int = 1, **said: Any) -> Entry:
    usual: dict[str, Any] = {
        "email": f"u{number}@example.com",
        "name": f"Person {number}",
        "external_key": f"E{number}",
    }
    return Entry(**(usual | said))


KIM, LEE, PARK = (Known(number, an_entry(number)) for number in (1, 2, 3))


def a_line(number: int = 2, **said: Any) -> Line:
    return Line(number, {"name": "Somebody", **said})


def the_line_of(known: Known, number: int = 2, **said: Any) -> Line:
    """Return a line with a person's present values, except the given ones."""
    return Line(number, {name: getattr(known.entry, name) for name in Entry.__slots__} | said)


def only(reconciliation: Reconciliation) -> Entry:
    """Return the only change; check that there are no others and no faults."""
    assert reconciliation.faults == ()
    assert reconciliation.added == ()
    (rewrite,) = reconciliation.rewritten
    return rewrite.entry


class TestWhatAListMaySay:
    @pytest.mark.parametrize(
        "said",
        [
            {"email": "a@b"},
            {"email": "a" * 318 + "@b"},
            {"name": "이서연"},
            {"name": "N" * 255},
            {"external_key": "E 1"},
            {"external_key": "K" * 100},
            {"external_key": None},
            {"aliases": ("a@b.c", "d@e.f")},
        ],
    )
    def test_this(self, said: dict[str, Any]):
        an_entry(**said)

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"email": ""}, "email"),
            ({"email": "example.com"}, "email"),
            ({"email": "@example.com"}, "email"),
            ({"email": "a@b@c"}, "email"),
            ({"email": "a b@c"}, "email"),
            ({"email": "a\0@c"}, "email"),
            ({"email": "a" * 319 + "@b"}, "email"),
            ({"name": ""}, "name"),
            ({"name": "  "}, "name"),
            ({"name": "N" * 256}, "name"),
            ({"name": "Kim\nMinjun"}, "name"),
            ({"external_key": ""}, "externalKey"),
            ({"external_key": "K" * 101}, "externalKey"),
            ({"external_key": "E/1"}, "externalKey"),
            ({"external_key": "E?1"}, "externalKey"),
            ({"external_key": "E#1"}, "externalKey"),
            ({"external_key": "E%1"}, "externalKey"),
            ({"external_key": "E\\1"}, "externalKey"),
            ({"external_key": "E\n1"}, "externalKey"),
            ({"aliases": ("a@b.c", "d")}, "aliases"),
        ],
    )
    def test_and_not_this(self, said: dict[str, Any], field: str):
        with pytest.raises(InvalidValue) as refusal:
            an_entry(**said)
        assert refusal.value.fields == (field,)

    def test_addresses_in_any_case_and_the_first_one_among_the_further_ones(self):
        said = {
            "email": "U1@Example.com",
            "name": "Kim",
            "aliases": ("B@b.c", "a@b.c", "u1@example.com", "b@B.c"),
        }
        assert entry(said).addresses == ("u1@example.com", "a@b.c", "b@b.c")

    def test_of_somebody_known_only_what_changes(self):
        known = an_entry(aliases=("a@b.c",), is_administrator=True, is_active=False)
        said: dict[str, Any] = {"email": "new@example.com", "name": "New"}
        assert entry(said, known) == replace(known, **said)


class TestWhomALineIsAbout:
    def test_whoever_has_its_external_key_though_the_address_is_another(self):
        line = the_line_of(KIM, email="kim@example.com")
        assert only(reconcile([KIM, LEE], [line])) == an_entry(1, email="kim@example.com")

    def test_the_external_key_comes_before_the_address(self):
        line = a_line(email="u2@example.com", external_key="E1", aliases=())
        done = reconcile([KIM, LEE], [line, the_line_of(LEE, 3, email="u1@example.com")])
        assert done.faults == ()
        assert {rewrite.known.id: rewrite.entry.email for rewrite in done.rewritten} == {
            1: "u2@example.com",
            2: "u1@example.com",
        }

    @pytest.mark.parametrize("key", [{}, {"external_key": None}, {"external_key": "E9"}])
    def test_else_whoever_has_its_address(self, key: dict[str, Any]):
        line = a_line(email="U1@example.com", name="Kim", **key)
        assert only(reconcile([KIM], [line])) == replace(KIM.entry, name="Kim", **key)

    def test_the_address_may_be_a_further_one(self):
        known = Known(1, an_entry(aliases=("kim@example.com",)))
        found = only(reconcile([known], [a_line(email="kim@example.com", aliases=("u1@example.com",))]))
        assert found.addresses == ("kim@example.com", "u1@example.com")

    def test_else_somebody_new(self):
        done = reconcile([KIM], [a_line(email="new@example.com", external_key="E9")])
        assert [newcomer.email for newcomer in done.added] == ["new@example.com"]
        assert (done.rewritten, done.unchanged) == ((), 1)

    def test_somebody_new_may_have_the_address_that_another_gives_up(self):
        lines = [
            the_line_of(KIM, 2, email="kim@example.com"),
            a_line(3, email="u1@example.com", external_key="E9"),
        ]
        done = reconcile([KIM], lines)
        assert done.faults == ()
        assert [newcomer.email for newcomer in done.added] == ["u1@example.com"]


class TestWhomNoLineIsAbout:
    def test_is_left_alone(self):
        done = reconcile([KIM, LEE], [the_line_of(KIM)])
        assert (done.rewritten, done.unchanged) == ((), 2)

    def test_leaves_if_that_is_wanted(self):
        done = reconcile([KIM, LEE], [the_line_of(KIM)], deactivate_missing=True)
        assert [leaver.known for leaver in done.deactivated] == [LEE]
        assert (done.changed, done.unchanged) == ((), 1)

    def test_has_left_already(self):
        left = Known(2, an_entry(2, is_active=False))
        done = reconcile([KIM, left], [the_line_of(KIM)], deactivate_missing=True)
        assert (done.rewritten, done.unchanged) == ((), 2)


class TestComingAndGoing:
    def test_a_person_who_leaves_is_no_change(self):
        done = reconcile([KIM], [the_line_of(KIM, is_active=False)])
        assert ([leaver.known for leaver in done.deactivated], done.changed) == ([KIM], ())

    def test_a_person_who_comes_back_is_a_change(self):
        left = Known(1, an_entry(is_active=False))
        done = reconcile([left], [the_line_of(KIM)])
        assert [rewrite.fields for rewrite in done.changed] == [("is_active",)]

    def test_where_nothing_is_said_of_it_whoever_left_stays_away(self):
        left = Known(1, an_entry(is_active=False))
        done = reconcile([left], [a_line(email="u1@example.com", name="Person 1")])
        assert done.rewritten == ()


class TestFaults:
    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            (a_line(3, email="u1"), "email: 'u1' is not a mail address."),
            (a_line(3, email="x@example.com", name=""), "name: A value is required here."),
            # The line before is about the same person.
            (a_line(3, email="x@example.com", external_key="E1"), "This is the person of line 2."),
            (
                a_line(3, email="u1@example.com", external_key="E9"),
                "The address u1@example.com is already in line 2.",
            ),
            (
                a_line(3, email="x@example.com", aliases=("u1@example.com",)),
                "The address u1@example.com is already in line 2.",
            ),
            # Addresses of others.
            (
                a_line(3, email="x@example.com", aliases=("u2@example.com",)),
                "The address u2@example.com belongs to u2@example.com.",
            ),
            (
                a_line(3, email="x@example.com", aliases=("u3@example.com",)),
                "The address u3@example.com belongs to u3@example.com, who is deactivated.",
            ),
            (
                a_line(3, email="y@example.org"),
                "The address y@example.org belongs to somebody in another domain.",
            ),
            (
                a_line(3, email="x@example.com", aliases=("Y@example.org",)),
                "The address y@example.org belongs to somebody in another domain.",
            ),
        ],
    )
    def test_a_line_that_cannot_be_used_is_named_with_its_reason(self, line: Line, reason: str):
        left = Known(3, replace(PARK.entry, is_active=False))
        done = reconcile([KIM, LEE, left], [the_line_of(KIM), line], taken={"y@example.org"})
        assert [(fault.line, fault.reason) for fault in done.faults] == [(3, reason)]

    def test_two_lines_about_somebody_new_are_one_too_many(self):
        lines = [
            a_line(2, email="x@example.com", external_key="E8"),
            a_line(3, email="y@example.com", external_key="E8"),
        ]
        (fault,) = reconcile([], lines).faults
        assert (fault.line, fault.reason) == (3, "The external key E8 is already in line 2.")

    def test_all_of_them_are_named_in_the_order_of_the_lines(self):
        lines = [
            a_line(2, email="x"),
            a_line(3, email="a@example.com"),
            a_line(4, email="a@example.com"),
            a_line(5, email=""),
        ]
        assert [fault.line for fault in reconcile([], lines).faults] == [2, 4, 5]


def test_people_may_exchange_addresses_and_keys():
    lines = [
        the_line_of(KIM, 2, email="u2@example.com", aliases=("u3@example.com",)),
        the_line_of(LEE, 3, email="u1@example.com"),
        the_line_of(PARK, 4, email="park@example.com"),
    ]
    assert reconcile([KIM, LEE, PARK], lines).faults == ()


entries = st.builds(
    Entry,
    email=st.from_regex(r"\A[a-z]{1,3}@example\.com\Z"),
    name=st.text("가나다 Kim,\"'", min_size=1).filter(str.strip),
    external_key=st.none() | st.from_regex(r"\A[A-Z][0-9]{1,3}\Z"),
    is_administrator=st.booleans(),
    is_active=st.booleans(),
)
domains = st.lists(entries, unique_by=(lambda one: one.email, lambda one: one.external_key or one.email)).map(
    lambda found: [Known(number, one) for number, one in enumerate(found, start=1)]
)


@given(domains)
def test_a_list_of_what_is_known_changes_nothing(known: list[Known]):
    lines = [the_line_of(one, one.id + 1) for one in known]
    done = reconcile(known, lines, deactivate_missing=True)
    assert done == Reconciliation((), (), len(known), ())


@given(domains, domains)
def test_what_a_list_says_is_so_afterwards(before: list[Known], after: list[Known]):
    lines = [the_line_of(one, one.id + 1) for one in after]
    done = reconcile(before, lines, deactivate_missing=True)
    if done.faults:
        return
    said = [one.entry for one in after]
    assert all(listed in said for listed in done.added)
    left = {one.id: one.entry for one in before} | {
        rewrite.known.id: rewrite.entry for rewrite in done.rewritten
    }
    active = [one for one in (*left.values(), *done.added) if one.is_active]
    assert sorted(active, key=lambda one: one.email) == sorted(
        (one for one in said if one.is_active), key=lambda one: one.email
    )

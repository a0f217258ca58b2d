from dataclasses import replace
from typing import Any

import pytest

from domain.definitions import (
    BUILT_IN,
    CUSTOM_IDS,
    ICON_TYPES,
    MOST,
    PROFILE_STATUS_IDS,
    Definition,
    Definitions,
    check_can_add,
    check_can_delete,
    check_in_use,
    find,
    first_free,
    listed,
    rewritten,
    shown_as,
)
from domain.refusals import (
    BuiltInStays,
    DefinitionExists,
    DefinitionUnknown,
    NotACustomStatus,
    StatusNotInUse,
    TooManyDefinitions,
)


def a_definition(number: int = 1, **said: Any) -> Definition:
    """Return a domain's own profile status; by default shown after the built-in ones."""
    usual: dict[str, Any] = {
        "profile_status_id": f"CUSTOM{number:02}",
        "name": f"Own {number}",
        "icon_type": "AT_HOME",
        "display_order": 4 + number,
    }
    return Definition(**(usual | said))


def the_definitions(*own: Definition) -> Definitions:
    return {**BUILT_IN, **{one.profile_status_id: one for one in own}}


def test_there_are_four_built_in_statuses_and_twelve_of_a_domains_own():
    assert list(PROFILE_STATUS_IDS) == [
        *("BUSY", "AWAY", "LEAVE_OFFICE", "ABSENCE"),
        *("CUSTOM01", "CUSTOM02", "CUSTOM03", "CUSTOM04", "CUSTOM05", "CUSTOM06"),
        *("CUSTOM07", "CUSTOM08", "CUSTOM09", "CUSTOM10", "CUSTOM11", "CUSTOM12"),
    ]
    assert {built_in.name for built_in in BUILT_IN.values()} == {"Busy", "Away", "Off work", "Absent"}


def test_there_are_twenty_two_icons_and_the_built_in_statuses_are_drawn_with_some():
    assert len(set(ICON_TYPES)) == 22
    assert {built_in.icon_type for built_in in BUILT_IN.values()} <= set(ICON_TYPES)


@pytest.mark.parametrize("profile_status_id", list(BUILT_IN))
def test_every_domain_uses_the_built_in_statuses_for_everybody(profile_status_id: str):
    found = check_in_use(the_definitions(), profile_status_id)
    assert (found.is_in_use, found.is_for_everybody, found.is_built_in) == (True, True, True)


@pytest.mark.parametrize("profile_status_id", ["CUSTOM01", "CUSTOM12", "busy", ""])
def test_a_status_that_is_not_in_use_is_refused(profile_status_id: str):
    with pytest.raises(StatusNotInUse):
        check_in_use(the_definitions(), profile_status_id)


def test_a_built_in_status_that_the_domain_does_without_is_refused():
    definitions = {**BUILT_IN, "BUSY": replace(BUILT_IN["BUSY"], is_in_use=False)}
    with pytest.raises(StatusNotInUse):
        check_in_use(definitions, "BUSY")
    check_in_use(definitions, "AWAY")


def test_statuses_are_listed_by_their_order_and_then_by_id():
    own = [
        a_definition(2, display_order=2),
        a_definition(1, display_order=2),
        a_definition(3, display_order=1),
    ]
    assert [one.profile_status_id for one in listed(the_definitions(*own))] == [
        *("BUSY", "CUSTOM03"),
        *("AWAY", "CUSTOM01", "CUSTOM02"),
        *("LEAVE_OFFICE", "ABSENCE"),
    ]


def test_a_status_that_the_domain_does_not_have_is_not_found():
    assert find(the_definitions(), "BUSY") == BUILT_IN["BUSY"]
    with pytest.raises(DefinitionUnknown):
        find(the_definitions(), "CUSTOM01")


@pytest.mark.parametrize(
    ("taken", "free"),
    [((), "CUSTOM01"), (("CUSTOM01",), "CUSTOM02"), (("CUSTOM02", "CUSTOM01", "CUSTOM04"), "CUSTOM03")],
)
def test_a_status_without_an_id_gets_the_first_free_one(taken: tuple[str, ...], free: str):
    assert first_free([*BUILT_IN, *taken]) == free


def test_when_all_ids_are_taken_there_is_no_free_one():
    with pytest.raises(TooManyDefinitions):
        first_free(CUSTOM_IDS)


class TestWhatCanBeAdded:
    def test_six_of_the_domains_own_beside_the_four_built_in_ones(self):
        assert MOST == 10
        five = the_definitions(*map(a_definition, range(1, 6)))
        check_can_add(five, a_definition(6))
        with pytest.raises(TooManyDefinitions):
            check_can_add({**five, "CUSTOM06": a_definition(6)}, a_definition(7))

    def test_nothing_that_is_there(self):
        with pytest.raises(DefinitionExists):
            check_can_add(the_definitions(a_definition()), a_definition(name="Another"))

    @pytest.mark.parametrize("profile_status_id", list(BUILT_IN))
    def test_nothing_that_is_built_in(self, profile_status_id: str):
        with pytest.raises(NotACustomStatus):
            check_can_add({}, a_definition(profile_status_id=profile_status_id))


class TestRewriting:
    NEW = a_definition(
        name="New",
        icon_type="OFF",
        display_order=9,
        is_in_use=False,
        is_for_everybody=False,
        names=(("ko_KR", "새"),),
    )

    def test_a_built_in_status_keeps_its_name_and_its_icon(self):
        assert rewritten(BUILT_IN["BUSY"], self.NEW) == replace(
            BUILT_IN["BUSY"], is_in_use=False, is_for_everybody=False, display_order=9
        )

    def test_one_of_the_domains_own_changes_in_all_but_its_id_and_stays_in_use(self):
        assert rewritten(a_definition(3), self.NEW) == replace(
            self.NEW, profile_status_id="CUSTOM03", is_in_use=True
        )


@pytest.mark.parametrize("profile_status_id", list(BUILT_IN))
def test_the_built_in_statuses_stay(profile_status_id: str):
    with pytest.raises(BuiltInStays):
        check_can_delete(BUILT_IN[profile_status_id])


def test_a_domain_may_do_without_its_own():
    check_can_delete(a_definition())


def test_a_status_is_shown_as_the_domain_has_it_and_an_out_of_office_even_where_it_has_none():
    assert shown_as(the_definitions(a_definition()), "CUSTOM01").name == "Own 1"
    assert shown_as({}, "ABSENCE") == BUILT_IN["ABSENCE"]

"""The eight operations on a domain's profile statuses: sections 2.1 to 2.6, and their parts of 6 and 7."""

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from domain.definitions import ICON_TYPES
from domain.directory import Person
from store.store import Store
from tests.api.clients import Oof, TestClient, Works, written
from tests.api.conftest import TokenFor
from tests.api.works.answers import assert_refused
from tests.api.works.directory import PATH, Directory, a_body
from tests.builders import HOUR, NINE, HandClock
from tests.store.builders import add_domain_with_people, events_of, statuses_of

BUILT_IN = ["BUSY", "AWAY", "LEAVE_OFFICE", "ABSENCE"]


@pytest.fixture
def directory(http: httpx.Client) -> Directory:
    """Return a client for domain 1."""
    return Directory(http)


class TestRoutesAndScopes:
    OPERATIONS = (
        ("GET", PATH, None, 200, {"directory", "directory.read"}),
        ("GET", f"{PATH}/BUSY", None, 200, {"directory", "directory.read"}),
        ("POST", PATH, a_body(profileStatusId="CUSTOM02"), 201, {"directory"}),
        ("PUT", f"{PATH}/CUSTOM01", a_body(), 200, {"directory"}),
        ("PATCH", f"{PATH}/CUSTOM01", {"domainId": 1}, 200, {"directory"}),
        ("DELETE", f"{PATH}/CUSTOM01", None, 204, {"directory"}),
        ("POST", f"{PATH}/enable", None, 204, {"directory"}),
        ("POST", f"{PATH}/disable", None, 204, {"directory"}),
    )

    @pytest.mark.parametrize(("method", "path", "body", "status", "enough"), OPERATIONS)
    @pytest.mark.parametrize("scope", ["user", "user.read", "directory", "directory.read"])
    def test_each_succeeds_with_its_scopes_and_with_no_other(
        self,
        directory: Directory,
        anonymous: TestClient,
        token_for: TokenFor,
        scope: str,
        method: str,
        path: str,
        body: dict[str, Any] | None,
        status: int,
        enough: set[str],
    ):
        directory.created()
        headers = {"Authorization": f"Bearer {token_for(scope)}"}
        answer = anonymous.request(method, path, json=body, headers=headers)
        if scope in enough:
            assert answer.status_code == status, answer.text
            assert bool(answer.content) is (status != 204)
        else:
            assert_refused(answer, 403, "FORBIDDEN", naming="directory")
            assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]

    @pytest.mark.parametrize("scope", ["directory", "directory.read"])
    @pytest.mark.parametrize(("method", "path", "body", "status", "enough"), OPERATIONS)
    def test_a_person_who_is_no_administrator_may_do_none(
        self,
        directory: Directory,
        anonymous: TestClient,
        token_for: TokenFor,
        people: list[Person],
        scope: str,
        method: str,
        path: str,
        body: dict[str, Any] | None,
        status: int,
        enough: set[str],
    ):
        directory.created()
        before = directory.all()
        for person, may in ((people[1], False), (people[0], scope in enough)):
            headers = {"Authorization": f"Bearer {token_for(scope, person=person)}"}
            answer = anonymous.request(method, path, json=body, headers=headers)
            if may:
                assert answer.status_code == status, answer.text
            else:
                assert_refused(answer, 403, "FORBIDDEN")
                assert directory.all() == before

    @pytest.mark.parametrize(("method", "path", "body"), [row[:3] for row in OPERATIONS])
    def test_each_needs_a_token(self, anonymous: TestClient, method: str, path: str, body: Any):
        assert_refused(anonymous.request(method, path, json=body), 401, "UNAUTHORIZED")

    def test_without_a_domain_the_tokens_is_meant(self, directory: Directory):
        assert directory.all() == directory.all(domainId=1)
        assert directory.got("BUSY") == directory.get("BUSY", domainId=1).json()
        directory.created()
        assert directory.delete("CUSTOM01").status_code == 204

    @pytest.mark.parametrize("number", [2, 3])
    def test_another_domain_is_not_there_whether_it_exists_or_not(
        self, store: Store, directory: Directory, number: int
    ):
        add_domain_with_people(store, 1, "example.org")
        answers = [
            directory.http.get(PATH, params={"domainId": number}),
            directory.get("BUSY", domainId=number),
            directory.post(domainId=number),
            directory.put("BUSY", domainId=number),
            directory.patch("BUSY", domainId=number),
            directory.delete("BUSY", domainId=number),
            directory.enable(domainId=number),
            directory.disable(domainId=number),
        ]
        for answer in answers:
            assert_refused(answer, 404, "NOT_FOUND")

    @pytest.mark.parametrize("number", ["-1", "x", str(2**31)])
    def test_a_domain_is_a_number_of_32_bits(self, directory: Directory, number: str):
        answer = directory.http.get(PATH, params={"domainId": number})
        assert_refused(answer, 400, "INVALID_PARAMETER", naming="domainId")

    @pytest.mark.parametrize("verb", ["enable", "disable"])
    def test_the_two_switches_are_no_profile_statuses(self, directory: Directory, verb: str):
        assert directory.http.post(f"{PATH}/{verb}").status_code == 204
        for answer in (
            directory.get(verb),
            directory.put(verb),
            directory.patch(verb),
            directory.delete(verb),
        ):
            assert_refused(answer, 405, "METHOD_NOT_ALLOWED")
            assert answer.headers["Allow"] == "POST"

    def test_other_methods_are_not_known(self, directory: Directory):
        assert_refused(directory.http.delete(PATH), 405, "METHOD_NOT_ALLOWED")
        answer = directory.http.post(f"{PATH}/BUSY", json=a_body())
        assert_refused(answer, 405, "METHOD_NOT_ALLOWED")


class TestList:
    def test_a_new_domain_has_the_four_built_in_ones(self, directory: Directory):
        assert directory.all() == [
            {
                "domainId": 1,
                "profileStatusId": profile_status_id,
                "iconType": icon,
                "iconUrl": f"http://testserver/icons/{icon}.svg",
                "useDefaultStatus": True,
                "enableSettingByUser": True,
                "profileStatusName": name,
                "i18nNames": [],
                "displayOrder": order,
            }
            for order, (profile_status_id, icon, name) in enumerate(
                [
                    ("BUSY", "BUSY", "Busy"),
                    ("AWAY", "AWAY", "Away"),
                    ("LEAVE_OFFICE", "OFF", "Off work"),
                    ("ABSENCE", "ABSENCE", "Absent"),
                ],
                start=1,
            )
        ]

    def test_is_in_the_order_of_displayOrder_and_then_of_the_ids(self, directory: Directory):  # noqa: N802
        for number, order in ((3, 2), (2, 1), (1, 2)):
            directory.created(profileStatusId=f"CUSTOM0{number}", displayOrder=order)
        directory.patch("LEAVE_OFFICE", displayOrder=1)
        assert directory.ids() == [
            "BUSY",
            "CUSTOM02",
            "LEAVE_OFFICE",
            "AWAY",
            "CUSTOM01",
            "CUSTOM03",
            "ABSENCE",
        ]

    def test_comes_at_once_whatever_page_is_asked_for(self, directory: Directory):
        assert [one["profileStatusId"] for one in directory.all(cursor="x", count=1)] == BUILT_IN

    def test_one_that_is_listed_can_be_got(self, directory: Directory):
        directory.created()
        for one in directory.all():
            assert directory.got(one["profileStatusId"]) == one

    @pytest.mark.parametrize("unknown", ["CUSTOM01", "CUSTOM99", "busy", "x"])
    def test_what_is_not_listed_is_not_there(self, directory: Directory, unknown: str):
        for answer in (
            directory.get(unknown),
            directory.put(unknown),
            directory.patch(unknown),
            directory.delete(unknown),
        ):
            assert_refused(answer, 404, "NOT_FOUND")


class TestFields:
    def test_what_is_created_is_kept_to_the_letter(self, directory: Directory):
        names = [{"language": "ko_KR", "name": "재택"}, {"language": "en_US", "name": "At home"}]
        made = directory.created(enableSettingByUser=False, i18nNames=names, useDefaultStatus=True)
        assert made == {
            **a_body(),
            "iconUrl": "http://testserver/icons/AT_HOME.svg",
            "useDefaultStatus": True,
            "enableSettingByUser": False,
            "i18nNames": names,
        }
        assert directory.got("CUSTOM01") == made

    @pytest.mark.parametrize("field", ["domainId", "iconType", "profileStatusName", "displayOrder"])
    def test_a_required_field_that_is_missing_is_named(self, directory: Directory, field: str):
        assert_refused(directory.post(**{field: ...}), 400, "MISSING_PARAMETER", naming=field)
        assert_refused(directory.put("BUSY", **{field: ...}), 400, "MISSING_PARAMETER", naming=field)
        assert directory.ids() == BUILT_IN

    def test_a_patch_requires_the_domain_only(self, directory: Directory):
        answer = directory.http.patch(f"{PATH}/BUSY", json={"displayOrder": 9})
        assert_refused(answer, 400, "MISSING_PARAMETER", naming="domainId")
        assert directory.patch("BUSY").status_code == 200

    def test_without_an_id_the_first_free_one_is_taken(self, directory: Directory):
        directory.created(profileStatusId="CUSTOM02")
        assert directory.created(profileStatusId=...)["profileStatusId"] == "CUSTOM01"
        assert directory.created(profileStatusId=...)["profileStatusId"] == "CUSTOM03"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            # The limits, from inside…
            ("profileStatusName", "x"),
            ("profileStatusName", "재" * 20),
            ("profileStatusName", "🏝" * 20),
            ("displayOrder", 1),
            ("displayOrder", 2**31 - 1),
            ("i18nNames", []),
            ("i18nNames", [{"language": "zh_TW", "name": "假" * 20}]),
            ("i18nNames", [{"language": code, "name": "x"} for code in ("ko_KR", "en_US", "ja_JP", "zh_CN", "zh_TW")]),
            *(("iconType", icon) for icon in ICON_TYPES),
            ("profileStatusId", "CUSTOM12"),
        ],
    )  # fmt: skip
    def test_can_be_this(self, directory: Directory, field: str, value: Any):
        assert directory.created(**{field: value})[field] == value

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            # …and from outside.
            ("profileStatusName", ""),
            ("profileStatusName", "재" * 21),
            ("profileStatusName", "a\0b"),
            ("profileStatusName", "  \u3000"),
            ("profileStatusName", "\u200b"),
            ("profileStatusName", None),
            ("profileStatusName", 1),
            ("displayOrder", 0),
            ("displayOrder", 2**31),
            ("displayOrder", "1"),
            ("displayOrder", 1.5),
            ("displayOrder", None),
            ("displayOrder", True),
            ("domainId", "1"),
            ("domainId", -1),
            ("domainId", 2**31),
            ("iconType", "busy"),
            ("iconType", "HOUSE"),
            ("iconType", None),
            ("useDefaultStatus", "true"),
            ("useDefaultStatus", None),
            ("enableSettingByUser", 1),
            ("enableSettingByUser", None),
            ("i18nNames", None),
            ("i18nNames", {}),
            ("i18nNames", [{"language": "ko_KR", "name": ""}]),
            ("i18nNames", [{"language": "ko_KR", "name": "\u200b "}]),
            ("i18nNames", [{"language": "ko_KR", "name": "x"}, {"language": "ko_KR", "name": "y"}]),
            ("i18nNames", [{"language": "ko_KR", "name": "x" * 21}]),
            ("i18nNames", [{"language": "ko", "name": "x"}]),
            ("i18nNames", [{"language": "fr_FR", "name": "x"}]),
            ("profileStatusId", "CUSTOM00"),
            ("profileStatusId", "CUSTOM13"),
            ("profileStatusId", "CUSTOM1"),
            ("profileStatusId", ""),
            ("profileStatusId", 1),
        ],
    )
    def test_cannot_be_that(self, directory: Directory, field: str, value: Any):
        assert_refused(directory.post(**{field: value}), 400, "INVALID_PARAMETER", naming=field)
        assert directory.ids() == BUILT_IN

    def test_names_that_an_earlier_version_took_are_still_shown(
        self, directory: Directory, store: Store, person: Person
    ):
        names = (("ko_KR", "\u200b"), ("ko_KR", "x"))
        created = directory.created()
        with store.writing() as transaction:
            old = transaction.definitions.of(person.domain.id)[created["profileStatusId"]]
            transaction.definitions.save(person.domain.id, replace(old, names=names))
        shown = directory.get(created["profileStatusId"]).json()
        assert shown["i18nNames"] == [{"language": language, "name": name} for language, name in names]

    @pytest.mark.parametrize("given", [{"language": "ko_KR"}, {"name": "x"}])
    def test_a_name_in_a_language_is_whole(self, directory: Directory, given: dict[str, str]):
        assert_refused(directory.post(i18nNames=[given]), 400, "MISSING_PARAMETER", naming="i18nNames.0")

    def test_unknown_keys_are_ignored(self, directory: Directory):
        assert set(directory.created(color="red")) == set(directory.got("BUSY"))

    @pytest.mark.parametrize("body", ["null", "[]", "{", ""])
    def test_a_body_is_an_object(self, directory: Directory, body: str):
        json_type = {"Content-Type": "application/json"}
        for method, path in (("POST", PATH), ("PUT", f"{PATH}/BUSY"), ("PATCH", f"{PATH}/BUSY")):
            answer = directory.http.request(method, path, content=body, headers=json_type)
            assert_refused(answer, 400, "BAD_REQUEST")


class TestRules:
    def test_there_are_at_most_ten_the_built_in_ones_included(self, directory: Directory):
        for _ in range(6):
            directory.created(profileStatusId=...)
        assert_refused(directory.post(profileStatusId="CUSTOM12"), 403, "LIMIT_EXCEEDED")
        assert_refused(directory.post(profileStatusId=...), 403, "LIMIT_EXCEEDED")
        assert len(directory.all()) == 10
        directory.delete("CUSTOM03")
        assert directory.created(profileStatusId=...)["profileStatusId"] == "CUSTOM03"

    @pytest.mark.parametrize("profile_status_id", BUILT_IN)
    def test_a_built_in_one_cannot_be_created(self, directory: Directory, profile_status_id: str):
        answer = directory.post(profileStatusId=profile_status_id)
        assert_refused(answer, 400, "INVALID_PARAMETER", naming="profileStatusId")

    def test_one_that_exists_cannot_be_created(self, directory: Directory):
        made = directory.created()
        assert_refused(directory.post(profileStatusName="Another"), 409, "ALREADY_EXIST")
        assert directory.got("CUSTOM01") == made

    @pytest.mark.parametrize("verb", ["put", "patch"])
    def test_of_a_built_in_one_only_use_choice_and_order_change(self, directory: Directory, verb: str):
        before = directory.got("BUSY")
        said = {
            "iconType": "OFF",
            "profileStatusName": "Occupied",
            "i18nNames": [{"language": "ko_KR", "name": "x"}],
            "useDefaultStatus": False,
            "enableSettingByUser": False,
            "displayOrder": 7,
        }
        answer = getattr(directory, verb)("BUSY", **said)
        assert answer.status_code == 200, answer.text
        after = before | {"useDefaultStatus": False, "enableSettingByUser": False, "displayOrder": 7}
        assert answer.json() == after == directory.got("BUSY")

    def test_one_of_the_domains_own_is_always_in_use(self, directory: Directory):
        assert directory.created(useDefaultStatus=False)["useDefaultStatus"] is True
        assert directory.patch("CUSTOM01", useDefaultStatus=False).json()["useDefaultStatus"] is True

    def test_a_put_empties_what_it_does_not_give(self, directory: Directory):
        directory.created(enableSettingByUser=False, i18nNames=[{"language": "ko_KR", "name": "x"}])
        answer = directory.put("CUSTOM01", profileStatusName="Den", iconType="OFF", displayOrder=1)
        assert answer.json() == directory.got("CUSTOM01") == {
            **a_body(profileStatusName="Den", iconType="OFF", displayOrder=1),
            "iconUrl": "http://testserver/icons/OFF.svg",
            "useDefaultStatus": True,
            "enableSettingByUser": True,
            "i18nNames": [],
        }  # fmt: skip

    @pytest.mark.parametrize(
        "said",
        [
            {"profileStatusName": "Den"},
            {"iconType": "OFF"},
            {"displayOrder": 1},
            {"enableSettingByUser": True},
            {"i18nNames": []},
        ],
    )
    def test_a_patch_changes_what_it_gives_and_nothing_else(self, directory: Directory, said: dict[str, Any]):
        made = directory.created(enableSettingByUser=False, i18nNames=[{"language": "ko_KR", "name": "x"}])
        after = directory.patch("CUSTOM01", **said).json()
        icon = {"iconUrl": "http://testserver/icons/OFF.svg"} if "iconType" in said else {}
        assert after == made | said | icon

    @pytest.mark.parametrize("field", ["profileStatusName", "iconType", "displayOrder", "i18nNames"])
    def test_a_patch_empties_nothing(self, directory: Directory, field: str):
        answer = directory.patch("BUSY", **{field: None})
        assert_refused(answer, 400, "INVALID_PARAMETER", naming=field)

    @pytest.mark.parametrize("profile_status_id", BUILT_IN)
    def test_a_built_in_one_cannot_be_deleted(self, directory: Directory, profile_status_id: str):
        assert_refused(directory.delete(profile_status_id), 403, "FORBIDDEN")
        assert directory.ids() == BUILT_IN

    def test_one_that_was_deleted_is_gone(self, directory: Directory):
        directory.created()
        answer = directory.delete("CUSTOM01")
        assert (answer.status_code, answer.content) == (204, b"")
        assert_refused(directory.delete("CUSTOM01"), 404, "NOT_FOUND")

    @pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)
    def test_with_one_that_is_deleted_go_the_statuses_of_those_who_have_it(
        self, store: Store, clock: HandClock, directory: Directory, works: Works, person: Person
    ):
        directory.created()
        work = works.posted("BUSY")
        clock.advance(HOUR)
        works.posted("CUSTOM01", startTime=written(NINE + 2 * HOUR), endTime=written(NINE + 3 * HOUR))
        clock.advance(HOUR)
        assert [status["profileStatusId"] for status in works.list()] == ["CUSTOM01"]
        ahead = {"startTime": written(NINE + 5 * HOUR), "endTime": written(NINE + 6 * HOUR)}
        works.posted("CUSTOM01", **ahead)

        assert directory.delete("CUSTOM01").status_code == 204

        assert [status["userProfileStatusId"] for status in works.list()] == [work["userProfileStatusId"]]
        gone = [event for event in events_of(store, person) if event.kind == "DELETED"]
        assert sorted(event.schedule_type for event in gone) == ["PRESENT", "RESERVED"]
        assert {event.shown_status_id for event in gone} == {work["userProfileStatusId"]}
        assert {event.actor for event in gone} == {"service"}
        assert all(event.request_id for event in gone)


class TestEnableAndDisable:
    @pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)
    def test_disabling_takes_every_definition_and_everybodys_status(
        self, store: Store, directory: Directory, works: Works, people: list[Person]
    ):
        directory.created()
        for person in people[:3]:
            works.of(person.email).posted("BUSY")
            works.of(person.email).posted(
                "CUSTOM01", startTime=written(NINE + HOUR), endTime=written(NINE + 2 * HOUR)
            )
        answer = directory.disable()
        assert (answer.status_code, answer.content) == (204, b"")
        for person in people[:3]:
            assert statuses_of(store, person) == []
            assert works.of(person.email).list() == []
            kinds = [event.kind for event in events_of(store, person)]
            assert kinds == ["PRESENTED", "RESERVED", "DELETED", "DELETED"]

    def test_while_statuses_are_off_none_can_be_defined(self, directory: Directory):
        directory.disable()
        for answer in (
            directory.http.get(PATH),
            directory.get("BUSY"),
            directory.post(),
            directory.put("BUSY"),
            directory.patch("BUSY"),
            directory.delete("BUSY"),
        ):
            assert_refused(answer, 400, "BAD_REQUEST")
            assert answer.json()["description"] == "The status must be enable."

    def test_enabling_gives_the_built_in_ones(self, directory: Directory):
        directory.created()
        directory.patch("BUSY", displayOrder=9, useDefaultStatus=False)
        directory.disable()
        answer = directory.enable()
        assert (answer.status_code, answer.content) == (204, b"")
        assert directory.ids() == BUILT_IN
        assert directory.got("BUSY")["useDefaultStatus"] is True

    def test_enabling_what_is_on_resets_nothing(self, directory: Directory, works: Works):
        directory.created()
        directory.patch("BUSY", displayOrder=9)
        works.posted("CUSTOM01")
        before = directory.all(), works.list()
        assert directory.enable().status_code == 204
        assert (directory.all(), works.list()) == before

    def test_disabling_what_is_off_is_done_as_well(self, directory: Directory):
        assert [directory.disable().status_code for _ in range(2)] == [204, 204]

    @pytest.mark.parametrize("verb", ["enable", "disable"])
    @pytest.mark.parametrize("query", [{}, {"domainId": 1}])
    def test_neither_needs_a_body_a_content_type_or_a_domain(
        self, directory: Directory, verb: str, query: dict[str, int]
    ):
        assert getattr(directory, verb)(**query).status_code == 204

    def test_a_body_does_no_harm(self, directory: Directory):
        for body in (b"{}", b"not json"):
            headers = {"Content-Type": "application/json"}
            assert directory.http.post(f"{PATH}/enable", content=body, headers=headers).status_code == 204


class TestWhatPeopleCanBe:
    def test_nothing_while_statuses_are_off(self, directory: Directory, works: Works):
        status_id = works.posted()["userProfileStatusId"]
        directory.disable()
        answer = works.post("BUSY")
        assert_refused(answer, 400, "BAD_REQUEST")
        assert answer.json()["description"] == "The status must be enable."
        assert_refused(works.get(status_id), 404, "NOT_FOUND")

    def test_nothing_that_the_domain_does_without(self, directory: Directory, works: Works):
        directory.patch("BUSY", useDefaultStatus=False)
        for profile_status_id in ("BUSY", "CUSTOM01"):
            answer = works.post(profile_status_id)
            assert_refused(answer, 400, "BAD_REQUEST")
            assert answer.json()["description"] == "Not used status."
        works.posted("AWAY")

    def test_off_comes_before_not_in_use(self, directory: Directory, works: Works):
        directory.disable()
        assert works.post("CUSTOM01").json()["description"] == "The status must be enable."

    def test_nothing_is_written_then(self, store: Store, directory: Directory, works: Works, person: Person):
        works.post("CUSTOM01")
        directory.disable()
        works.post("BUSY")
        assert (statuses_of(store, person), events_of(store, person)) == ([], [])

    def test_a_status_is_shown_as_the_domain_defines_it(self, directory: Directory, works: Works):
        directory.created()
        shown = works.posted("CUSTOM01")
        assert (shown["profileStatusName"], shown["iconUrl"]) == (
            "At home",
            "http://testserver/icons/AT_HOME.svg",
        )
        directory.patch("CUSTOM01", profileStatusName="Den", iconType="OFF")
        assert works.shown() == shown | {
            "profileStatusName": "Den",
            "iconUrl": "http://testserver/icons/OFF.svg",
        }

    def test_what_is_not_in_use_any_more_can_still_be_changed_in_other_ways(
        self, directory: Directory, works: Works
    ):
        status_id = works.posted("BUSY")["userProfileStatusId"]
        directory.patch("BUSY", useDefaultStatus=False)
        assert works.patch(status_id, statusMessage="Still").status_code == 200
        assert_refused(works.post("BUSY"), 400, "BAD_REQUEST")

    def test_a_status_cannot_be_changed_into_one_that_is_not_in_use(self, works: Works):
        status_id = works.posted("BUSY")["userProfileStatusId"]
        for answer in (works.put(status_id, "CUSTOM01"), works.patch(status_id, profileStatusId="CUSTOM01")):
            assert_refused(answer, 400, "BAD_REQUEST")
            assert answer.json()["description"] == "Not used status."

    @pytest.mark.parametrize(
        ("scope", "holder", "may"),
        [
            ("user", 1, False),
            ("directory", 1, False),
            # The administrator, with the scope for oneself and with that for everybody.
            ("user", 0, False),
            ("directory", 0, True),
            # A service.
            ("user", None, True),
            ("directory", None, True),
        ],
    )
    def test_what_is_not_for_everybody_is_set_by_administrators_and_services(
        self,
        directory: Directory,
        anonymous: TestClient,
        token_for: TokenFor,
        people: list[Person],
        scope: str,
        holder: int | None,
        may: bool,
    ):
        directory.created(enableSettingByUser=False)
        whom = people[1 if holder is None else holder]
        token = token_for(scope, person=None if holder is None else people[holder])
        anonymous.headers["Authorization"] = f"Bearer {token}"
        answer = Works(anonymous, whom.email).post("CUSTOM01")
        if may:
            assert answer.status_code == 201
        else:
            assert_refused(answer, 403, "FORBIDDEN")


class TestTheOtherDialectIsFree:
    def test_an_out_of_office_is_saved_and_shown_where_statuses_are_off(
        self, directory: Directory, works: Works, oof: Oof
    ):
        directory.disable()
        oof.save(state=1, internalReply="Away")
        assert oof.read()["state"] == 1
        assert [status["profileStatusId"] for status in works.list()] == ["ABSENCE"]
        assert [status["profileStatusName"] for status in works.list()] == ["Absent"]

    def test_an_out_of_office_is_saved_where_nobody_may_be_absent(
        self, directory: Directory, works: Works, oof: Oof
    ):
        directory.patch("ABSENCE", useDefaultStatus=False, enableSettingByUser=False)
        oof.save(state=1, internalReply="Away")
        assert [status["profileStatusId"] for status in works.list()] == ["ABSENCE"]

    def test_disabling_ends_an_out_of_office_and_keeps_its_texts(self, directory: Directory, oof: Oof):
        oof.save(state=1, internalReply="Away")
        directory.disable()
        assert oof.read() == {"state": 0, "externalAudience": 0, "internalReply": "Away"}


class TestIcons:
    @pytest.mark.parametrize("icon", ICON_TYPES)
    def test_each_is_served_as_a_drawing_that_does_nothing(self, anonymous: TestClient, icon: str):
        answer = anonymous.get(f"/icons/{icon}.svg")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].split(";")[0] == "image/svg+xml"
        assert "max-age" in answer.headers["Cache-Control"]
        drawing = ET.fromstring(answer.text)  # noqa: S314 (our own files)
        assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
        assert drawing.get("viewBox")
        for element in drawing.iter():
            assert element.tag.split("}")[1] not in {"script", "foreignObject", "image", "use", "style", "a"}
            assert not any(name.lower().startswith("on") or "href" in name for name in element.attrib)
        assert len(list(drawing.iter())) > 1
        assert not re.search(r"<!DOCTYPE|<!ENTITY|url\(", answer.text)

    def test_there_are_twenty_two_and_no_two_are_alike(self, anonymous: TestClient):
        drawings = {anonymous.get(f"/icons/{icon}.svg").text for icon in ICON_TYPES}
        assert len(drawings) == 22

    @pytest.mark.parametrize("icon", ["HOUSE", "busy", "..%2froutes", ""])
    def test_there_is_no_other(self, anonymous: TestClient, icon: str):
        assert anonymous.get(f"/icons/{icon}.svg").status_code in {400, 404}

    def test_the_icon_of_a_status_is_where_it_says(self, directory: Directory):
        for one in directory.all():
            assert directory.http.get(one["iconUrl"]).status_code == 200

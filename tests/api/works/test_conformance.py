"""What real clients of the vendor's API rely on, one test for each point."""

import pytest

from domain.directory import Person
from tests.api.clients import TestClient, Works, written
from tests.api.conftest import TokenFor
from tests.api.works.answers import assert_refused
from tests.builders import HOUR, NINE, HandClock

TEN, ELEVEN = NINE + HOUR, NINE + 2 * HOUR
WINDOW = {"startTime": written(TEN), "endTime": written(ELEVEN)}


def test_a_post_on_a_taken_slot_succeeds_and_the_last_one_wins(works: Works, clock: HandClock):
    works.posted("BUSY", **WINDOW)
    last = works.posted("ABSENCE", **WINDOW)
    assert works.list() == [last]
    clock.advance(HOUR / 2)
    assert works.post("ABSENCE", **WINDOW).status_code == 201


def test_a_past_start_with_a_future_end_is_present(works: Works):
    assert works.posted(startTime=written(NINE - HOUR), endTime=written(TEN))["scheduleType"] == "PRESENT"


def test_an_end_that_is_not_ahead_is_refused(works: Works):
    refused = works.post(startTime=written(NINE - HOUR), endTime=written(NINE))
    assert_refused(refused, 400, "INVALID_PARAMETER", naming="endTime")


def test_post_and_put_answer_with_the_status(works: Works):
    posted = works.post()
    status_id = posted.json()["userProfileStatusId"]
    assert works.put(status_id).json()["userProfileStatusId"] == status_id


def test_the_list_is_an_object_with_an_array_that_has_the_present_one_first(works: Works):
    assert works.http.get(works.path).json() == {"userProfileStatuses": []}
    reserved, present = works.posted(**WINDOW), works.posted("AWAY")
    assert works.http.get(works.path).json() == {"userProfileStatuses": [present, reserved]}


def test_a_put_without_times_clears_times_and_auto_reply(works: Works):
    posted = works.posted(autoReplyMail={"internal": {"content": "x"}}, **WINDOW)
    put = works.put(posted["userProfileStatusId"], "LEAVE_OFFICE", statusMessage="x").json()
    assert (put["startTime"], put["endTime"], put["autoReplyMail"]) == (None, None, None)


def test_delete_answers_with_nothing_and_finds_nothing_the_second_time(works: Works):
    status_id = works.posted()["userProfileStatusId"]
    first = works.delete(status_id)
    assert (first.status_code, first.content) == (204, b"")
    assert_refused(works.delete(status_id), 404, "NOT_FOUND")


@pytest.mark.parametrize("name", ["u1@example.com", "u1%40example.com", "externalKey:EMP%20001", "{user_id}"])
def test_a_person_is_named_by_mail_by_resource_id_and_by_key(works: Works, person: Person, name: str):
    posted = works.of(name.format(user_id=person.user_id)).posted()
    assert works.list() == [posted]


def test_a_401_has_the_code_that_makes_clients_renew_their_token(works: Works, anonymous: TestClient):
    answer = anonymous.get(works.path)
    assert_refused(answer, 401, "UNAUTHORIZED")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_no_answer_is_a_422_or_has_a_detail(works: Works):
    for answer in (works.post("x"), works.post(endTime=1), works.http.post(works.path), works.http.get("/x")):
        assert answer.status_code != 422
        assert "detail" not in answer.json()


@pytest.mark.parametrize("scope", ["directory", "user"])
def test_one_scope_is_enough_for_member_statuses(
    works: Works, anonymous: TestClient, token_for: TokenFor, scope: str
):
    anonymous.headers["Authorization"] = f"Bearer {token_for(scope)}"
    service = Works(anonymous, works.user_id)
    status_id = service.posted()["userProfileStatusId"]
    assert service.get(status_id).status_code == 200
    assert service.put(status_id).status_code == 200
    assert service.patch(status_id).status_code == 200
    assert service.delete(status_id).status_code == 204


def test_unknown_keys_and_query_parameters_are_ignored(works: Works):
    answer = works.http.post(works.path, params={"x": "y"}, json={"profileStatusId": "BUSY", "x": {"y": []}})
    assert answer.status_code == 201

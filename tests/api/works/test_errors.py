"""The dialect's refusals, and what it tolerates in a request."""

import json

import pytest

from api.works.errors import refusal_response
from domain.directory import Person
from domain.refusals import Refusal, StatusNotInUse
from tests.api.clients import TestClient, Works
from tests.api.conftest import TokenFor
from tests.api.refusals import EVERY_REFUSAL
from tests.api.works.answers import assert_refused

BUSY = json.dumps({"profileStatusId": "BUSY"})

#: The codes of the vendor's list that are in use here.
VENDORS_CODES = {
    400: {"BAD_REQUEST", "INVALID_PARAMETER", "MISSING_PARAMETER", "LIMIT_EXCEEDED"},
    401: {"UNAUTHORIZED"},
    403: {"FORBIDDEN", "LIMIT_EXCEEDED"},
    404: {"NOT_FOUND", "USER_NOT_EXIST"},
    409: {"ALREADY_EXIST"},
    429: {"TOO_MANY_REQUESTS"},
    503: {"SERVICE_UNAVAILABLE"},
}


@pytest.mark.parametrize("refusal", EVERY_REFUSAL, ids=lambda refusal: type(refusal).__name__)
def test_every_refusal_has_a_code_of_the_vendors_list(refusal: Refusal):
    answer = refusal_response(refusal)
    body = json.loads(bytes(answer.body))
    assert body["code"] in VENDORS_CODES[answer.status_code]
    ours = refusal.message({"starts_at": "startTime", "ends_at": "endTime"})
    assert body["description"] == ("Not used status." if isinstance(refusal, StatusNotInUse) else ours)


def test_a_missing_body_is_a_bad_request(works: Works):
    status_id = works.posted()["userProfileStatusId"]
    item = f"{works.path}/{status_id}"
    for answer in (works.http.post(works.path), works.http.put(item), works.http.patch(item)):
        assert_refused(answer, 400, "BAD_REQUEST", naming="body")


@pytest.mark.parametrize(
    "body", ["{", '{"profileStatusId": "BUSY"', "{'profileStatusId': 'BUSY'}", "x", "{}{}", " "]
)
def test_malformed_json_is_a_bad_request(works: Works, body: str):
    status_id = works.posted()["userProfileStatusId"]
    json_type = {"Content-Type": "application/json"}
    for method, path in (
        ("POST", works.path),
        ("PUT", f"{works.path}/{status_id}"),
        ("PATCH", f"{works.path}/{status_id}"),
    ):
        answer = works.http.request(method, path, content=body, headers=json_type)
        assert_refused(answer, 400, "BAD_REQUEST", naming="JSON")


@pytest.mark.parametrize("body", ["null", "[]", "1", "true", '"BUSY"', '[{"profileStatusId": "BUSY"}]'])
def test_a_body_that_is_no_object_is_a_bad_request(works: Works, body: str):
    answer = works.http.post(works.path, content=body, headers={"Content-Type": "application/json"})
    assert_refused(answer, 400, "BAD_REQUEST", naming="object")


def test_an_empty_object_lacks_a_parameter(works: Works):
    assert_refused(works.http.post(works.path, json={}), 400, "MISSING_PARAMETER", naming="profileStatusId")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=UTF-8",
        "application/json;charset=utf-8",
        "APPLICATION/JSON",
        "application/vnd.api+json",
    ],
)
def test_json_is_taken_with_and_without_parameters(works: Works, content_type: str):
    answer = works.http.post(works.path, content=BUSY, headers={"content-Type": content_type})
    assert answer.status_code == 201


def test_json_is_taken_without_a_type(works: Works):
    assert works.http.post(works.path, content=BUSY.encode()).status_code == 201


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "text/json",
        "json",
        "application/jsonx",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "/",
    ],
)
def test_another_type_is_a_bad_request_that_says_which_type_would_do(works: Works, content_type: str):
    answer = works.http.post(works.path, content=BUSY, headers={"Content-Type": content_type})
    assert_refused(answer, 400, "BAD_REQUEST", naming="Content-Type: application/json")


def test_a_type_on_a_request_without_a_body_does_no_harm(works: Works):
    json_type = {"Content-Type": "application/json"}
    status_id = works.posted()["userProfileStatusId"]
    assert works.http.get(works.path, headers=json_type).status_code == 200
    assert works.http.delete(f"{works.path}/{status_id}", headers=json_type).status_code == 204


def test_a_token_that_lacks_the_scope_is_told_which_would_do(
    works: Works, anonymous: TestClient, token_for: TokenFor
):
    anonymous.headers["Authorization"] = f"Bearer {token_for('user.read', 'directory.read')}"
    answer = anonymous.post(works.path, json={"profileStatusId": "BUSY"})
    assert_refused(answer, 403, "FORBIDDEN", naming="user, directory")
    challenge = answer.headers["WWW-Authenticate"]
    assert challenge == 'Bearer realm="presently", error="insufficient_scope", scope="user directory"'


def test_a_person_may_write_only_their_own_statuses(
    works: Works, anonymous: TestClient, token_for: TokenFor, person: Person
):
    anonymous.headers["Authorization"] = f"Bearer {token_for('user', person=person)}"
    own = Works(anonymous, person.email)
    assert own.post().status_code == 201
    theirs = works.of("u2@example.com").posted()
    others = own.of("u2@example.com")
    status_id = theirs["userProfileStatusId"]
    for answer in (others.post(), others.put(status_id), others.patch(status_id), others.delete(status_id)):
        assert_refused(answer, 403, "FORBIDDEN", naming="own")
        assert "WWW-Authenticate" not in answer.headers
    assert others.list() == [theirs]


def test_an_unknown_person_comes_before_what_is_wrong_with_the_status(works: Works):
    assert_refused(works.of("u99@example.com").post("CUSTOM01"), 404, "USER_NOT_EXIST")


@pytest.mark.parametrize(
    ("method", "allowed"),
    [
        ("PUT", "GET, POST"),
        ("PATCH", "GET, POST"),
        ("DELETE", "GET, POST"),
        ("OPTIONS", "GET, POST"),
        ("TRACE", "GET, POST"),
    ],
)
def test_a_method_that_the_list_does_not_know_is_answered_with_those_that_it_does(
    works: Works, method: str, allowed: str
):
    answer = works.http.request(method, works.path)
    assert_refused(answer, 405, "METHOD_NOT_ALLOWED", naming=f"{method}; it supports {allowed}.")
    assert answer.headers["Allow"] == allowed


@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
def test_a_method_that_a_status_does_not_know_is_answered_with_those_that_it_does(works: Works, method: str):
    answer = works.http.request(method, f"{works.path}/uprofile-1")
    assert_refused(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == "GET, PUT, PATCH, DELETE"


@pytest.mark.parametrize(
    "path",
    [
        "/v1.0",
        "/v1.0/",
        "/v1.0/users/",
        "/v1.0/users//user-profile-statuses",
        "/v1.0/users/u1@example.com/user-profile-statuses/",
        "/v1.0/users/u1@example.com/user-profile-statuses/x/y",
        "/v1.0/users/a%2Fb/user-profile-statuses",
        "/v2.0/users/u1@example.com/user-profile-statuses",
        "/V1.0/users/u1@example.com/user-profile-statuses",
        "/v1.0/directory",
        # Another feature of the vendor's, next to statuses.
        "/v1.0/users/u1@example.com/set-leave-of-absence",
        "/v1.0/users/u1@example.com/clear-leave-of-absence",
        "/docs/",
        "/icons/BUSY.png",
        "/nothing",
    ],
)
def test_an_unknown_path_is_not_found_in_the_same_shape(works: Works, path: str):
    assert_refused(works.http.get(path), 404, "NOT_FOUND")
    assert_refused(works.http.post(path, json={}), 404, "NOT_FOUND")


def test_a_body_and_a_query_may_say_more_than_is_known(works: Works):
    posted = works.posted(delegates=[{"service": "MAIL", "delegateUserId": "u2"}], userProfileStatusId="x")
    assert works.http.get(works.path, params={"fields": "all"}).json() == {"userProfileStatuses": [posted]}
    assert posted["userProfileStatusId"] != "x"
    assert "delegates" not in posted


def test_of_a_key_that_is_given_twice_the_last_counts(works: Works):
    body = '{"profileStatusId": "AWAY", "profileStatusId": "BUSY"}'
    answer = works.http.post(works.path, content=body, headers={"Content-Type": "application/json"})
    assert answer.json()["profileStatusId"] == "BUSY"

"""The forms of the token endpoint, exactly, and other faults of a request."""

import pytest

from tests.api.clients import TestClient
from tests.api.oauth.conftest import REVOKE, TOKEN, Program, assert_refused

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GOOD = "grant_type=client_credentials&client_id=hr&client_secret=the+secret+of+hr"

paths = pytest.mark.parametrize("path", [TOKEN, REVOKE])


def test_a_good_form_is_good(program: Program):
    for form in (GOOD, f"&{GOOD}&&", f"{GOOD}&other=x", f"{GOOD}&scope"):
        assert program.http.post(TOKEN, content=form, headers=FORM).status_code == 200


@paths
@pytest.mark.parametrize(
    "content_type", ["application/json", "multipart/form-data; boundary=x", "text/plain", "", None]
)
def test_a_body_of_another_kind_is_no_form(program: Program, path: str, content_type: str | None):
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = program.http.post(path, content=GOOD.encode(), headers=headers)
    assert_refused(answer, 400, "invalid_request", naming="application/x-www-form-urlencoded")


@paths
@pytest.mark.parametrize(
    "body", [b"grant_type=%ff", b"grant_type=\xff", b"x=%00", b"a%00=b", b"grant_type=\xc3\xa4"]
)
def test_what_is_not_utf_8_is_no_form(program: Program, path: str, body: bytes):
    assert_refused(program.http.post(path, content=body, headers=FORM), 400, "invalid_request")


@paths
@pytest.mark.parametrize("repeated", ["grant_type", "client_id", "client_secret", "scope", "token", "other"])
def test_no_parameter_comes_twice(program: Program, path: str, repeated: str):
    form = f"{GOOD}&token=x&scope=user&other=x&{repeated}=y"
    answer = program.http.post(path, content=form, headers=FORM)
    assert_refused(answer, 400, "invalid_request", naming=f"{repeated}: A parameter can be given once only.")


def test_what_is_no_name_of_a_parameter_is_not_repeated_to_the_client(program: Program):
    answer = program.http.post(TOKEN, content=f'{GOOD}&"><b>=1&"><b>=2', headers=FORM)
    assert_refused(answer, 400, "invalid_request")
    assert "<b>" not in answer.text


@paths
@pytest.mark.parametrize(
    ("length", "is_fine"), [(64 * 1024, True), (64 * 1024 + 1, False), (11 * 2**20, False)]
)
def test_a_form_has_its_limits(program: Program, path: str, length: int, is_fine: bool):
    form = f"{GOOD}&token=x&other=".ljust(length, "x")
    answer = program.http.post(path, content=form, headers=FORM)
    if is_fine:
        assert answer.status_code == 200
    else:
        assert_refused(answer, 400, "invalid_request", naming="64 kB")


@pytest.mark.parametrize(("count", "is_fine"), [(20, True), (21, False)])
def test_a_form_has_twenty_parameters_at_most(program: Program, count: int, is_fine: bool):
    form = "&".join([GOOD, *(f"other{number}=x" for number in range(count - 3))])
    assert (program.http.post(TOKEN, content=form, headers=FORM).status_code == 200) is is_fine


@paths
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])
def test_another_method_is_told_which_one_there_is(anonymous: TestClient, path: str, method: str):
    answer = anonymous.request(method, path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert method == "HEAD" or f"{method}; it supports POST." in answer.json()["error_description"]


def test_where_there_is_nothing_that_is_said_in_the_words_of_oauth(anonymous: TestClient):
    for path in ("/oauth2/v2.0/authorise", "/.well-known/nothing"):
        answer = anonymous.get(path)
        assert (answer.status_code, answer.json()["error"]) == (404, "invalid_request")

"""Malformed input: it gets a clean refusal, and nothing of it is written."""

import json
from typing import Any

import httpx
import pytest

from tests.api.clients import Oof, Works

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

JSON = {"Content-Type": "application/json"}
DEEP = 100_000


def sent(works: Works, oof: Oof, body: bytes) -> tuple[httpx.Response, httpx.Response]:
    """Send these bytes to each dialect, and return the responses."""
    return (
        works.http.post(works.path, content=body, headers=JSON),
        oof.http.put(oof.path, content=body, headers=JSON),
    )


def assert_neither_took_it(works: Works, oof: Oof, answers: tuple[httpx.Response, httpx.Response]) -> None:
    """Assert that both dialects refused in their own form, and that nothing was written."""
    assert [answer.status_code for answer in answers] == [400, 400]
    assert list(answers[0].json()) == ["code", "description"]
    assert list(answers[1].json()) == ["message", "errors"]
    assert works.list() == []
    assert oof.read() == {"state": 0, "externalAudience": 0}


@pytest.mark.parametrize(
    "body",
    [
        b"[" * DEEP,
        b'{"a":' * DEEP,
        b'{"profileStatusId":"BUSY","state":1,"x":' + b"[" * DEEP + b"]" * DEEP + b"}",
        b'{"profileStatusId":"BUSY","state":1,"x":' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}",
    ],
    ids=["arrays", "objects", "arrays within", "objects within"],
)
def test_a_body_may_be_as_deep_as_it_likes_and_is_not_read(works: Works, oof: Oof, body: bytes):
    assert_neither_took_it(works, oof, sent(works, oof, body))


@pytest.mark.parametrize(
    "body",
    [
        b"\xff",
        b'{"profileStatusId":"BUSY","state":1,"x":"\xff"}',
        b'{"profileStatusId":"BUSY","statusMessage":"\xed\xa0\x80","state":1,"internalReply":"\xed\xa0\x80"}',
        b'{"profileStatusId":"BUSY","state":1,"\xc3":1}',
        '{"profileStatusId":"BUSY","state":1,"x":"ü"}'.encode("latin-1"),
    ],
)
def test_a_body_that_is_not_utf_8_is_not_read(works: Works, oof: Oof, body: bytes):
    assert_neither_took_it(works, oof, sent(works, oof, body))


@pytest.mark.parametrize("digits", [4300, 4301, 100_000])
def test_a_number_may_have_any_number_of_digits(works: Works, oof: Oof, digits: int):
    number = b"9" * digits
    answers = sent(works, oof, b'{"profileStatusId":%s,"state":%s}' % (number, number))
    assert_neither_took_it(works, oof, answers)


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e-400", "NaN", "Infinity", "-0", "0.0", "1E0"])
def test_a_number_that_is_no_whole_number_is_no_state(works: Works, oof: Oof, number: str):
    body = f'{{"profileStatusId":{number},"state":{number}}}'
    if number == "-0":
        assert sent(works, oof, body.encode())[1].status_code == 200
    else:
        assert_neither_took_it(works, oof, sent(works, oof, body.encode()))


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "\udfff\ud800", "\x1b[31m"])
def test_what_is_no_text_is_refused_wherever_it_is(works: Works, oof: Oof, text: str):
    bodies: list[dict[str, Any]] = [
        {"profileStatusId": text},
        {"profileStatusId": "BUSY", "statusMessage": text},
        {"profileStatusId": "BUSY", "startTime": text},
        {"profileStatusId": "BUSY", "endTime": text},
        *(
            {"profileStatusId": "BUSY", "autoReplyMail": {side: {"content": text}}}
            for side in ("internal", "external")
        ),
    ]
    for body in bodies:
        answer = works.http.post(works.path, content=json.dumps(body), headers=JSON)
        assert answer.status_code == 400
        assert list(answer.json()) == ["code", "description"]
    settings: list[dict[str, Any]] = [
        {"startTime": text},
        {"endTime": text},
        {"internalReply": "x", "internalSubject": text},
        {"externalReply": "x", "externalSubject": text},
    ]
    for setting in settings:
        answer = oof.put(state=1, **setting)
        assert answer.status_code == 400
        assert list(answer.json()) == ["message", "errors"]
    assert works.list() == []
    assert oof.read() == {"state": 0, "externalAudience": 0}


@pytest.mark.parametrize("key", ["\0", "x\0", "\x1b"])
def test_an_unknown_key_is_ignored_whatever_it_is(works: Works, oof: Oof, key: str):
    works.posted(**{key: key})
    oof.save(state=1, **{key: key})


def test_half_a_surrogate_pair_as_a_key_does_no_harm(works: Works, oof: Oof):
    assert works.post(**{"\ud800": "\ud800"}).status_code == 201
    assert oof.put(state=1, **{"\ud800": "\ud800"}).status_code in {200, 400}


@pytest.mark.parametrize(
    "query", ["x=%00", "x=%ff", "x=%ED%A0%80", "%00", "&&&", "x=" + "9" * 10_000, "state=1"]
)
def test_a_query_is_ignored_whatever_it_is(works: Works, oof: Oof, query: str):
    posted = works.posted()
    assert works.http.get(f"{works.path}?{query}").json() == {"userProfileStatuses": [posted]}
    assert oof.http.get(f"{oof.path}?{query}").json() == {"state": 0, "externalAudience": 0}


def test_a_body_on_a_request_that_takes_none_does_no_harm(works: Works, oof: Oof):
    posted = works.posted()
    for body in (b"{", b"\xff", b"[" * DEEP):
        assert works.http.request("GET", works.path, content=body, headers=JSON).status_code == 200
        assert oof.http.request("GET", oof.path, content=body, headers=JSON).status_code == 200
    deleting = f"{works.path}/{posted['userProfileStatusId']}"
    assert works.http.request("DELETE", deleting, content=b"{", headers=JSON).status_code == 204


def test_what_cannot_be_shows_nothing_of_what_was_sent(works: Works, oof: Oof):
    """Error messages may be read by others, and the input may be private."""
    private = "sesame-open"
    answers = [
        works.post(private),
        works.post(statusMessage=[private]),
        works.post(endTime=private),
        works.post(autoReplyMail={"internal": {"content": {"x": private}}}),
        oof.put(state=private),
        oof.put(startTime=private),
        oof.put(internalReply=[private]),
        oof.http.put(oof.path, content=f'{{"{private}', headers=JSON),
    ]
    for answer in answers:
        assert answer.status_code == 400
        assert private not in answer.text

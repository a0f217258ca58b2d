"""HTTP over a real connection: bytes of a path, sizes, methods, repeated headers."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from api.body_limit import LARGEST_BODY, MOST_SEPARATORS, BodyLimit
from harness.server import exchange
from tests.api.conftest import TokenFor

WORKS = "/v1.0/users/u1@example.com/user-profile-statuses"
OOF = "/api/v1/domains/1/users/1/oof"

Sending = Callable[[bytes], bytes | Iterator[bytes]]


@dataclass(frozen=True)
class Answer:
    """An answer as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Wire:
    """A connection to a server, with a token that allows everybody in domain 1."""

    url: str
    token: str

    def send(self, method: str, target: str, *headers: str, body: bytes = b"") -> Answer:
        """Send a request with these headers, and with the token unless they have one; return the response."""
        lines = [f"{method} {target} HTTP/1.1", "Connection: close", *headers]
        if not any(header.startswith("Host:") for header in headers):
            lines.append("Host: localhost")
        if not any(header.startswith("Authorization:") for header in headers):
            lines.append(f"Authorization: Bearer {self.token}")
        head, _, text = exchange(self.url, "\r\n".join([*lines, "", ""]).encode("latin-1") + body).partition(
            b"\r\n\r\n"
        )
        first, *rest = head.decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in rest)
        return Answer(int(first.split()[1]), {name.lower(): value for name, value in pairs}, text.decode())

    def sized(self, method: str, target: str, body: bytes) -> Answer:
        """Send a JSON body with `Content-Length`, and return the response."""
        return self.send(
            method, target, "Content-Type: application/json", f"Content-Length: {len(body)}", body=body
        )


@pytest.fixture
def wire(url: str, token_for: TokenFor) -> Wire:
    """Return a connection to the served API."""
    return Wire(url, token_for("directory"))


@pytest.mark.parametrize(
    "name", ["u1@example.com", "u1%40example.com", "externalKey:EMP%20001", "externalKey:EMP%200%301"]
)
def test_a_name_in_a_path_may_be_encoded_or_not(wire: Wire, name: str):
    posted = wire.sized("POST", WORKS, b'{"profileStatusId":"BUSY"}')
    listed = wire.send("GET", f"/v1.0/users/{name}/user-profile-statuses")
    assert listed.body == f'{{"userProfileStatuses":[{posted.body}]}}'


@pytest.mark.parametrize(
    "name", ["%00", "%ff", "%ED%A0%80", "%", "%zz", "%2e%2e", "..", "%0d%0aX: y", "x" * 20_000]
)
def test_any_bytes_may_stand_in_a_path(wire: Wire, name: str):
    for target in (f"/v1.0/users/{name}/user-profile-statuses", f"{WORKS}/{name}"):
        assert wire.send("GET", target).status in {400, 404}


def a_body_of(size: int) -> bytes:
    """Return a body for both dialects of exactly this size."""
    before, after = b'{"profileStatusId":"BUSY","state":1,"x":"', b'"}'
    return before + b"x" * (size - len(before) - len(after)) + after


def whole(body: bytes) -> bytes:
    """Return a body with `Content-Length`."""
    return body


def in_chunks(body: bytes) -> Iterator[bytes]:
    """Yield a body in chunks, without `Content-Length`."""
    for start in range(0, len(body), 1 << 20):
        yield body[start : start + (1 << 20)]


@pytest.fixture
def http(wire: Wire) -> Iterator[httpx.Client]:
    """Yield a client that keeps its connection."""
    headers = {"Authorization": f"Bearer {wire.token}", "Content-Type": "application/json"}
    with httpx.Client(base_url=wire.url, headers=headers) as client:
        yield client


@pytest.mark.parametrize("sent", [whole, in_chunks])
def test_a_body_of_ten_megabytes_is_read(http: httpx.Client, sent: Sending):
    body = a_body_of(LARGEST_BODY)
    assert http.post(WORKS, content=sent(body)).status_code == 201
    assert http.put(OOF, content=sent(body)).status_code == 200


TOO_LARGE_FOR_WORKS = '{"code":"LIMIT_EXCEEDED","description":"The body is larger than 10 MB."}'
TOO_LARGE_FOR_GROMMUNIO = '{"message":"The body is larger than 10 MB."}'


@pytest.mark.parametrize("sent", [whole, in_chunks])
def test_a_body_of_a_byte_more_is_not(http: httpx.Client, sent: Sending):
    body = a_body_of(LARGEST_BODY + 1)
    works, oof = http.post(WORKS, content=sent(body)), http.put(OOF, content=sent(body))
    assert (works.status_code, works.text) == (400, TOO_LARGE_FOR_WORKS)
    assert (oof.status_code, oof.text) == (413, TOO_LARGE_FOR_GROMMUNIO)
    assert http.get(WORKS).json() == {"userProfileStatuses": []}
    assert http.get(OOF).json() == {"state": 0, "externalAudience": 0}


def test_a_body_that_is_announced_too_large_is_refused_before_it_comes(wire: Wire):
    announced = ("Content-Type: application/json", "Content-Length: 99999999999")
    assert wire.send("POST", WORKS, *announced).body == TOO_LARGE_FOR_WORKS
    assert wire.send("PUT", OOF, *announced).body == TOO_LARGE_FOR_GROMMUNIO


@pytest.mark.parametrize(
    ("announced", "is_read"), [("9" * 5000, False), ("0" * 5000 + "3", True), ("0", True), ("x", True)]
)
def test_a_size_may_have_more_digits_than_python_parses(announced: str, is_read: bool):
    """The server refuses such sizes itself; another one may not."""

    async def reading(scope: Scope, receive: Receive, _send: Send) -> None:
        assert await Request(scope, receive).body() == b"abc"

    async def receive() -> Message:
        return {"type": "http.request", "body": b"abc"}

    async def send(_message: Message) -> None: ...

    scope = {"type": "http", "path": "/", "headers": [(b"content-length", announced.encode())]}
    with nullcontext() if is_read else pytest.raises(HTTPException, match="413"):
        asyncio.run(BodyLimit(reading)(scope, receive, send))


TOO_MANY = "The body has more than 250,000 commas, brackets and braces."


@pytest.mark.parametrize("separator", [b",", b"[", b"{"])
@pytest.mark.parametrize("sent", [whole, in_chunks])
def test_a_body_of_the_most_values_is_read_and_one_of_more_is_not(
    http: httpx.Client, sent: Sending, separator: bytes
):
    before, after = b'{"profileStatusId":"BUSY","state":1,"x":"', b'"}'
    most = before + separator * (MOST_SEPARATORS - before.count(b",") - 1) + after
    assert http.post(WORKS, content=sent(most)).status_code == 201
    assert http.put(OOF, content=sent(most)).status_code == 200
    more = before + separator + most.removeprefix(before)
    works, oof = http.post(WORKS, content=sent(more)), http.put(OOF, content=sent(more))
    assert (works.status_code, works.json()) == (400, {"code": "LIMIT_EXCEEDED", "description": TOO_MANY})
    assert (oof.status_code, oof.json()) == (413, {"message": TOO_MANY})


def test_millions_of_values_are_not_parsed(http: httpx.Client):
    body = b'{"profileStatusId":"BUSY","x":[' + b"[]," * 3_000_000 + b"1]}"
    began = time.process_time()
    assert http.post(WORKS, content=body).status_code == 400
    assert time.process_time() - began < 1


def test_who_shows_no_token_learns_nothing_of_sizes(wire: Wire):
    announced = ("Content-Length: 99999999999", "Authorization: Bearer x")
    assert wire.send("POST", WORKS, *announced).status == 401
    assert wire.send("PUT", OOF, *announced).status == 401
    assert wire.send("PUT", "/nothing", *announced).status == 404


def test_head_has_the_headers_of_get_and_no_body(wire: Wire):
    changing = {"date", "x-request-id", "ratelimit-reset"}
    wire.sized("PUT", OOF, b'{"state":1,"internalReply":"x"}')
    looked, read = wire.send("HEAD", OOF), wire.send("GET", OOF)
    assert (looked.status, looked.body) == (200, "")
    assert looked.headers.keys() == read.headers.keys()
    assert {name for name in read.headers if looked.headers[name] != read.headers[name]} <= changing
    refused = wire.send("HEAD", WORKS)
    assert (refused.status, refused.body, refused.headers["allow"]) == (405, "", "GET, POST")


def test_a_deletion_is_answered_without_a_body(wire: Wire):
    status_id = wire.sized("POST", WORKS, b'{"profileStatusId":"BUSY"}').body.split('"')[3]
    deleted = wire.send("DELETE", f"{WORKS}/{status_id}")
    assert (deleted.status, deleted.body) == (204, "")
    assert not {"content-length", "content-type"} & set(deleted.headers)


def test_of_two_tokens_the_first_counts(wire: Wire):
    good, bad = f"Authorization: Bearer {wire.token}", "Authorization: Bearer x"
    assert wire.send("GET", WORKS, good, bad).status == 200
    assert wire.send("GET", WORKS, bad, good).status == 401


def test_headers_that_are_given_twice_do_no_harm(wire: Wire):
    twice = [
        "Content-Type: application/json",
        "Content-Type: text/plain",
        "X-Request-ID: a",
        "X-Request-ID: b",
    ]
    answer = wire.send("POST", WORKS, *twice, "Content-Length: 26", body=b'{"profileStatusId":"BUSY"}')
    assert answer.status == 201
    assert answer.headers["x-request-id"] in {"a", "b"}


@pytest.mark.parametrize("host", ["", "[", "[::1", "a b", "x:99999", "x:y", "@", "a/b", "\xff", "<script>"])
def test_a_host_may_be_anything(wire: Wire, host: str):
    for target, status in ((WORKS, 200), (OOF, 200), ("/nothing", 404), ("/api/nothing", 404)):
        assert wire.send("GET", target, f"Host: {host}").status == status


def test_the_icon_is_where_the_caller_found_the_api(wire: Wire):
    body = b'{"profileStatusId":"BUSY"}'
    posted = wire.send(
        "POST", WORKS, "Host: status.example.com:8443", f"Content-Length: {len(body)}", body=body
    )
    assert '"iconUrl":"http://status.example.com:8443/icons/BUSY.svg"' in posted.body


@pytest.mark.parametrize(
    "target", ["*", "//evil.example/x", "http://evil.example/nothing", "/%2e%2e/%2e%2e/etc/passwd"]
)
def test_a_target_that_is_no_path_of_ours_is_not_found(wire: Wire, target: str):
    assert wire.send("GET", target).status == 404


@pytest.mark.parametrize(
    "request_",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\r\n\r\n",
    ],
)
def test_what_is_no_http_is_a_bad_request(wire: Wire, request_: bytes):
    answer = exchange(wire.url, request_)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert wire.send("GET", "/healthz").status == 200


NOT_HTTP = "This is not HTTP, or the method is unknown."
TWO_LENGTHS = "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (f"GET {WORKS} HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", "Content-Length"),
        (f"POST {OOF} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "chunk"),
        (f"POST /oauth2/v2.0/token HTTP/1.1\r\nHost: x\r\n{TWO_LENGTHS}\r\n", "Transfer-Encoding"),
        (f"GET {WORKS} HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", "header"),
        (f"GET http://x{OOF} HTTP/1.1\r\n\r\n", "exactly one Host header"),
        (f"GET {WORKS} HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "exactly one Host header"),
        ("FOO /v1.0/users HTTP/1.1\r\nHost: x\r\n\r\n", NOT_HTTP),
    ],
)
def test_what_http_refuses_is_explained_in_the_dialect_of_the_path(wire: Wire, request_: str, sentence: str):
    head, _, body = exchange(wire.url, request_.encode()).decode().partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 400 ")
    for header in (
        "x-content-type-options: nosniff",
        "content-security-policy: default-src",
        "x-request-id: ",
    ):
        assert f"\r\n{header}" in head.lower()
    assert "connection: close" in head.lower()
    if sentence is NOT_HTTP:
        assert body == sentence
        return
    keys = {WORKS: ["code", "description"], OOF: ["message"]}
    shape = next((keys[path] for path in keys if path in request_), ["error", "error_description"])
    assert list(json.loads(body)) == shape
    assert sentence in json.loads(body)[shape[-1]]


def test_http_1_0_needs_no_host(wire: Wire):
    assert exchange(wire.url, b"GET /healthz HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200 ")


def test_what_follows_a_whole_request_does_not_take_its_answer_away(wire: Wire):
    answer = exchange(wire.url, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nmore")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_browsers_are_told_to_be_careful(wire: Wire):
    for target in (WORKS, OOF, "/nothing", "/docs"):
        headers = wire.send("GET", target).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"

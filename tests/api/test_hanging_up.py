"""Clients that hang up in the middle of their request: that is not our error, and nothing is written."""

import logging
import socket
from collections import Counter

import pytest

from harness.waiting import wait_until
from tests.api.clients import TestClient
from tests.api.conftest import TokenFor
from tests.api.test_metrics import samples

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def send_a_part(url: str, method: str, path: str, token: str, kind: str) -> None:
    """Announce a body, send its beginning, and hang up."""
    host, port = url.removeprefix("http://").split(":")
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: 100\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head.encode() + b"user=")


def by_status(client: TestClient, method: str) -> Counter[str]:
    """Count the requests with this method, by status."""
    counted: Counter[str] = Counter()
    for (name, labels), value in samples(client).items():
        if name == "presently_requests_total" and ("method", method) in labels:
            counted[dict(labels)["status"]] += int(value)
    return counted


@pytest.mark.parametrize(
    ("method", "path", "kind"),
    [
        ("POST", "/api/v1/login", FORM),
        ("POST", "/oauth2/v2.0/token", FORM),
        ("POST", "/oauth2/v2.0/revoke", FORM),
        ("POST", "/v1.0/users/u1@example.com/user-profile-statuses", JSON),
        ("PUT", "/api/v1/domains/1/users/1/oof", JSON),
    ],
)
def test_hanging_up_is_not_counted_as_our_error(
    url: str,
    anonymous: TestClient,
    token_for: TokenFor,
    caplog: pytest.LogCaptureFixture,
    method: str,
    path: str,
    kind: str,
):
    before = by_status(anonymous, method)
    send_a_part(url, method, path, token_for("directory"), kind)
    wait_until(lambda: by_status(anonymous, method) != before)
    assert by_status(anonymous, method) - before == {"499": 1}
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]

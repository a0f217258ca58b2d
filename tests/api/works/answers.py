"""Checks of the dialect's refusals."""

import httpx


def assert_refused(answer: httpx.Response, status: int, code: str, *, naming: str = "") -> None:
    """Assert that `answer` is exactly this refusal, and that its description names the fault."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
    body = answer.json()
    assert list(body) == ["code", "description"]
    assert body["code"] == code
    assert naming in body["description"]
    assert body["description"]

"""What every refusal of the dialect looks like."""

import httpx


def assert_refused(answer: httpx.Response, status: int, code: str, *, naming: str = "") -> None:
    """Assert that `answer` is a refusal to the letter, and that its description names what was wrong."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
    body = answer.json()
    assert list(body) == ["code", "description"]
    assert body["code"] == code
    assert naming in body["description"]
    assert body["description"]

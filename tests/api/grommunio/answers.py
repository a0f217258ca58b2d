"""Checks of the dialect's responses."""

import httpx


def assert_kept_by_no_cache(answer: httpx.Response) -> None:
    """Assert that no cache keeps `answer`."""
    assert answer.headers["Cache-Control"] == "no-cache, no-store, max-age=1"


def assert_refused(answer: httpx.Response, status: int, message: str) -> None:
    """Assert that `answer` is a refusal that says `message` and nothing else."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert_kept_by_no_cache(answer)
    assert answer.json() == {"message": message}


def assert_bad(answer: httpx.Response, *naming: str) -> None:
    """Assert that `answer` is 400 with a sentence for each fault, and that each names one of these."""
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert_kept_by_no_cache(answer)
    body = answer.json()
    assert list(body) == ["message", "errors"]
    assert body["message"] in {"Bad Request", " ".join(body["errors"])}
    assert len(body["errors"]) == len(naming)
    for error, name in zip(body["errors"], naming, strict=True):
        assert name in error

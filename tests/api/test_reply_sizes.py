"""The limits of reply text per person: refused in each dialect's form, and nothing of it is written."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from store.store import Store
from tests.api.clients import Oof, Works, written
from tests.api.grommunio.answers import assert_bad
from tests.builders import HOUR, NINE, HandClock

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

LARGEST, DAILY = 1_000_000, 50_000_000
PICTURE = f'<img src="data:image/png;base64,{"A" * 4_900_000}">'
SIDES = pytest.mark.parametrize("side", ["internal", "external"])


@pytest.fixture
def few_bytes(app: FastAPI, store_url: str, clock: HandClock) -> Iterator[None]:
    """Limit a day's reply texts to ten bytes."""
    opened = Store(store_url, clock=clock, daily_reply_bytes=10)
    usual, app.state.store = app.state.store, opened
    yield
    app.state.store = usual
    opened.close()


@SIDES
def test_a_reply_is_as_long_as_the_setting_says_and_no_longer(oof: Oof, side: str):
    oof.save(state=1, **{f"{side}Reply": "x" * LARGEST})
    answer = oof.put(state=1, **{f"{side}Reply": "y" * (LARGEST + 1)})
    assert_bad(answer, f"{side}Reply: The text is too long. At most 1000000 bytes")
    assert oof.read()[f"{side}Reply"] == "x" * LARGEST


def test_pictures_within_it_are_not_counted(oof: Oof):
    oof.save(state=1, internalReply=f"<p>{'x' * (LARGEST - 100)}</p>{PICTURE}")


def test_a_day_has_room_for_ten_pictures_and_no_more(oof: Oof, works: Works):
    answers = [oof.put(state=1, internalReply=f"<p>{turn}</p>{PICTURE}") for turn in range(12)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    assert answers[-1].json() == {
        "message": "This person has reached the daily limit for reply texts; try again after midnight UTC."
    }
    assert answers[-1].headers["Retry-After"] == str(15 * 3600)
    assert oof.read()["internalReply"].startswith("<p>9</p>")
    # Writes without new text still work.
    assert works.patch(works.list()[0]["userProfileStatusId"], statusMessage="x").status_code == 200
    oof.save(state=0)


@pytest.mark.usefixtures("few_bytes")
def test_naver_works_says_that_a_limit_is_exceeded(works: Works):
    mail = {"internal": {"content": "x" * 11}}
    answer = works.post(autoReplyMail=mail, startTime=written(NINE + HOUR), endTime=written(NINE + 2 * HOUR))
    assert answer.status_code == 403
    assert answer.json()["code"] == "LIMIT_EXCEEDED"
    assert "midnight UTC" in answer.json()["description"]
    assert works.list() == []
    assert works.post().status_code == 201

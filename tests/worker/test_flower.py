from typing import Any

import pytest
from celery.events.state import Task

from worker.flower import format_task, in_words


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"promoted": 0}, "0 promoted"),
        ({"promoted": 1, "latest_ms": 15.1, "ids": ["uprofile-1"]}, "1 promoted, 15.1 ms late"),
        ({"disabled": 500, "latest_ms": 0.0, "ids": []}, "500 disabled, 0.0 ms late"),
        ({"promoted": 3, "lapsed": 1, "latest_ms": 999.9}, "3 promoted, 1 lapsed, 999.9 ms late"),
        ({"promoted": 0, "lapsed": 2, "latest_ms": 7_200_000.0}, "0 promoted, 2 lapsed, 7200.0 s late"),
        ({"forgotten": 12}, "12 forgotten"),
    ],
)
def test_a_result_is_told_in_words(figures: dict[str, Any], words: str):
    assert in_words(figures) == words


def test_the_list_shows_no_ids_and_the_page_of_the_task_does():
    task = Task("a-uuid", state="SUCCESS", result="{'promoted': 1, 'latest_ms': 2.1, 'ids': ['uprofile-1']}")
    shown = format_task(task).as_dict()
    assert shown["result"] == "1 promoted, 2.1 ms late"
    assert shown["statuses"] == ["uprofile-1"]


def test_a_task_that_was_received_before_flower_listened_is_shown_as_such():
    missed = Task("a-uuid", state="SUCCESS", result="{'forgotten': 0}")
    assert format_task(missed).as_dict()["name"] == "(received before Flower's start)"
    seen = Task("a-uuid", name="events.forget_old", state="SUCCESS")
    assert format_task(seen).as_dict()["name"] == "events.forget_old"


@pytest.mark.parametrize("result", [None, "", "'text'"])
def test_what_has_no_figures_stays_as_it_is(result: str | None):
    shown = format_task(Task("a-uuid", state="FAILURE", result=result)).as_dict()
    assert shown["result"] == result
    assert "statuses" not in shown

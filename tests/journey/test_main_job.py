"""The main job from end to end: from a request in either dialect, through a status' start, to its end."""

import ast
from datetime import timedelta
from typing import Any, Final

import httpx
import pytest

from harness.waiting import wait_until
from tests.journey.deployment import FLOWER_LOGIN, Deployment
from tests.journey.person import PersonClient, seen, watch

_SOON: Final = timedelta(seconds=2)
_A_WHILE: Final = timedelta(seconds=2)

#: The maximum lateness here, because tests share their machine with others. The median is about a millisecond.
_LATE: Final = timedelta(seconds=1)


def test_a_reserved_status_starts_and_ends_by_itself_to_the_second(
    deployment: Deployment, person: PersonClient
):
    starts_at = deployment.second(_SOON)
    ends_at = starts_at + _A_WHILE
    person.reserve(starts_at, ends_at)

    observations = watch(deployment, person.statuses, until=ends_at)

    assert seen(observations, until=starts_at) == [[("BUSY", "RESERVED")]]
    assert seen(observations, since=starts_at, until=ends_at) == [[("BUSY", "PRESENT")]]
    assert seen(observations, since=ends_at) == [[]]
    person.wait_for("DISABLED")
    assert person.kinds() == ["RESERVED", "PROMOTED", "DISABLED"]
    _, started, ended = person.events()
    assert (started.due_at, ended.due_at) == (starts_at, ends_at)
    assert timedelta(0) <= started.committed_at - starts_at < _LATE
    assert timedelta(0) <= ended.committed_at - ends_at < _LATE


def test_a_scheduled_out_of_office_goes_on_and_off_by_itself_to_the_second(
    deployment: Deployment, person: PersonClient
):
    starts_at = deployment.second(_SOON)
    ends_at = starts_at + _A_WHILE
    person.go_out_of_office(starts_at, ends_at)
    saved = person.out_of_office()

    observations = watch(deployment, lambda: (person.out_of_office(), person.statuses()), until=ends_at)

    before, during, after = (
        seen(observations, until=starts_at),
        seen(observations, since=starts_at, until=ends_at),
        seen(observations, since=ends_at),
    )
    assert saved["state"] == 2
    assert before == [(saved, [("ABSENCE", "RESERVED")])]
    assert during == [(saved, [("ABSENCE", "PRESENT")])]
    assert [(setting["state"], statuses) for setting, statuses in after] == [(0, [])]
    person.wait_for("DISABLED")
    assert person.kinds()[-2:] == ["PROMOTED", "DISABLED"]
    assert person.kinds().count("PROMOTED") == 1


@pytest.fixture
def job(deployment: Deployment, person: PersonClient) -> str:
    """Return the id of a status that has started and ended."""
    starts_at = deployment.second(timedelta(seconds=0.5))
    status_id = person.reserve(starts_at, starts_at + timedelta(seconds=1))
    person.wait_for("DISABLED")
    return status_id


def test_operators_see_what_was_done(deployment: Deployment, job: str):
    wait_until(lambda: len(results_of(deployment, job)) == 2)

    tasks = results_of(deployment, job)
    assert set(tasks) == {"statuses.promote_due", "statuses.disable_due"}
    assert tasks["statuses.promote_due"]["promoted"] == 1
    assert tasks["statuses.disable_due"]["disabled"] == 1
    assert all(0 <= result["latest_ms"] < _LATE / timedelta(milliseconds=1) for result in tasks.values())
    shown = deployment.flower.get("/tasks").raise_for_status().text
    assert "statuses.promote_due" in shown or "datatable" in shown


def results_of(deployment: Deployment, status_id: str) -> dict[str, Any]:
    """Return, by task name, Flower's results of the tasks that changed this status."""
    tasks = deployment.flower.get("/api/tasks").raise_for_status().json().values()
    return {
        task["name"]: ast.literal_eval(task["result"])
        for task in tasks
        if status_id in (task["result"] or "")
    }


def test_operators_see_the_worker_and_its_queues(deployment: Deployment):
    def workers() -> dict[str, Any]:
        listed: dict[str, Any] = deployment.flower.get("/api/workers", params={"refresh": 1}).json()
        return listed

    wait_until(workers)

    (worker,) = workers().values()
    assert {queue["name"] for queue in worker["active_queues"]} == {"timers", "housekeeping"}
    assert {"statuses.promote_due", "statuses.disable_due"} <= set(worker["registered"])
    queues = deployment.flower.get("/api/queues/length").raise_for_status().json()["active_queues"]
    assert {"name": "timers", "messages": 0} in queues
    assert deployment.flower.get("/").is_success
    assert "timers" in deployment.flower.get("/broker").raise_for_status().text


@pytest.mark.parametrize("path", ["/", "/tasks", "/broker", "/api/tasks", "/api/workers"])
@pytest.mark.parametrize("login", [None, (FLOWER_LOGIN[0], "another password")])
def test_flower_lets_nobody_in_without_the_password(
    deployment: Deployment, path: str, login: tuple[str, str] | None
):
    assert httpx.get(deployment.flower.base_url.join(path), auth=login).status_code == 401


def test_beat_and_worker_answer_a_ping(deployment: Deployment):
    def answering() -> set[str]:
        answers = deployment.celery.control.ping(timeout=0.5) or []
        return {
            name.split("@")[0]
            for answer in answers
            for name, reply in answer.items()
            if reply == {"ok": "pong"}
        }

    wait_until(lambda: answering() == {"celery", "celerybeat"})


def test_the_service_says_that_it_is_ready_and_counts_what_it_did(deployment: Deployment, job: str):
    assert set(deployment.api.get("/readyz").raise_for_status().json().values()) == {"ok"}
    metrics = deployment.api.get("/metrics").raise_for_status().text.splitlines()
    counts = dict(line.rsplit(" ", 1) for line in metrics if not line.startswith("#"))
    assert float(counts['presently_transitions_total{kind="PROMOTED"}']) >= 1
    assert float(counts['presently_lateness_seconds_count{kind="DISABLED"}']) >= 1
    assert float(counts['presently_oldest_overdue_seconds{transition="end"}']) == 0

"""Failed logins: counted, logged without the password, and without effect on others."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY
from redis import Redis

from domain.directory import Person
from security import passwords
from store.store import Store
from tests.api.admin_web.browser import COOKIE, LOGIN, PASSWORD, let_in, log_in
from tests.api.clients import TestClient
from tests.api.conftest import ApiOf, Watch
from tests.api.deployment import with_broker


@pytest.fixture
def counting(api_of: ApiOf, broker_url: str, store: Store, people: list[Person]) -> FastAPI:
    """Return the API with a broker; u10 administers domain 1; two failures are one too many."""
    with Redis.from_url(broker_url) as broker:
        broker.flushdb()
    let_in(store, people[9], "DomainAdmin 1")
    few = {"failed_logins_per_account": 2, "failed_logins_per_address": 4}
    return api_of(with_broker(broker_url).model_copy(update=few), store)


def coming_from(app: FastAPI, address: str) -> TestClient:
    return TestClient(app, client=(address, 50000), raise_server_exceptions=False)


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


def assert_throttled(answer: httpx.Response) -> None:
    assert answer.status_code == 429
    assert answer.json() == {"message": "Too many failed logins; try again later."}
    assert 0 < int(answer.headers["Retry-After"]) <= 900


def test_after_too_many_failures_an_account_lets_nobody_in_from_anywhere(counting: FastAPI):
    for number in range(2):
        http = coming_from(counting, f"192.0.2.{number}")
        assert log_in(http, "u10@example.com", "wrong").status_code == 401
    assert_throttled(log_in(coming_from(counting, "198.51.100.1"), "u10@example.com"))


def test_an_account_that_does_not_exist_is_throttled_the_same(counting: FastAPI):
    answers = {}
    for user in ("u10@example.com", "nobody@example.com"):
        tries = [log_in(coming_from(counting, f"192.0.2.{number}"), user, "wrong") for number in range(3)]
        assert_throttled(tries[2])
        answers[user] = [(answer.status_code, answer.content) for answer in tries]
    assert answers["u10@example.com"] == answers["nobody@example.com"]


def test_after_too_many_failures_an_address_is_not_listened_to(counting: FastAPI):
    http = coming_from(counting, "192.0.2.1")
    for number in range(4):
        assert log_in(http, f"nobody{number}@example.com", "wrong").status_code == 401
    assert_throttled(log_in(http, "u10@example.com"))
    assert log_in(coming_from(counting, "192.0.2.2"), "u10@example.com").status_code == 200


def test_a_login_that_succeeds_is_no_failure(counting: FastAPI):
    http = coming_from(counting, "192.0.2.1")
    for _ in range(5):
        assert log_in(http, "u10@example.com").status_code == 200


def test_a_throttled_account_can_stay_logged_in(counting: FastAPI):
    token = log_in(coming_from(counting, "192.0.2.1"), "u10@example.com").json()[COOKIE]
    for number in range(2):
        log_in(coming_from(counting, f"192.0.2.{number}"), "u10@example.com", "wrong")
    renewed = coming_from(counting, "192.0.2.1").post(LOGIN, headers={"Cookie": f"{COOKIE}={token}"})
    assert renewed.status_code == 200


def test_logins_are_counted_by_what_came_of_them(counting: FastAPI):
    before = {
        outcome: counted("presently_logins_total", outcome=outcome)
        for outcome in ("granted", "refused", "throttled")
    }
    http = coming_from(counting, "192.0.2.1")
    for password in (PASSWORD, "wrong", "wrong", PASSWORD):
        log_in(http, "u10@example.com", password)
    after = {outcome: counted("presently_logins_total", outcome=outcome) for outcome in before}
    assert {outcome: after[outcome] - before[outcome] for outcome in before} == {
        "granted": 1,
        "refused": 2,
        "throttled": 1,
    }


def test_without_its_broker_logins_go_through_and_a_metric_says_so(
    anonymous: TestClient, store: Store, people: list[Person]
):
    let_in(store, people[9], "DomainAdmin 1")
    before = counted("presently_logins_uncounted_total")
    for _ in range(11):
        assert log_in(anonymous, "u10@example.com", "wrong").status_code == 401
    assert log_in(anonymous, "u10@example.com").status_code == 200
    assert counted("presently_logins_uncounted_total") - before == 12


@pytest.mark.alone
def test_a_broker_that_is_silent_keeps_few_logins_waiting(api_of: ApiOf, store: Store, people: list[Person]):
    let_in(store, people[9], "DomainAdmin 1")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        http = coming_from(api_of(with_broker(url), store), "192.0.2.1")
        began = time.monotonic()
        for _ in range(11):
            assert log_in(http, "u10@example.com", "wrong").status_code == 401
        assert log_in(http, "u10@example.com").status_code == 200
    # Eleven logins with two timeouts each, and one with one, would take more than twenty seconds.
    assert time.monotonic() - began < 15


@pytest.mark.parametrize(
    ("user", "logged", "reason"),
    [
        ("u10@example.com", "u10@example.com", "wrong password"),
        ("u9@example.com", "u9@example.com", "wrong password"),
        # An unknown name may be a password, typed into the wrong field.
        ("my-secret-password", "(unknown)", "no such account"),
    ],
)
def test_every_failure_is_logged_without_the_password(
    counting: FastAPI, watch: Watch, user: str, logged: str, reason: str
):
    entries = watch()
    assert log_in(coming_from(counting, "192.0.2.1"), user, "wrong-secret").status_code == 401
    said = entries()
    failure = next(entry for entry in said if entry["event"] == "A login failed.")
    assert (failure["login"], failure["reason"], failure["address"]) == (logged, reason, "192.0.2.1")
    assert failure["request_id"]
    assert "secret" not in str(said)


def test_a_login_that_succeeds_logs_no_secret(counting: FastAPI, watch: Watch):
    entries = watch()
    answer = log_in(coming_from(counting, "192.0.2.1"), "u10@example.com").json()
    said = str(entries())
    assert "/api/v1/login" in said
    for secret in (PASSWORD, *answer.values()):
        assert secret not in said


@pytest.fixture
def busy(app: FastAPI, url: str, store: Store, people: list[Person]) -> str:
    """Return the URL of an API that counts no failures, so that each login costs its full time."""
    let_in(store, people[9], "DomainAdmin 1")
    with store.writing() as transaction:
        transaction.accounts.set_password(people[9].id, passwords.hash_password(PASSWORD))
    assert app.state.store is store
    return url


@pytest.mark.alone
def test_a_flood_of_wrong_logins_does_not_slow_others(busy: str):
    with httpx.Client(base_url=busy, timeout=30) as http, ThreadPoolExecutor(40) as flood:
        token = log_in(http, "u10@example.com").json()[COOKIE]
        path = f"{busy}/api/v1/domains/1/users/1/oof"
        form = {"user": "u10@example.com", "pass": "wrong"}
        wrong = [flood.submit(httpx.post, f"{busy}{LOGIN}", data=form, timeout=30) for _ in range(200)]
        waits: list[float] = []
        while len(waits) < 30 or not any(each.done() for each in wrong):
            began = time.perf_counter()
            assert http.get(path, headers={"Cookie": f"{COOKIE}={token}"}).status_code == 200
            waits.append(time.perf_counter() - began)
        assert any(not each.done() for each in wrong), "the flood was over before anybody could be slowed"
        statuses = {each.result().status_code for each in wrong}
        assert log_in(http, "u10@example.com").status_code == 200
    assert statuses <= {401, 429}
    # Waiting behind forty wrong logins would take a second.
    assert median(waits) < 0.5

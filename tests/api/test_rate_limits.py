"""Rate limits: what is counted together, the headers of every response, and a broker that is down."""

import asyncio
import socket
import time
from asyncio import gather
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import REGISTRY
from redis import Redis
from sqlalchemy import Connection

from api.deps import moment
from api.rate_limits import RateLimits
from broker.rate_limiter import RateLimit, RateLimiter, RateLimitKey
from config.settings import Settings
from domain.credentials import Bearer, Scope
from domain.directory import Person
from harness import broker
from harness.waiting import wait_until
from store.store import Store
from tests.api.admin_web.browser import let_in, opened
from tests.api.clients import Oof, TestClient, Works
from tests.api.conftest import ApiOf, Watch
from tests.api.deployment import with_broker
from tests.api.grommunio.answers import assert_kept_by_no_cache
from tests.api.oauth import issuing
from tests.api.oauth.conftest import TOKEN
from tests.api.oauth.conftest import assert_refused as assert_refused_by_oauth
from tests.api.works.answers import assert_refused

TOLD = ("RateLimit-Limit", "RateLimit-Used", "RateLimit-Remaining", "RateLimit-Reset")

#: So long that no test reaches the end of a window.
LONG = timedelta(days=365)


def three_a_window(broker_url: str, window: timedelta = LONG) -> Settings:
    """Return settings that allow each client three requests to each API."""
    few = {"requests_per_client": 3, "request_window": window}
    return with_broker(broker_url).model_copy(update=few)


@pytest.fixture
def empty_broker(broker_url: str) -> str:
    """Return the URL of a broker that has counted nothing."""
    with Redis.from_url(broker_url) as emptied:
        emptied.flushdb()
    return broker_url


@pytest.fixture
def limited(api_of: ApiOf, empty_broker: str, store: Store, people: list[Person]) -> FastAPI:
    """Return the API of a deployment that allows three requests."""
    return api_of(three_a_window(empty_broker), store)


def client_of(app: FastAPI, address: str = "192.0.2.1", **token: Any) -> TestClient:
    """Return a client with a token; by default of a service."""
    usual: dict[str, Any] = {"name": "service", "domain_id": 1, "scopes": frozenset(Scope)}
    issued = app.state.tokens.issue(Bearer(**usual | token), moment(), lifetime=timedelta(hours=1))
    http = TestClient(app, client=(address, 50000), raise_server_exceptions=False)
    http.headers["Authorization"] = f"Bearer {issued}"
    return http


def calls(http: httpx.Client, number: int = 4, path: str = "/v1.0/users") -> list[int]:
    """Send so many requests, and return their status codes."""
    return [http.get(path).status_code for _ in range(number)]


USED_UP = [200, 200, 200, 429]


def told(answer: httpx.Response) -> tuple[int, int, int]:
    """Return limit, use and remainder from the headers."""
    limit, used, remaining, reset = (int(answer.headers[name]) for name in TOLD)
    assert 0 < reset <= LONG.total_seconds()
    return limit, used, remaining


def test_every_answer_tells_how_much_is_used_and_the_one_too_many_is_refused(limited: FastAPI):
    http = client_of(limited)
    answers = [http.get("/v1.0/users") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [*USED_UP, 429]
    assert [told(answer) for answer in answers] == [(3, 1, 2), (3, 2, 1), (3, 3, 0), (3, 3, 0), (3, 3, 0)]
    assert_refused(answers[4], 429, "TOO_MANY_REQUESTS", naming="Retry-After")
    assert answers[4].headers["Retry-After"] == answers[4].headers["RateLimit-Reset"]
    assert not any("Retry-After" in answer.headers for answer in answers[:3])


def test_a_path_or_method_that_does_not_exist_counts_too_and_all_of_them_together(
    limited: FastAPI, empty_broker: str
):
    http = client_of(limited)
    answers = [http.get("/v1.0/nope"), http.put("/v1.0/users"), http.get("/v1.0/no"), http.get("/v1.0/nope")]
    assert [answer.status_code for answer in answers] == [404, 405, 404, 429]
    assert [told(answer)[1] for answer in answers] == [1, 2, 3, 3]
    with Redis.from_url(empty_broker) as broker_:
        assert len(broker_.keys("*requests/*")) == 1


def test_what_is_refused_does_nothing(limited: FastAPI, store: Store):
    works = Works(client_of(limited), "u1@example.com")
    for profile_status_id in ("BUSY", "AWAY", "BUSY", "ABSENCE"):
        works.post(profile_status_id)
    shown = works.shown()
    assert shown is not None
    assert shown["profileStatusId"] == "BUSY"


def test_an_out_of_office_is_limited_in_its_own_words(limited: FastAPI, people: list[Person]):
    oof = Oof(client_of(limited), people[0].id)
    answers = [oof.put(state=1) for _ in range(4)]
    assert [answer.status_code for answer in answers] == USED_UP
    assert [told(answer) for answer in answers] == [(3, 1, 2), (3, 2, 1), (3, 3, 0), (3, 3, 0)]
    assert list(answers[3].json()) == ["message"]
    assert "Retry-After" in answers[3].headers
    assert_kept_by_no_cache(answers[3])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Two programs, and the same for two domains:
        ({"client": "hr"}, {"client": "bot"}),
        ({"client": "hr"}, {"client": "hr", "domain_id": 2}),
        # Tokens of no program: two services, two people.
        ({"name": "service"}, {"name": "another"}),
        ({"name": "u1", "user_id": "1"}, {"name": "u1", "user_id": "2"}),
        # And a program is different from a service of the same name.
        ({"client": "hr"}, {"client": None, "name": "service"}),
    ],
)
def test_two_clients_are_counted_apart(limited: FastAPI, one: dict[str, Any], other: dict[str, Any]):
    assert calls(client_of(limited, **one))[3] == 429
    assert told(client_of(limited, **other).get("/v1.0/users")) == (3, 1, 2)


def test_all_tokens_of_one_client_are_counted_together(limited: FastAPI):
    for user_id in ("1", "2", None):
        client_of(limited, client="hr", user_id=user_id).get("/v1.0/users")
    assert client_of(limited, client="hr").get("/v1.0/users").status_code == 429


def test_each_api_is_counted_apart(limited: FastAPI):
    works = Works(client_of(limited), "u1@example.com")
    assert calls(works.http) == USED_UP
    assert told(works.post()) == (3, 1, 2)
    assert told(works.of("u2@example.com").post()) == (3, 2, 1)


def test_a_program_of_an_external_issuer_is_counted_whoever_it_speaks_for(
    api_of: ApiOf, empty_broker: str, store: Store, people: list[Person]
):
    with issuing.running() as issuer:
        update = {"issuer": issuer.url, "audience": "presently"}
        http = TestClient(api_of(three_a_window(empty_broker).model_copy(update=update), store))

        def used(**claims: Any) -> int:
            authorized = {"Authorization": f"Bearer {issuer.token(**claims)}"}
            return told(http.get("/v1.0/users", headers=authorized))[1]

        assert [used(azp="app"), used(azp="app", email="u2@example.com"), used(client_id="app")] == [1, 2, 3]
        assert [used(azp="other"), used(), used(email="u2@example.com"), used(azp=7)] == [1, 1, 1, 2]


def test_a_window_that_is_over_is_forgotten(
    api_of: ApiOf, empty_broker: str, store: Store, people: list[Person]
):
    http = client_of(api_of(three_a_window(empty_broker, timedelta(seconds=2)), store))
    wait_until(lambda: http.get("/v1.0/users").status_code == 429)
    wait_until(lambda: http.get("/v1.0/users").status_code == 200, patience=timedelta(seconds=5))


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1.0/users/u1@example.com/user-profile-statuses", "x", 400),
        ("/v1.0/users/u1@example.com/user-profile-statuses", {"profileStatusId": "nothing"}, 400),
        ("/v1.0/users/nobody@example.com/user-profile-statuses", {"profileStatusId": "BUSY"}, 404),
    ],
)
def test_what_is_refused_for_other_reasons_is_counted_and_tells_so(
    limited: FastAPI, path: str, body: Any, status: int
):
    answer = client_of(limited).post(path, json=body)
    assert (answer.status_code, told(answer)) == (status, (3, 1, 2))


def test_a_scope_that_is_missing_is_told_with_the_headers(limited: FastAPI):
    answer = client_of(limited, scopes=frozenset()).get("/v1.0/users")
    assert (answer.status_code, told(answer)) == (403, (3, 1, 2))


def stopped(_connection: Connection) -> datetime:
    """Break: a fault of our own."""
    raise ZeroDivisionError


def test_a_failure_here_is_told_with_the_headers(api_of: ApiOf, empty_broker: str, sqlite_url: str):
    with closing(Store(sqlite_url, clock=stopped)) as store:
        http = client_of(api_of(three_a_window(empty_broker), store))
        answer = http.get("/v1.0/users/u1@example.com/user-profile-statuses")
    assert_refused(answer, 500, "INTERNAL_SERVER_ERROR")
    assert told(answer) == (3, 1, 2)


def test_a_store_that_is_gone_is_told_with_the_headers(api_of: ApiOf, empty_broker: str):
    app = api_of(three_a_window(empty_broker), Store("sqlite:////nowhere/presently.sqlite3"))
    answer = client_of(app).get("/v1.0/users")
    assert (answer.status_code, told(answer)) == (503, (3, 1, 2))


@pytest.mark.parametrize(
    "path",
    [
        "/healthz",
        "/readyz",
        "/metrics",
        "/icons/OFF.svg",
        "/docs",
        "/openapi.json",
        "/.well-known/jwks.json",
        "/nothing",
    ],
)
def test_where_nobody_signs_in_nothing_is_limited(limited: FastAPI, path: str):
    http = client_of(limited)
    answers = [http.get(path) for _ in range(4)]
    assert not any(name in answer.headers for name in TOLD for answer in answers)
    assert 429 not in {answer.status_code for answer in answers}


def test_who_does_not_sign_in_is_not_counted(limited: FastAPI):
    answers = [TestClient(limited).get("/v1.0/users") for _ in range(4)]
    assert {answer.status_code for answer in answers} == {401}
    assert not any(name in answer.headers for name in TOLD for answer in answers)


def test_the_token_endpoint_counts_addresses(limited: FastAPI):
    answers = [client_of(limited).post(TOKEN, data={"client_id": f"c{number}"}) for number in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert [told(answer)[1] for answer in answers] == [1, 2, 3, 3]
    assert_refused_by_oauth(answers[3], 429, "temporarily_unavailable", naming="Retry-After")
    assert "Retry-After" in answers[3].headers
    assert client_of(limited, "192.0.2.2").post(TOKEN, data={}).status_code == 400


def test_an_administrator_is_limited_and_so_is_the_login(
    limited: FastAPI, store: Store, people: list[Person]
):
    let_in(store, people[8], "DomainAdmin 1")
    let_in(store, people[9], "DomainAdmin 1")
    http = TestClient(limited)
    one, other = opened(http, people[8].email), opened(http, people[9].email)
    answers = [one.get("/profile") for _ in range(4)]
    assert [answer.status_code for answer in answers] == USED_UP
    assert [told(answer)[1] for answer in answers] == [1, 2, 3, 3]
    assert list(answers[3].json()) == ["message"]
    saved = [one.put("/domains/1/users/1/oof", state=1) for _ in range(4)]
    assert [answer.status_code for answer in saved] == USED_UP
    assert other.get("/profile").status_code == 200
    assert [other.refresh().status_code for _ in range(2)] == [200, 429]


def uncounted() -> float:
    return REGISTRY.get_sample_value("presently_requests_uncounted_total") or 0


def test_without_a_broker_requests_are_let_through_and_counted_as_such(
    api_of: ApiOf, settings: Settings, store: Store, people: list[Person]
):
    before = uncounted()
    app = api_of(settings.model_copy(update={"requests_per_client": 3}), store)
    http = client_of(app)
    answers = [http.get("/v1.0/users") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {200}
    assert {told(answer) for answer in answers} == {(3, 0, 3)}
    assert uncounted() - before == 5
    assert "presently_requests_uncounted_total" in http.get("/metrics").text


@pytest.fixture
def failing_broker() -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the URL of a broker, and a function that stops it."""
    with broker.running() as url:

        def end() -> None:
            with Redis.from_url(url) as ending:
                ending.shutdown(nosave=True)

        yield url, end


def test_an_outage_is_logged_once(api_of: ApiOf, store: Store, people: list[Person], watch: Watch):
    logged = watch()
    settings = three_a_window("redis://127.0.0.1:1/0").model_copy(update={"log_level": "INFO"})
    http = client_of(api_of(settings, store))
    calls(http, 5)
    kinds = [entry["kind"] for entry in logged() if entry["logger"] == "presently.rates"]
    assert kinds == ["ConnectionError"]


def test_when_the_broker_goes_requests_go_on_and_when_it_is_back_they_are_limited(
    api_of: ApiOf, store: Store, people: list[Person], failing_broker: tuple[str, Callable[[], None]]
):
    url, end = failing_broker
    http = client_of(api_of(three_a_window(url), store))
    assert calls(http) == USED_UP
    end()
    assert calls(http, 5) == [200] * 5


def test_a_broker_that_is_silent_keeps_one_request_waiting_at_a_time_and_is_found_again(
    api_of: ApiOf, empty_broker: str, store: Store, people: list[Person], watch: Watch
):
    logged = watch()
    settings = three_a_window(empty_broker).model_copy(update={"log_level": "INFO"})
    http = client_of(api_of(settings, store))
    assert calls(http) == USED_UP
    with Redis.from_url(empty_broker) as pausing:
        pausing.client_pause(3000)
    assert calls(http, 20) == [200] * 20
    wait_until(lambda: http.get("/v1.0/users").status_code == 429)
    assert [entry["event"] for entry in logged() if entry["logger"] == "presently.rates"] == [
        "A client calls too often.",
        "Requests are not limited: the broker cannot be reached.",
        "Requests are limited again.",
    ]


def test_nobody_waits_for_a_silent_broker_after_those_who_did_already():
    limit = RateLimit(requests=3, window=LONG)

    async def at_once(url: str) -> set[int]:
        limits = RateLimits(RateLimiter(url, limit))
        key = RateLimitKey(client="hr", domain_id=1, api="GET /v1.0/users")
        usages = await gather(*(limits.count(key, moment()) for _ in range(50)))
        await limits.close()
        return {usage.counted for usage in usages}

    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        assert asyncio.run(at_once(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")) == {0}
    assert time.monotonic() - began < 10


def test_a_client_that_calls_too_often_is_logged_once_a_window(
    api_of: ApiOf, empty_broker: str, store: Store, people: list[Person], watch: Watch
):
    logged = watch()
    settings = three_a_window(empty_broker).model_copy(update={"log_level": "INFO"})
    calls(client_of(api_of(settings, store), client="hr"), 6)
    entries = [entry for entry in logged() if entry["logger"] == "presently.rates"]
    assert [(entry["client"], entry["domain_id"]) for entry in entries] == [("hr", 1)]

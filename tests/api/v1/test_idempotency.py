"""A request that is repeated with its Idempotency-Key is carried out once, and answered as the first time."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import httpx
import pytest
from fastapi import Response
from sqlalchemy import func, select, text

from api.deps import TheCaller, TheStoreToWrite
from api.v1.bodies import Body
from api.v1.documented import BODY
from api.v1.idempotency import TheOnce
from api.v1.people_refs import ThePerson
from api.v1.responses import ResourceResponse
from api.v1.routing import router_for
from domain import timeline as rules
from domain.credentials import Bearer, Caller, Scope
from domain.directory import Person, PersonReference, Whom
from domain.idempotency import KEPT, Answer, AnsweredBefore, keyed
from domain.refusals import StillRunning
from domain.status import Draft, Status
from harness.server import door
from services import housekeeping, writing
from services.idempotency import Recorder
from store import tables
from store.store import Store
from tests.api.clients import TestClient
from tests.api.conftest import TokenFor
from tests.api.v1.frames import app_with
from tests.builders import HOUR, INSTANT, HandClock
from tests.store.builders import statuses_of

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

KEY: Final = {"Idempotency-Key": "5f0c7c46"}


class Wish(Body):
    message: str


def book(store: Store, caller: Caller, whom: Whom, message: str, recorder: Recorder[Status]) -> Status:
    """Post a status."""
    with store.writing() as transaction:
        write = writing.begin(transaction, caller, whom, recorder=recorder)
        draft = Draft(profile_status_id="BUSY", message=message)
        after, new = rules.post(write.statuses, draft, write.now, sequence=write.sequence)
        write.save(after)
        recorder.record(transaction, new)
    if message == "crash":
        raise RuntimeError
    return new


wishes = router_for("/wishes/{ref}", tag="wishes")


def respond(status: Status) -> ResourceResponse:
    return ResourceResponse({"id": status.id}, status_code=201, headers={"Location": f"/{status.id}"})


@wishes.post("", responses=BODY)
def post_wish(
    person: ThePerson, body: Wish, store: TheStoreToWrite, caller: TheCaller, once: TheOnce
) -> Response:
    return respond(book(store, caller, person, body.message, once.recording(respond)))


@pytest.fixture
def client(store: Store, people: list[Person], token_for: TokenFor) -> TestClient:
    client = TestClient(app_with(wishes, store), raise_server_exceptions=False)
    client.headers["Authorization"] = f"Bearer {token_for('directory')}"
    return client


def wish(
    client: httpx.Client, message: str = "x", to: str = "u1@example.com", **headers: Any
) -> httpx.Response:
    return client.post(f"/presently/v1/wishes/{to}", json={"message": message}, headers=KEY | headers)


def test_a_repeated_request_gets_the_first_answer_again_marked(
    client: TestClient, store: Store, person: Person
):
    first, again = wish(client), wish(client)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert [again.headers[name] for name in ("ETag", "Location", "Content-Type")] == [
        first.headers[name] for name in ("ETag", "Location", "Content-Type")
    ]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(statuses_of(store, person)) == 1


@pytest.mark.parametrize(
    ("message", "to"), [("y", "u1@example.com"), ("x", "u2@example.com"), ("x", "u1@example.com?limit=")]
)
def test_a_key_of_another_request_is_refused(client: TestClient, message: str, to: str):
    wish(client)
    refused = wish(client, message, to)
    assert refused.status_code == 422
    if "?" not in to:
        assert refused.json()["type"] == "/presently/v1/problems/key-reused"


def test_each_caller_has_keys_of_its_own(client: TestClient, token_for: TokenFor, people: list[Person]):
    wish(client)
    ids = set()
    for person in people[:2]:
        token = token_for("user", person=person)
        answer = wish(client, to="me", Authorization=f"Bearer {token}")
        assert (answer.status_code, "Idempotency-Replayed" in answer.headers) == (201, False)
        ids.add(answer.json()["id"])
    assert len(ids) == 2


def test_a_refused_request_keeps_no_answer(client: TestClient):
    assert wish(client, to="nobody@example.com").status_code == 404
    assert wish(client).status_code == 201


def test_an_answer_is_kept_for_a_day(client: TestClient, clock: HandClock):
    first = wish(client).json()["id"]
    clock.advance(KEPT - INSTANT)
    assert wish(client).headers["Idempotency-Replayed"] == "true"
    clock.advance(INSTANT)
    answer = wish(client, "y")
    assert (answer.status_code, "Idempotency-Replayed" in answer.headers) == (201, False)
    assert answer.json()["id"] != first


def test_what_is_kept_is_pruned_after_a_day(client: TestClient, store: Store, clock: HandClock):
    for number in range(3):
        wish(client, str(number), **{"Idempotency-Key": f"k{number}"})
    assert housekeeping.forget_kept_answers(store, limit=2) == 0
    clock.advance(KEPT + HOUR)
    assert [housekeeping.forget_kept_answers(store, limit=2) for _ in range(3)] == [2, 1, 0]


def test_a_request_without_a_key_is_carried_out_each_time(client: TestClient, store: Store):
    for message in ("x", "y"):
        client.post("/presently/v1/wishes/u1@example.com", json={"message": message})
    with store.reading() as transaction:
        kept = transaction.connection.scalar(select(func.count()).select_from(tables.idempotency_key))
    assert kept == 0


@pytest.mark.parametrize(
    ("key", "status"), [("k" * 255, 201), ("k" * 256, 422), ("", 422), ("k y", 201), ("schlüssel", 422)]
)
def test_a_key_is_bounded(client: TestClient, key: str, status: int):
    headers = {
        "Idempotency-Key": key.encode("latin-1"),
        "Authorization": client.headers["Authorization"].encode(),
    }
    answer = client.post("/presently/v1/wishes/u1@example.com", json={"message": "x"}, headers=headers)
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["errors"][0]["pointer"] == "Idempotency-Key"


def test_whoever_is_not_admitted_any_more_gets_no_answer_of_before(
    client: TestClient, token_for: TokenFor, store: Store
):
    wish(client)
    weaker = wish(client, Authorization=f"Bearer {token_for('directory.read')}")
    assert weaker.status_code == 403


def test_an_answer_that_got_lost_is_there_for_the_repeated_request(
    client: TestClient, store: Store, person: Person
):
    assert wish(client, "crash").status_code == 500
    again = wish(client, "crash")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert [status.id for status in statuses_of(store, person)] == [again.json()["id"]]


def test_of_many_at_once_one_writes(store: Store, people: list[Person], token_for: TokenFor):
    authorized = {"Authorization": f"Bearer {token_for('directory')}"}
    with (
        door() as opened,
        opened.opened_to(app_with(wishes, store)) as url,
        httpx.Client(base_url=url, headers=authorized, timeout=30) as client,
        ThreadPoolExecutor(8) as threads,
    ):
        answers = list(threads.map(lambda _: wish(client), range(24)))
        last = wish(client)
    codes = Counter(answer.status_code for answer in answers)
    assert set(codes) <= {201, 409}
    assert {answer.json()["id"] for answer in answers if answer.status_code == 201} == {last.json()["id"]}
    for answer in answers:
        if answer.status_code == 409:
            assert answer.headers["Retry-After"] == "1"
            assert answer.json()["type"] == "/presently/v1/problems/still-running"
    assert [status.id for status in statuses_of(store, people[0])] == [last.json()["id"]]


CALLER: Final = Caller(Bearer(name="hr", domain_id=1, scopes=frozenset(Scope)))


def recorder(key: str = "k") -> Recorder[Status]:
    assert isinstance(CALLER.credential, Bearer)
    return Recorder(
        keyed(CALLER.credential, key, b"POST"), lambda status: Answer(201, {}, status.id.encode())
    )


def whom(person: Person) -> Whom:
    return Whom(1, PersonReference(number=person.id))


def test_a_request_that_is_being_carried_out_is_told_so(store_url: str, store: Store, person: Person):
    if store_url.startswith("sqlite"):
        return  # its writers take turns
    with store.writing() as transaction:
        recorder().claim(transaction)
        with pytest.raises(StillRunning):
            book(store, CALLER, whom(person), "x", recorder())
        book(store, CALLER, whom(person), "y", recorder("another"))
    book(store, CALLER, whom(person), "x", recorder())


def test_a_crash_before_the_commit_leaves_neither_the_write_nor_its_answer(
    store_url: str, store: Store, person: Person
):
    def crash() -> None:
        with store.writing() as transaction:
            write = writing.begin(transaction, CALLER, whom(person), recorder=recorder())
            after, new = rules.post(
                write.statuses, Draft(profile_status_id="BUSY"), write.now, sequence=write.sequence
            )
            write.save(after)
            recorder().record(transaction, new)
            if store_url.startswith("postgresql"):
                pid = transaction.connection.scalar(text("SELECT pg_backend_pid()"))
                with store.engine.connect() as other:
                    other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
            else:
                raise ConnectionError

    with pytest.raises(Exception, match=r"|terminat|closed"):
        crash()
    assert statuses_of(store, person) == []
    written = book(store, CALLER, whom(person), "x", recorder())
    with pytest.raises(AnsweredBefore) as before:
        book(store, CALLER, whom(person), "x", recorder())
    assert before.value.answer.body == written.id.encode()


def test_two_keys_are_refused_with_both_in_doubt(http: httpx.Client, store: Store, person: Person):
    headers = [("Idempotency-Key", "k1"), ("Idempotency-Key", "k2")]
    path = f"/presently/v1/people/{person.email}/statuses"
    for several in (headers, headers[:1] * 2):
        answer = http.post(path, json={"status": "BUSY"}, headers=several)
        assert (answer.status_code, answer.json()["type"]) == (422, "/presently/v1/problems/invalid-request")
        assert answer.json()["errors"] == [
            {"pointer": "Idempotency-Key", "detail": "Send it once; this request has it several times."}
        ]
    assert statuses_of(store, person) == []

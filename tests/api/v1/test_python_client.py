"""The client for Python, against the real API, over connections that lose answers."""

import json
from collections.abc import Callable, Iterator
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Any, Final, get_type_hints

import httpx
import pytest
from presently_client import Client, Problem, ServiceAccount, types
from presently_client.types import NewStatus

from cli.registration import as_json
from domain.credentials import Scope
from domain.directory import Person
from services import clients, domains
from services.clients import Choices
from store.store import Store
from tests.api.conftest import TokenFor
from tests.api.document import DOCUMENT
from tests.api.oauth.conftest import a_key

LEAVE: Final[NewStatus] = {
    "status": "ABSENCE",
    "message": "On leave",
    "from": "2027-08-02",
    "to": "2027-08-06",
}


class Connection(httpx.HTTPTransport):
    """A connection that can lose answers, or give those of something in between, and counts what it sends."""

    def __init__(self) -> None:
        super().__init__()
        self.lost = 0
        self.instead: list[httpx.Response] = []
        self.keys: list[str | None] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.keys.append(request.headers.get("Idempotency-Key"))
        if self.instead:
            return self.instead.pop()
        answer = super().handle_request(request)
        if self.lost:
            self.lost -= 1
            answer.close()
            raise httpx.ReadTimeout("The answer was lost.", request=request)
        return answer


@pytest.fixture
def connection() -> Connection:
    return Connection()


@pytest.fixture
def presently(url: str, token_for: TokenFor, connection: Connection) -> Iterator[Client]:
    with Client(url, token_for("directory"), transport=connection) as opened:
        yield opened


def test_a_leave_is_booked_changed_and_deleted(presently: Client, person: Person):
    booked = presently.book(person.email, "V-117", LEAVE)["status"]
    assert booked is not None
    assert booked["startsAt"] == "2027-08-02T00:00:00+09:00"
    assert presently.book(person.email, "V-117", LEAVE)["status"] == booked

    changed = presently.change(person.email, booked["id"], {"to": "2027-08-04"})
    assert changed["endsAt"] == "2027-08-05T00:00:00+09:00"
    assert (
        list(presently.statuses(person.email)) == [presently.status(person.email, booked["id"])] == [changed]
    )

    presently.delete(person.email, booked["id"])
    assert list(presently.statuses(person.email)) == []


def test_who_is_away_comes_back_early(presently: Client, person: Person):
    status = presently.plan(person.email, {"status": "ABSENCE"})
    assert [one["email"] for one in presently.people(away="now")] == [person.email]
    presently.end(person.email, status["id"])
    assert list(presently.people(away="now")) == []
    assert presently.person(person.user_id)["isAway"] is False


def test_a_change_fails_if_the_status_is_another_by_then(presently: Client, person: Person):
    planned = presently.plan(person.email, LEAVE)
    read, etag = presently.status_and_etag(person.email, planned["id"])
    assert read == planned
    changed = presently.change(person.email, planned["id"], {"to": "2027-08-04"}, if_match=etag)
    for late in (
        lambda: presently.change(person.email, planned["id"], {"message": "Late"}, if_match=etag),
        lambda: presently.delete(person.email, planned["id"], if_match=etag),
    ):
        with pytest.raises(Problem, match="412 has-changed"):
            late()
    assert presently.status(person.email, planned["id"]) == changed


def test_a_forecast_writes_nothing(presently: Client, person: Person):
    planned = presently.plan(person.email, LEAVE)
    told = presently.forecast(person.email, {"status": "BUSY", "from": "2027-08-03", "to": "2027-08-03"})
    assert [warning["kind"] for warning in told["warnings"]] == ["covers"]
    assert [segment["shown"]["status"] for segment in told["timeline"] if segment["shown"]] == ["BUSY"]
    shorter = presently.forecast(person.email, {"to": "2027-08-04"}, planned["id"])["status"]
    assert shorter is not None
    assert shorter["endsAt"] == "2027-08-05T00:00:00+09:00"
    assert list(presently.statuses(person.email)) == [planned]


def test_the_timeline_the_history_and_the_audit_are_told(
    presently: Client, person: Person, connection: Connection
):
    planned = presently.plan(person.email, LEAVE)
    presently.change(person.email, planned["id"], {"message": "Lake"})
    since, until = "2027-08-01T00:00:00+09:00", "2027-09-01T00:00:00+09:00"
    shown = [segment["shown"] for segment in presently.timeline(person.email, since=since, until=until)]
    assert [layer and layer["message"] for layer in shown] == [None, "Lake", None]
    moment = presently.shown_at(person.email, "2027-08-03T12:00:00+09:00")
    assert moment["shown"] == shown[1]
    assert [change["kind"] for change in presently.history(person.email)] == ["CHANGED", "RESERVED"]
    (audited, *_) = presently.audit(since="2020-01-01T00:00:00+00:00", person=person.email)
    assert (audited["person"]["email"], audited["changed"]) == (person.email, ["message"])
    assert list(presently.audit(actor="nobody")) == []


@pytest.mark.parametrize("is_of_domain", [False, True])
def test_a_calendar_feed_is_made_fetched_and_revoked(
    presently: Client, person: Person, *, is_of_domain: bool
):
    ref = None if is_of_domain else person.email
    presently.plan(person.email, LEAVE)
    made = presently.add_feed(ref, shows="message", name="Wiki")
    assert made["address"] is not None
    assert "On leave" in httpx.get(made["address"]).text
    assert [feed["id"] for feed in presently.feeds(ref)] == [made["id"]]
    presently.revoke_feed(made["id"], ref)
    assert presently.feeds(ref) == []
    assert httpx.get(made["address"]).status_code == HTTPStatus.NOT_FOUND


def test_many_people_are_planned_applied_and_undone(presently: Client, people: list[Person]):
    entries: list[types.Entry] = [
        {"person": person.email, "externalId": f"V-{person.id}", "from": "2027-08-02"} for person in people
    ]
    change = presently.plan_changes(entries)
    assert change["counts"] == {"new": len(people)}
    assert [one["action"] for one in presently.differences(change["id"], "new")] == ["new"] * len(people)
    assert presently.apply(change["id"])["state"] == "applied"
    assert len(list(presently.audit(job=change["id"]))) == len(people)
    assert presently.undo(change["id"])["state"] == "undone"
    other = presently.plan_changes(entries[:1])
    assert {one["id"] for one in presently.changes()} == {other["id"], change["id"]}
    presently.delete_change(other["id"])
    assert [one["id"] for one in presently.changes()] == [change["id"]]


def test_lists_fetch_the_next_page_when_it_is_needed(presently: Client, connection: Connection):
    everybody = presently.people(limit=4)
    assert len(connection.keys) == 0
    assert [person["number"] for person in islice(everybody, 4)] == [1, 2, 3, 4]
    assert len(connection.keys) == 1
    assert len(list(everybody)) == 6
    assert len(connection.keys) == 3


def test_the_domain_and_its_definitions_are_told(presently: Client):
    assert presently.domain()["zone"] == "Asia/Seoul"
    assert "ABSENCE" in [definition["id"] for definition in presently.definitions()]


def test_a_refusal_tells_every_fault(presently: Client, person: Person):
    with pytest.raises(Problem) as refused:
        presently.plan(person.email, {**LEAVE, "until": "2027-08-06", "status": "HOLIDAY"})  # type: ignore[typeddict-unknown-key] # on purpose
    problem = refused.value
    assert (problem.status, problem.name) == (422, "invalid-request")
    assert {fault.pointer for fault in problem.errors} == {"#/until", "#/status"}
    assert "did you mean `to`?" in str(problem)


def test_what_lies_between_is_told_too(presently: Client, connection: Connection):
    connection.instead = [httpx.Response(403, text="The proxy does not know you.")]
    with pytest.raises(Problem, match="403 http-error: The proxy does not know you"):
        presently.domain()


@pytest.mark.parametrize(
    "write",
    [
        lambda presently, email: presently.plan(email, LEAVE),
        lambda presently, email: presently.book(email, "V-117", LEAVE),
    ],
)
def test_a_write_whose_answer_is_lost_is_repeated_and_carried_out_once(
    presently: Client, connection: Connection, person: Person, write: Callable[[Client, str], Any]
):
    connection.lost = 1
    write(presently, person.email)
    assert len(list(presently.statuses(person.email))) == 1
    first, second, _ = connection.keys
    assert first == second


def test_a_deletion_whose_answer_is_lost_has_succeeded(
    presently: Client, connection: Connection, person: Person
):
    status = presently.plan(person.email, LEAVE)
    connection.lost = 1
    presently.delete(person.email, status["id"])
    with pytest.raises(Problem, match="status-unknown"):
        presently.delete(person.email, status["id"])


@pytest.mark.parametrize(
    "status", [HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE]
)
def test_the_client_waits_as_long_as_the_server_asks(
    presently: Client, connection: Connection, status: HTTPStatus, waited: list[float]
):
    connection.instead = [httpx.Response(status, headers={"Retry-After": "7"})]
    assert presently.domain()["id"] == 1
    assert waited == [7]


def test_a_wait_of_hours_is_left_to_the_caller(
    presently: Client, connection: Connection, waited: list[float]
):
    connection.instead = [httpx.Response(429, headers={"Retry-After": "7200"})]
    with pytest.raises(Problem, match="429"):
        presently.domain()
    assert waited == []


def test_it_gives_up_after_some_times(
    url: str, token_for: TokenFor, connection: Connection, waited: list[float]
):
    connection.lost = 100
    with (
        pytest.raises(httpx.ReadTimeout),
        Client(url, token_for("directory"), transport=connection) as presently,
    ):
        presently.domain()
    assert len(connection.keys) == 6
    assert sum(waited) < 13


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the seconds that the client has waited; none of them passes."""
    told: list[float] = []
    monkeypatch.setattr("httpx_retries.retry.time.sleep", told.append)
    return told


def test_a_service_account_gets_a_token_and_another_when_it_is_revoked(
    url: str, store: Store, people: list[Person], tmp_path: Path
):
    key = a_key()
    public_key = key.as_pem(private=False).decode()
    choices = Choices(name="HR", scopes=frozenset({Scope.DIRECTORY}), public_key=public_key)
    new = clients.new_client(domains.get(store, 1), choices)
    clients.register(store, new.client)
    credentials = tmp_path / "client.json"
    private_key = tmp_path / "client.pem"
    private_key.write_bytes(key.as_pem(private=True))
    credentials.write_text(json.dumps(as_json(new, str(private_key))))
    account = ServiceAccount.from_file(credentials)
    with Client(url, account) as presently:
        assert presently.book(people[0].email, "V-117", LEAVE)["status"]
        revoke = {"token": account._token, "client_id": new.client.id, "client_secret": new.secret}  # noqa: SLF001 (to revoke it)
        assert httpx.post(f"{url}/oauth2/v2.0/revoke", data=revoke).is_success
        assert presently.domain()["id"] == 1


def test_the_types_have_the_fields_that_are_documented():
    documented = {
        "AuditedChange": types.AuditedChange,
        "AutoReplyAnswer": types.AutoReply,
        "Booked": types.Booking,
        "BulkChangeAnswer": types.BulkChange,
        "EntryAnswer": types.Difference,
        "ChangeAnswer": types.Change,
        "DefinitionAnswer": types.Definition,
        "DomainAnswer": types.Domain,
        "FeedAnswer": types.Feed,
        "ForecastAnswer": types.Forecast,
        "LayerAnswer": types.Layer,
        "MadeFeed": types.MadeFeed,
        "MomentAnswer": types.Moment,
        "SegmentAnswer": types.Segment,
        "AutoReplyBody": types.NewAutoReply,
        "ReplyBody": types.NewReply,
        "WantedStatus": types.NewStatus,
        "PersonAnswer": types.Person,
        "ReplyAnswer": types.Reply,
        "ShownStatus": types.ShownStatus,
        "PlannedStatus": types.Status,
        "StatusChanges": types.StatusPatch,
    }
    schemas = {
        name.removeprefix("Presently"): schema for name, schema in DOCUMENT["components"]["schemas"].items()
    }
    for name, told in documented.items():
        assert set(get_type_hints(told)) == set(schemas[name]["properties"]), name

"""On PostgreSQL every request, every transition and every poll of beat uses indexes, whatever the size of the store.

A new statement or route fails here until its index is listed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from fastapi import FastAPI
from sqlalchemy import inspect, text

from domain.directory import Person
from store.due import Kind
from store.store import Store, Transaction
from store.tables import metadata
from tests.api.admin_web.administration import FOR_ADMINISTRATORS, FOR_BEARERS_TOO, FOR_EVERYBODY
from tests.api.admin_web.browser import LOGIN, let_in, log_in
from tests.api.clients import Oof, TestClient, Works, written
from tests.api.oauth.conftest import Program, program, register  # noqa: F401 (fixtures)
from tests.builders import DAY, HOUR, NINE, HandClock
from tests.store.builders import SERVICE
from tests.store.plans import scans

pytestmark = pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)

CROWD: Final = Path(__file__).with_name("crowd.sql")

LEAVE: Final = {"startTime": written(NINE + HOUR), "endTime": written(NINE + 2 * HOUR)}
MAIL: Final = {"internal": {"content": "I am away."}}


@dataclass(frozen=True)
class Crowd:
    """A deployment with many people, and a program that calls it."""

    store: Store
    program: Program
    http: TestClient
    clock: HandClock
    person: Person

    @property
    def works(self) -> Works:
        """Return the program's client for the first person's statuses."""
        return Works(self.http, "u1@example.com")

    @property
    def oof(self) -> Oof:
        """Return the program's client for the first person's out-of-office."""
        return Oof(self.http, 1)

    def get(self, path: str) -> None:
        """Send a GET request."""
        assert self.http.get(path).status_code == 200

    @property
    def reserved(self) -> str:
        """Return the id of the first person's reserved status."""
        status = self.works.reserved()
        assert status is not None
        return str(status["userProfileStatusId"])

    def look(self, ask: Callable[[Transaction], object]) -> None:
        """Query the store directly, as workers and beat do."""
        with self.store.writing() as transaction:
            ask(transaction)


@pytest.fixture
def crowd(
    store: Store,
    program: Program,  # noqa: F811 (the fixture)
    anonymous: TestClient,
    people: list[Person],
    clock: HandClock,
) -> Crowd:
    """Return a deployment of twenty thousand people in two thousand domains; u10 administers the first."""
    let_in(store, people[9], "DomainAdmin 1")
    with store.writing() as transaction:
        for statement in CROWD.read_text().split(";"):
            transaction.connection.execute(text(statement))
    anonymous.headers["Authorization"] = f"Bearer {program.tokens()['access_token']}"
    return Crowd(store, program, anonymous, clock, people[0])


USER: Final = "/v1.0/users/{userId}"
STATUSES: Final = f"{USER}/user-profile-statuses"
STATUS: Final = f"{STATUSES}/{{userProfileStatusId}}"
DEFINITIONS: Final = "/v1.0/directory/profile-statuses"
DEFINITION: Final = f"{DEFINITIONS}/{{profileStatusId}}"
OOF: Final = "/api/v1/domains/{domainID}/users/{userID}/oof"

V1: Final = "/presently/v1"
PLANS: Final = f"{V1}/people/{{ref}}/statuses"
PLANNED: Final = {"status": "BUSY", "from": "2027-08-02", "to": "2027-08-06"}
TIMELINE: Final = f"{V1}/people/{{ref}}/timeline"
HISTORY: Final = f"{V1}/people/{{ref}}/history"
AUDIT: Final = f"{V1}/audit"

# The indexes of a request's steps.
SIGNED_IN: Final = {"pk_revoked_token", "pk_client", "uq_person_user_id", "pk_role"}
BY_ADDRESS: Final = {"uq_person_email", "pk_alias", "pk_person", "pk_domain"}
BY_NUMBER: Final = {"ix_person_domain_id_id", "pk_domain"}
ALIASES: Final = {"ix_alias_person_id"}
#: What is in force, what fills a place, and the one that is asked for: the plans that lie ahead are not read.
THEIRS: Final = {
    "ix_status_person_id_in_force_at",
    "uq_status_works_reserved",
    "uq_status_oof",
    "uq_status_works_id",
    "pk_status",
    "pk_auto_reply",
}
DEFINED: Final = {"pk_definition"}
SITUATION: Final = SIGNED_IN | BY_NUMBER | DEFINED | THEIRS
#: The names of the domain's clients are told, too.
AUDITED: Final = SIGNED_IN | DEFINED | {"pk_domain", "pk_person", "pk_auto_reply", "ix_client_domain_id"}
ADDRESSED: Final = {"uq_person_email", "pk_alias"}
WRITTEN: Final = {"pk_person", "pk_status"}
UNUSED: Final = {"pk_auto_reply", "ix_status_auto_reply_id", "ix_event_auto_reply_id"}

Call = Callable[[Crowd], object]

#: In this order: each writes what the next reads.
REQUESTS: Final[dict[tuple[str, str, str], tuple[Call, set[str]]]] = {
    ("POST", "/oauth2/v2.0/token", "assertion"): (lambda crowd: crowd.program.tokens(), {"pk_client"}),
    ("POST", "/oauth2/v2.0/token", "for somebody"): (
        lambda crowd: crowd.program.tokens(
            assertion=crowd.program.assertion(delegated_user="u1@example.com")
        ),
        {"pk_client"} | BY_ADDRESS,
    ),
    ("POST", "/oauth2/v2.0/token", "refresh token"): (
        lambda crowd: crowd.program.refresh(crowd.program.tokens()["refresh_token"]),
        {"pk_client", "pk_refresh_token", "pk_revoked_token"},
    ),
    ("POST", "/oauth2/v2.0/revoke", ""): (
        lambda crowd: crowd.program.revoke(crowd.program.tokens()["refresh_token"]),
        {"pk_client", "pk_refresh_token"},
    ),
    ("POST", LOGIN, ""): (
        lambda crowd: log_in(crowd.http, "u10@example.com"),
        {"uq_person_email", "pk_person", "pk_login_name", "pk_domain", "pk_role"},
    ),
    ("GET", "/v1.0/users", ""): (
        lambda crowd: crowd.get("/v1.0/users?domainId=1"),
        SIGNED_IN | BY_NUMBER | ALIASES,
    ),
    ("GET", USER, "by address"): (
        lambda crowd: crowd.get("/v1.0/users/u1@example.com"),
        SIGNED_IN | BY_ADDRESS | ALIASES,
    ),
    ("GET", USER, "by id"): (
        lambda crowd: crowd.get(f"/v1.0/users/{crowd.person.user_id}"),
        SIGNED_IN | {"uq_person_user_id", "pk_domain"} | ALIASES,
    ),
    ("GET", USER, "by key"): (
        lambda crowd: crowd.get("/v1.0/users/externalKey:EMP 001"),
        SIGNED_IN | {"uq_person_domain_id_external_key", "pk_domain"} | ALIASES,
    ),
    ("POST", STATUSES, "ahead"): (
        lambda crowd: crowd.works.posted("ABSENCE", **LEAVE, autoReplyMail=MAIL),
        SITUATION | ADDRESSED | WRITTEN,
    ),
    ("POST", STATUSES, "now"): (
        lambda crowd: crowd.works.posted(),
        SITUATION | ADDRESSED | WRITTEN,
    ),
    ("GET", STATUSES, ""): (
        lambda crowd: crowd.works.list(),
        SITUATION | ADDRESSED,
    ),
    ("GET", STATUS, ""): (
        lambda crowd: crowd.works.get(crowd.reserved),
        SITUATION | ADDRESSED,
    ),
    ("PUT", STATUS, ""): (
        lambda crowd: crowd.works.put(crowd.reserved, "ABSENCE", **LEAVE),
        SITUATION | ADDRESSED | WRITTEN | UNUSED,
    ),
    ("PATCH", STATUS, ""): (
        lambda crowd: crowd.works.patch(crowd.reserved, statusMessage="Soon"),
        SITUATION | ADDRESSED | WRITTEN,
    ),
    ("DELETE", STATUS, ""): (
        lambda crowd: crowd.works.delete(crowd.reserved),
        SITUATION | ADDRESSED | WRITTEN,
    ),
    ("PUT", OOF, "on"): (
        lambda crowd: crowd.oof.save(state=1, internalReply="I am away."),
        SITUATION | WRITTEN | {"pk_reply_texts"},
    ),
    ("GET", OOF, ""): (
        lambda crowd: crowd.oof.read(),
        SITUATION | {"pk_reply_texts"},
    ),
    ("HEAD", OOF, ""): (
        lambda crowd: crowd.http.head(crowd.oof.path),
        SITUATION | {"pk_reply_texts"},
    ),
    ("PUT", OOF, "off"): (
        lambda crowd: crowd.oof.save(state=0),
        SITUATION | WRITTEN | {"pk_reply_texts"},
    ),
    ("GET", DEFINITIONS, ""): (
        lambda crowd: crowd.get(f"{DEFINITIONS}?domainId=1"),
        SIGNED_IN | DEFINED | {"pk_domain"},
    ),
    ("GET", DEFINITION, ""): (
        lambda crowd: crowd.get(f"{DEFINITIONS}/BUSY?domainId=1"),
        SIGNED_IN | DEFINED | {"pk_domain"},
    ),
    # The table of pruning has one row.
    ("GET", TIMELINE, ""): (
        lambda crowd: crowd.get(f"{V1}/people/1/timeline"),
        SITUATION | {"ix_event_person_id_committed_at", "all of event_pruning"},
    ),
    ("GET", TIMELINE, "at a moment"): (
        lambda crowd: crowd.get(f"{V1}/people/1/timeline?at=2026-03-16T09:00:00Z"),
        SITUATION | {"ix_event_person_id_committed_at", "all of event_pruning"},
    ),
    ("GET", HISTORY, ""): (
        lambda crowd: crowd.get(f"{V1}/people/1/history"),
        SITUATION | {"ix_event_person_id_committed_at", "ix_client_domain_id"},
    ),
    ("GET", AUDIT, ""): (
        lambda crowd: crowd.get(AUDIT),
        AUDITED | {"ix_event_of_domain"},
    ),
    ("GET", AUDIT, "by person"): (
        lambda crowd: crowd.get(f"{AUDIT}?person=1"),
        AUDITED | {"ix_person_domain_id_id", "ix_event_person_id_committed_at"},
    ),
    ("GET", AUDIT, "by actor and time"): (
        lambda crowd: crowd.get(f"{AUDIT}?actor=service&from=2026-03-16T09:00:00Z"),
        AUDITED | {"ix_event_of_actor"},
    ),
    ("GET", AUDIT, "by job"): (
        lambda crowd: crowd.get(f"{AUDIT}?job=j1"),
        AUDITED | {"ix_event_of_job"},
    ),
    ("GET", AUDIT, "as CSV"): (
        lambda crowd: crowd.get(f"{AUDIT}?format=csv&limit=1"),
        AUDITED | {"ix_event_of_domain"},
    ),
    ("POST", PLANS, ""): (
        lambda crowd: crowd.http.post(f"{V1}/people/1/statuses", json=PLANNED | {"externalId": "V-2"}),
        SITUATION | WRITTEN | {"pk_booking"},
    ),
    ("PUT", f"{PLANS}/external/{{externalId}}", ""): (
        lambda crowd: crowd.http.put(f"{V1}/people/1/statuses/external/V-1", json=PLANNED),
        SITUATION | WRITTEN | {"pk_booking"},
    ),
    ("GET", PLANS, ""): (
        lambda crowd: crowd.get(f"{V1}/people/1/statuses"),
        SITUATION | {"ix_booking_status_id"},
    ),
    ("GET", f"{V1}/people/{{ref}}", ""): (
        lambda crowd: crowd.get(f"{V1}/people/1"),
        {
            "ix_alias_person_id",
            "ix_person_domain_id_id",
            "ix_status_person_id_in_force_at",
            "pk_auto_reply",
            "pk_client",
            "pk_definition",
            "pk_domain",
            "pk_person",
            "pk_revoked_token",
            "pk_role",
            "pk_status",
            "uq_person_user_id",
            "uq_status_oof",
            "uq_status_works_id",
            "uq_status_works_reserved",
        },
    ),
    ("GET", f"{V1}/people", "away"): (
        lambda crowd: crowd.get(f"{V1}/people?away=now"),
        {
            "ix_alias_person_id",
            "ix_event_of_actor",
            "ix_person_domain_id_id",
            "ix_status_end_due",
            "ix_status_person_id_in_force_at",
            "ix_status_start_due",
            "pk_auto_reply",
            "pk_client",
            "pk_definition",
            "pk_domain",
            "pk_person",
            "pk_revoked_token",
            "pk_role",
            "pk_status",
            "uq_person_user_id",
        },
    ),
    ("GET", "/metrics", ""): (
        lambda crowd: crowd.get("/metrics"),
        {"ix_status_start_due", "ix_status_end_due", "pg_class_oid_index"},
    ),
}

#: What administrators do by hand, lists that a program reads once, and what only checks that the store is there.
SELDOM: Final = {
    *(
        (method.upper(), path)
        for method, path in FOR_ADMINISTRATORS | FOR_BEARERS_TOO | FOR_EVERYBODY
        if path != LOGIN
    ),
    *((method, DEFINITION) for method in ("PUT", "PATCH", "DELETE")),
    *(("POST", f"{DEFINITIONS}{verb}") for verb in ("", "/enable", "/disable")),
    *(("GET", f"/.well-known/{name}") for name in ("jwks.json", "oauth-authorization-server")),
    *(("GET", path) for path in ("/healthz", "/readyz", "/icons/{iconType}.svg")),
    ("OPTIONS", OOF),
    *(("GET", f"{V1}/{name}") for name in ("domain", "definitions", "clients")),
    # They read what the plans above read.
    *((method, f"{PLANS}/{{statusId}}") for method in ("GET", "PUT", "PATCH", "DELETE")),
    ("POST", f"{PLANS}/{{statusId}}:end"),
    # tests/store looks at the statements of changes.
    *((method, f"{V1}/changes") for method in ("GET", "POST")),
    *((method, f"{V1}/changes/{{id}}") for method in ("GET", "DELETE")),
    *(("POST", f"{V1}/changes/{{id}}:{verb}") for verb in ("apply", "undo")),
    # Calendar programs read the feed itself; these manage its address.
    *((method, f"{V1}{owner}/feeds") for method in ("GET", "POST") for owner in ("", "/people/{ref}")),
    *(("DELETE", f"{V1}{owner}/feeds/{{id}}") for owner in ("", "/people/{ref}")),
}

#: Statements of the worker, of beat and of signing in.
LOOKS: Final[dict[str, tuple[Callable[[Transaction], object], set[str]]]] = {
    "the next start": (lambda store: store.due.next(Kind.START), {"ix_status_start_due"}),
    "the next end": (lambda store: store.due.next(Kind.END), {"ix_status_end_due"}),
    "a later start": (lambda store: store.due.next(Kind.START, after=NINE), {"ix_status_start_due"}),
    "a later end": (lambda store: store.due.next(Kind.END, after=NINE), {"ix_status_end_due"}),
    "the last start": (lambda store: store.due.last(Kind.START, by=NINE), {"ix_status_start_due"}),
    "the last end": (lambda store: store.due.last(Kind.END, by=NINE), {"ix_status_end_due"}),
    "more starts": (lambda store: store.due.is_more_than(Kind.START, 5, by=NINE), {"ix_status_start_due"}),
    "more ends": (lambda store: store.due.is_more_than(Kind.END, 5, by=NINE), {"ix_status_end_due"}),
    "starts": (
        lambda store: store.due.carry_out(Kind.START, limit=500),
        {"ix_status_start_due", "ix_status_person_id_in_force_at", "pk_status", "pk_person"},
    ),
    "ends": (
        lambda store: store.due.carry_out(Kind.END, limit=500),
        {"ix_status_end_due", "ix_status_person_id_in_force_at", "pk_status", "pk_person"},
    ),
    "old events": (
        lambda store: store.events.forget(NINE - 300 * DAY, limit=10),
        {"ix_event_committed_at", "pk_event"} | UNUSED,
    ),
    "old tokens": (
        lambda store: store.clients.forget_expired(NINE + 10_000 * DAY, limit=10),
        {
            "ix_refresh_token_expires_at",
            "pk_refresh_token",
            "ix_revoked_token_expires_at",
            "pk_revoked_token",
        },
    ),
    "standing": (
        lambda store: store.situations.standing(SERVICE),
        SIGNED_IN,
    ),
    "whose token of an external issuer": (
        lambda store: store.directory.with_address("u1@example.com"),
        BY_ADDRESS,
    ),
    "whose login": (lambda store: store.accounts.of("user11"), {"uq_person_user_id", "pk_domain", "pk_role"}),
}


def test_every_statement_of_a_request_goes_by_an_index(crowd: Crowd):
    read = {name: scans(crowd.store, partial(call, crowd)) for name, (call, _) in REQUESTS.items()}
    assert read == {name: indexes for name, (_, indexes) in REQUESTS.items()}


def test_every_route_is_looked_at_unless_it_is_seldom_asked(app: FastAPI):
    routes = {(method.upper(), path) for path, item in app.openapi()["paths"].items() for method in item}
    assert routes == {(method, path) for method, path, _ in REQUESTS} | SELDOM


def test_what_workers_and_beat_ask_goes_by_an_index(crowd: Crowd):
    crowd.clock.advance(DAY + 4 * HOUR)
    read = {name: scans(crowd.store, partial(crowd.look, look)) for name, (look, _) in LOOKS.items()}
    assert read == {name: indexes for name, (_, indexes) in LOOKS.items()}


def test_whatever_is_pointed_at_is_deleted_without_a_search(store: Store):
    """PostgreSQL checks for each deleted row whether another refers to it, which `EXPLAIN` does not show."""
    found = inspect(store.engine)
    for table in metadata.sorted_tables:
        indexed = {index["column_names"][0] for index in found.get_indexes(table.name)}
        indexed.add(found.get_pk_constraint(table.name)["constrained_columns"][0])
        pointing = {key["constrained_columns"][0] for key in found.get_foreign_keys(table.name)}
        assert pointing <= indexed, table.name

"""The rights of a person's token are looked up in the directory, at every request."""

from typing import Any

import httpx
import pytest
from sqlalchemy import event, update

from domain.directory import Person
from services.people import deactivate_all
from store import tables
from store.store import Store
from tests.api.clients import Oof, TestClient, Works
from tests.api.conftest import TokenFor
from tests.builders import SOMEBODY
from tests.store.builders import add_domain_with_people, events_of

STATUSES = "/v1.0/users/u2@example.com/user-profile-statuses"
DEFINITIONS = "/v1.0/directory/profile-statuses"
BUSY = {"profileStatusId": "BUSY"}
DEFINITION = {
    "domainId": 1,
    "profileStatusId": "CUSTOM01",
    "iconType": "OFF",
    "profileStatusName": "X",
    "displayOrder": 1,
}

#: Every route with a token, with a valid request.
ROUTES = [
    ("GET", "/v1.0/users", None),
    ("GET", "/v1.0/users/u2@example.com", None),
    ("GET", "/v1.0/users/me", None),
    ("GET", STATUSES, None),
    ("POST", STATUSES, BUSY),
    ("GET", f"{STATUSES}/uprofile-1", None),
    ("PUT", f"{STATUSES}/uprofile-1", BUSY),
    ("PATCH", f"{STATUSES}/uprofile-1", {}),
    ("DELETE", f"{STATUSES}/uprofile-1", None),
    ("GET", DEFINITIONS, None),
    ("POST", DEFINITIONS, DEFINITION),
    ("GET", f"{DEFINITIONS}/BUSY", None),
    ("PUT", f"{DEFINITIONS}/BUSY", DEFINITION),
    ("PATCH", f"{DEFINITIONS}/BUSY", {"domainId": 1}),
    ("DELETE", f"{DEFINITIONS}/CUSTOM01", None),
    ("POST", f"{DEFINITIONS}/enable", None),
    ("POST", f"{DEFINITIONS}/disable", None),
    ("GET", "/api/v1/domains/1/users/2/oof", None),
    ("HEAD", "/api/v1/domains/1/users/2/oof", None),
    ("PUT", "/api/v1/domains/1/users/2/oof", {"state": 0}),
    ("PUT", "/api/v1/domains/1/users/2/oof", None),
]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def assert_nobody(answer: httpx.Response) -> None:
    """Assert that `answer` is the dialect's refusal of an unknown caller."""
    assert answer.status_code == 401, answer.text
    if answer.request.method == "HEAD":
        return
    if answer.request.url.path.startswith("/api/"):
        assert answer.json() == {"message": "Access denied", "error": "Invalid user"}
    else:
        assert answer.json()["code"] == "UNAUTHORIZED"
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
class TestWhoHasLeft:
    def test_may_do_nothing_from_that_moment(
        self,
        store: Store,
        anonymous: TestClient,
        token_for: TokenFor,
        people: list[Person],
        method: str,
        path: str,
        body: dict[str, Any] | None,
    ):
        headers = bearer(token_for("directory", person=people[0]))
        before = anonymous.request(method, path, json=body, headers=headers)
        assert before.status_code not in {401, 403}
        with store.writing() as transaction:
            deactivate_all(transaction, [people[0].id], by=SOMEBODY)
        assert_nobody(anonymous.request(method, path, json=body, headers=headers))

    def test_was_never_there(
        self,
        store: Store,
        anonymous: TestClient,
        token_for: TokenFor,
        method: str,
        path: str,
        body: dict[str, Any] | None,
    ):
        """A person of another domain, whose token names this one, does not exist here."""
        (other,) = add_domain_with_people(store, 1, "example.org")
        headers = bearer(token_for("directory", person=other, domain_id=1))
        assert_nobody(anonymous.request(method, path, json=body, headers=headers))


class TestAMemberWithAnAdministratorsToken:
    @pytest.fixture
    def member(self, anonymous: TestClient, token_for: TokenFor, people: list[Person]) -> TestClient:
        """Return a client of the second person, whose token has the scope `directory`."""
        anonymous.headers.update(bearer(token_for("directory", person=people[1])))
        return anonymous

    def test_writes_their_own_in_both_dialects(self, member: TestClient, people: list[Person]):
        assert Works(member, "me").post("BUSY").status_code == 201
        assert Works(member, people[1].email).post("AWAY").status_code == 201
        Oof(member, people[1].id).save(state=1, internalReply="Away")

    def test_writes_nobody_elses(self, store: Store, member: TestClient, people: list[Person]):
        assert Works(member, people[2].email).post("BUSY").status_code == 403
        answer = Oof(member, people[2].id).put(state=1, internalReply="Away")
        assert answer.status_code == 403
        assert answer.json() == {"message": "Access denied: Insufficient permissions for this operation"}
        assert events_of(store, people[2]) == []

    def test_reads_everybodys(self, member: TestClient, people: list[Person]):
        assert Works(member, people[2].email).list() == []
        assert Oof(member, people[2].id).read()["state"] == 0

    def test_is_an_administrator_from_the_moment_the_directory_says_so(
        self, store: Store, member: TestClient, people: list[Person]
    ):
        def make(*, administrator: bool) -> None:
            this = tables.person.c.id == people[1].id
            with store.writing() as transaction:
                query = update(tables.person).where(this).values(is_administrator=administrator)
                transaction.connection.execute(query)

        works = Works(member, people[2].email)
        make(administrator=True)
        assert works.post("BUSY").status_code == 201
        assert member.get(DEFINITIONS).status_code == 200
        make(administrator=False)
        assert works.post("AWAY").status_code == 403
        answer = member.get(DEFINITIONS)
        assert answer.status_code == 403
        assert (
            answer.json()["description"] == "Only an administrator of the domain, or a service, may do this."
        )


def test_it_costs_no_statement_of_its_own(
    store: Store, anonymous: TestClient, token_for: TokenFor, people: list[Person]
):
    def statements(token: str) -> int:
        seen: list[str] = []
        remember = lambda *call: seen.append(call[2])  # noqa: E731 (it is taken off again)
        event.listen(store.engine, "before_cursor_execute", remember)
        assert anonymous.get("/v1.0/users/u2@example.com", headers=bearer(token)).status_code == 200
        event.remove(store.engine, "before_cursor_execute", remember)
        return len([statement for statement in seen if statement.startswith("SELECT")])

    service = statements(token_for("directory"))
    assert statements(token_for("directory", person=people[0])) == service

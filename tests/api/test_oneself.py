"""A person's own token writes their own out-of-office and statuses; events record the writer and the person."""

from functools import partial

import pytest

from domain.directory import Person
from services.people import deactivate_all
from store.store import Store
from tests.api.admin_web.browser import let_in, opened
from tests.api.clients import Oof, TestClient, Works
from tests.api.conftest import TokenFor
from tests.api.works.directory import Directory
from tests.builders import SOMEBODY
from tests.store.builders import events_of

DENIED = {"message": "Access denied: Insufficient permissions for this operation"}

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def me(people: list[Person]) -> Person:
    """Return the second person, who is not an administrator."""
    return people[1]


@pytest.fixture
def mine(anonymous: TestClient, token_for: TokenFor, me: Person) -> Oof:
    """Return a client for the second person's out-of-office, with that person's token."""
    anonymous.headers["Authorization"] = f"Bearer {token_for('user', person=me)}"
    return Oof(anonymous, me.id)


def written_by(store: Store, person: Person) -> list[tuple[str, str]]:
    """Return the kinds and the actors of a person's events."""
    return [(event.kind, event.actor) for event in events_of(store, person)]


def test_ones_own_out_of_office_is_saved_and_read_back(store: Store, mine: Oof, me: Person):
    mine.save(state=1, internalReply="Away")
    assert mine.read() == {"state": 1, "externalAudience": 0, "internalReply": "Away"}
    assert [status["profileStatusId"] for status in Works(mine.http, "me").list()] == ["ABSENCE"]
    mine.save(state=0)
    assert mine.read()["state"] == 0
    assert written_by(store, me) == [("PRESENTED", me.email), ("DELETED", me.email)]


def test_anothers_out_of_office_is_read_and_not_written(store: Store, mine: Oof, people: list[Person]):
    theirs = mine.of(people[2].id)
    assert theirs.read() == {"state": 0, "externalAudience": 0}
    answer = theirs.put(state=1, internalReply="Away")
    assert (answer.status_code, answer.json()) == (403, DENIED)
    assert events_of(store, people[2]) == []


def test_what_reads_only_does_not_write_ones_own(store: Store, mine: Oof, token_for: TokenFor, me: Person):
    mine.http.headers["Authorization"] = f"Bearer {token_for('user.read', person=me)}"
    assert mine.read() == {"state": 0, "externalAudience": 0}
    answer = mine.put(state=1, internalReply="Away")
    assert (answer.status_code, answer.json()) == (403, DENIED)
    assert events_of(store, me) == []


def test_whoever_writes_for_another_is_named_beside_whom_it_is_for(
    store: Store, mine: Oof, token_for: TokenFor, people: list[Person], me: Person
):
    boss, administrator = people[0], people[9]
    let_in(store, administrator, "DomainAdmin 1")
    mine.save(state=1, internalReply="Away")
    browser = opened(mine.http, administrator.email)
    del mine.http.headers["Authorization"]
    assert browser.put(f"/domains/1/users/{me.id}/oof", state=0).status_code == 200
    mine.http.headers["Authorization"] = f"Bearer {token_for('directory', person=boss)}"
    assert Works(mine.http, me.email).post("BUSY").status_code == 201
    mine.http.headers["Authorization"] = f"Bearer {token_for('directory')}"
    assert Works(mine.http, me.email).post("AWAY").status_code == 201
    assert written_by(store, me) == [
        ("PRESENTED", me.email),
        ("DELETED", administrator.email),
        ("PRESENTED", boss.email),
        ("REPLACED", "service"),
        ("PRESENTED", "service"),
    ]
    assert all(event.request_id for event in events_of(store, me))


def test_one_of_the_domains_own_statuses_is_ones_own_and_goes_by_whoever_takes_it_from_all(
    store: Store, mine: Oof, token_for: TokenFor, people: list[Person], me: Person
):
    boss = people[0]
    of_boss, of_me = ({"Authorization": f"Bearer {token_for('directory', person=who)}"} for who in (boss, me))
    works, directory = Works(mine.http, "me"), Directory(mine.http)
    for ending in (partial(directory.delete, "CUSTOM01"), directory.disable):
        mine.http.headers.update(of_boss)
        directory.created()
        mine.http.headers.update(of_me)
        assert works.post("CUSTOM01").status_code == 201
        assert ending().status_code == 403
        mine.http.headers.update(of_boss)
        assert ending().status_code == 204
    assert written_by(store, me) == [("PRESENTED", me.email), ("DELETED", boss.email)] * 2


def test_the_numbers_of_the_path_are_to_be_had_over_http(
    anonymous: TestClient, token_for: TokenFor, me: Person
):
    anonymous.headers["Authorization"] = f"Bearer {token_for('user', person=me)}"
    domain_id = anonymous.get("/v1.0/users/me").json()["domainId"]
    listed = anonymous.get(f"/api/v1/domains/{domain_id}/users", params={"match": me.email, "level": 0})
    assert listed.json() == {"count": 1, "data": [{"ID": me.id, "username": me.email}]}


def test_who_was_deactivated_is_in_no_list_of_a_bearer(
    anonymous: TestClient, token_for: TokenFor, store: Store, people: list[Person]
):
    with store.writing() as transaction:
        deactivate_all(transaction, [people[4].id], by=SOMEBODY)
    anonymous.headers["Authorization"] = f"Bearer {token_for('directory')}"
    for query, count in (("", 9), ("?status=1", 0), ("?match=u5@", 0)):
        assert anonymous.get(f"/api/v1/domains/1/users{query}").json()["count"] == count

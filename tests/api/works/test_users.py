"""Users and their list, for bots that look up names, with the paging of section 3.5."""

from typing import Any

import httpx
import pytest
from sqlalchemy import insert

from domain.directory import Person
from domain.roster import Entry
from services.people import deactivate_all
from store import tables
from store.store import Store
from tests.api.clients import TestClient
from tests.api.conftest import TokenFor
from tests.api.works.answers import assert_refused
from tests.builders import SOMEBODY
from tests.store.builders import add_domain_with_people

PATH = "/v1.0/users"


def pages(http: httpx.Client, **query: Any) -> list[list[str]]:
    """Follow the cursors to the last page, and return the addresses on each page."""
    found = []
    while True:
        answer = http.get(PATH, params=query)
        assert answer.status_code == 200, answer.text
        found.append([user["email"] for user in answer.json()["users"]])
        query["cursor"] = answer.json()["responseMetaData"]["nextCursor"]
        if not query["cursor"]:
            return found


def leave(store: Store, *people: Person) -> None:
    with store.writing() as transaction:
        deactivate_all(transaction, [person.id for person in people], by=SOMEBODY)


def join(store: Store, person: Person, email: str) -> None:
    newcomer = Entry(email=email, name="New")
    with store.writing() as transaction:
        transaction.roster.add(person.domain, [newcomer], at=transaction.now())


class TestOne:
    def test_is_shown_in_the_vendors_words(self, store: Store, http: httpx.Client, person: Person):
        with store.writing() as transaction:
            rows = [
                {"email": email, "person_id": person.id} for email in ("kim@example.com", "k@example.org")
            ]
            transaction.connection.execute(insert(tables.alias), rows)
        answer = http.get(f"{PATH}/{person.email}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/json;charset=UTF-8"
        assert answer.json() == {
            "domainId": 1,
            "userId": person.user_id,
            "userExternalKey": "EMP 001",
            "externalKey": "EMP 001",
            "email": "u1@example.com",
            "aliasEmails": ["k@example.org", "kim@example.com"],
            "userName": {"lastName": "Person 1", "firstName": ""},
            "isAdministrator": True,
            "isSuspended": False,
            "isDeleted": False,
        }

    @pytest.mark.parametrize(
        "user_id",
        ["u1@example.com", "u1%40example.com", "U1@Example.com", "kim@example.com", "externalKey:EMP%20001"],
    )
    def test_is_found_by_every_address_and_by_key(
        self, store: Store, http: httpx.Client, person: Person, user_id: str
    ):
        with store.writing() as transaction:
            row = {"email": "kim@example.com", "person_id": person.id}
            transaction.connection.execute(insert(tables.alias).values(row))
        assert http.get(f"{PATH}/{user_id}").json()["userId"] == person.user_id
        statuses = http.get(f"{PATH}/{user_id}/user-profile-statuses")
        assert statuses.json() == {"userProfileStatuses": []}

    def test_without_an_external_key_has_null_there(self, store: Store, http: httpx.Client, person: Person):
        join(store, person, "n@example.com")
        user = http.get(f"{PATH}/n@example.com").json()
        assert (user["userExternalKey"], user["externalKey"], user["aliasEmails"]) == (None, None, [])

    def test_may_be_me(self, anonymous: TestClient, token_for: TokenFor, people: list[Person]):
        anonymous.headers["Authorization"] = f"Bearer {token_for('user.read', person=people[4])}"
        assert anonymous.get(f"{PATH}/me").json()["email"] == people[4].email

    def test_is_not_me_for_a_service(self, http: httpx.Client):
        assert_refused(http.get(f"{PATH}/me"), 400, "INVALID_PARAMETER", naming="me")

    @pytest.mark.parametrize("user_id", ["nobody@example.com", "externalKey:x", "user0", "u1@example.org"])
    def test_who_is_not_there_is_not_found(self, store: Store, http: httpx.Client, user_id: str):
        add_domain_with_people(store, 1, "example.org")
        assert_refused(http.get(f"{PATH}/{user_id}"), 404, "USER_NOT_EXIST")

    def test_who_has_left_is_not_found(self, store: Store, http: httpx.Client, person: Person):
        leave(store, person)
        for path in (f"{PATH}/{person.email}", f"{PATH}/{person.email}/user-profile-statuses"):
            assert_refused(http.get(path), 404, "USER_NOT_EXIST")
        oof = http.get(f"/api/v1/domains/1/users/{person.id}/oof")
        assert (oof.status_code, oof.json()) == (404, {"message": "User not found"})


class TestList:
    def test_has_everybody_on_one_page_of_a_hundred(self, http: httpx.Client, people: list[Person]):
        answer = http.get(PATH)
        assert [user["userId"] for user in answer.json()["users"]] == [person.user_id for person in people]
        assert answer.json()["responseMetaData"] == {"nextCursor": ""}
        assert answer.json()["users"][0] == http.get(f"{PATH}/{people[0].email}").json()

    @pytest.mark.parametrize(
        ("count", "lengths"),
        [(1, [1] * 10), (3, [3, 3, 3, 1]), (5, [5, 5]), (9, [9, 1]), (10, [10]), (11, [10]), (100, [10])],
    )
    def test_is_gone_through_page_by_page(
        self, http: httpx.Client, people: list[Person], count: int, lengths: list[int]
    ):
        found = pages(http, count=count)
        assert [len(page) for page in found] == lengths
        assert [email for page in found for email in page] == [person.email for person in people]

    def test_has_a_hundred_at_most_where_nobody_says_how_many(self, store: Store, http: httpx.Client):
        with store.writing() as transaction:
            newcomers = [Entry(email=f"n{number}@example.com", name="N") for number in range(95)]
            transaction.roster.add(transaction.directory.domain(1), newcomers, at=transaction.now())
        assert [len(page) for page in pages(http)] == [100, 5]

    def test_shows_nobody_twice_and_leaves_nobody_out_whoever_comes_and_goes(
        self, store: Store, http: httpx.Client, people: list[Person]
    ):
        first = http.get(PATH, params={"count": 4}).json()
        leave(store, people[0], people[3], people[6])
        join(store, people[0], "n@example.com")
        rest = pages(http, count=4, cursor=first["responseMetaData"]["nextCursor"])
        emails = [person.email for person in people]
        assert rest == [[emails[4], emails[5], emails[7], emails[8]], [emails[9], "n@example.com"]]

    def test_shows_nobody_of_another_domain(self, store: Store, http: httpx.Client, people: list[Person]):
        add_domain_with_people(store, 3, "example.org")
        assert pages(http, count=7) == [
            [person.email for person in people[:7]],
            [person.email for person in people[7:]],
        ]
        assert pages(http, domainId=1) == [[person.email for person in people]]
        assert_refused(http.get(PATH, params={"domainId": 2}), 404, "NOT_FOUND")

    def test_is_empty_where_everybody_has_left(self, store: Store, http: httpx.Client, people: list[Person]):
        leave(store, *people)
        assert http.get(PATH).json() == {"users": [], "responseMetaData": {"nextCursor": ""}}

    @pytest.mark.parametrize(
        "query", ["count=", "count", "domainId=&cursor=&count=", "cursor", "domainId=&&domainId"]
    )
    def test_an_empty_value_is_as_none(self, http: httpx.Client, people: list[Person], query: str):
        assert len(http.get(f"{PATH}?{query}").json()["users"]) == len(people)

    def test_an_empty_value_hides_no_other(self, http: httpx.Client):
        assert len(http.get(f"{PATH}?count=&domainId=1&count=3&cursor=").json()["users"]) == 3

    @pytest.mark.parametrize("count", ["0", "101", "-1", "x", "1.5"])
    def test_has_between_one_and_a_hundred_on_a_page(self, http: httpx.Client, count: str):
        assert_refused(http.get(PATH, params={"count": count}), 400, "INVALID_PARAMETER", naming="count")

    @pytest.mark.parametrize(
        "cursor",
        ["x", "10", "cGVyc29uOg", "cGVyc29uOjA1", "cGVyc29uOjE=", "!", "재", "cGVyc29uOjk5OTk5OTk5OTk"],
    )
    def test_knows_its_own_cursors_only(self, http: httpx.Client, cursor: str):
        assert_refused(http.get(PATH, params={"cursor": cursor}), 400, "INVALID_PARAMETER", naming="cursor")

    def test_ignores_what_it_does_not_know(self, http: httpx.Client, people: list[Person]):
        assert len(pages(http, orderBy="CREATED_TIME", sortOrder="ASCENDING", x=1)[0]) == len(people)


@pytest.mark.parametrize("path", [PATH, f"{PATH}/u1@example.com"])
class TestWhoMayLook:
    @pytest.mark.parametrize("scope", ["user", "user.read", "directory", "directory.read"])
    @pytest.mark.parametrize("holder", [None, 0, 1])
    def test_everybody_with_any_scope(
        self,
        anonymous: TestClient,
        token_for: TokenFor,
        people: list[Person],
        path: str,
        scope: str,
        holder: int | None,
    ):
        token = token_for(scope, person=None if holder is None else people[holder])
        assert anonymous.get(path, headers={"Authorization": f"Bearer {token}"}).status_code == 200

    def test_nobody_without_a_scope(self, anonymous: TestClient, token_for: TokenFor, path: str):
        answer = anonymous.get(path, headers={"Authorization": f"Bearer {token_for()}"})
        assert_refused(answer, 403, "FORBIDDEN", naming="user.read")

    def test_nobody_without_a_token(self, anonymous: TestClient, path: str):
        assert_refused(anonymous.get(path), 401, "UNAUTHORIZED")

"""The identifiers of a person: a mail address, a resource id, an external key, or `me`."""

import pytest

from domain.directory import Person
from store.store import Store
from tests.api.clients import TestClient, Works
from tests.api.conftest import TokenFor
from tests.api.works.answers import assert_refused
from tests.store.builders import add_domain_with_people


@pytest.mark.parametrize(
    "name",
    [
        "u1@example.com",
        "U1@Example.COM",
        "u1%40example.com",
        "externalKey:EMP%20001",
        "externalKey%3AEMP%20001",
    ],
)
def test_a_person_is_known_by_each_of_their_names(works: Works, name: str):
    posted = works.posted("AWAY")
    assert works.of(name).list() == [posted]


def test_a_person_is_known_by_their_resource_id(works: Works, person: Person):
    posted = works.of(person.user_id).posted("AWAY")
    assert works.list() == [posted]


@pytest.mark.parametrize(
    "name",
    [
        "u99@example.com",
        "u1@elsewhere.example",
        "u1",
        "userf7da-f82c-4284-13e7-030f3b4c756a",
        "externalKey:EMP%20099",
        "externalKey:emp%20001",  # external keys must match exactly
        "externalKey:",
        "externalkey:EMP%20001",
        "%00",
        "u1@example.com%00",
        "%ED%A0%80",
        "%F0%9F%92%A4",
        "9" * 3000,
    ],
)
def test_nobody_has_another_name(works: Works, name: str):
    assert_refused(works.of(name).post(), 404, "USER_NOT_EXIST")


def test_a_person_of_another_domain_is_not_there(works: Works, store: Store):
    stranger = add_domain_with_people(store, count=1, name="other.example")[0]
    for name in (stranger.user_id, stranger.email):
        assert_refused(works.of(name).http.get(works.of(name).path), 404, "USER_NOT_EXIST")
        assert_refused(works.of(name).post(), 404, "USER_NOT_EXIST")


def test_a_key_of_another_domain_means_the_person_who_has_it_here(works: Works, store: Store):
    add_domain_with_people(store, count=1, name="other.example")
    posted = works.of("externalKey:EMP%20001").posted("AWAY")
    assert works.list() == [posted]


def test_me_is_the_person_of_the_token(
    works: Works, anonymous: TestClient, token_for: TokenFor, person: Person
):
    anonymous.headers["Authorization"] = f"Bearer {token_for('user', person=person)}"
    posted = Works(anonymous, "me").posted("AWAY")
    assert works.list() == [posted]


def test_me_is_nobody_when_the_token_is_a_services(works: Works):
    assert_refused(works.of("me").http.get(works.of("me").path), 400, "INVALID_PARAMETER", naming="me")
    assert_refused(works.of("me").post(), 400, "INVALID_PARAMETER", naming="me")


@pytest.mark.parametrize(
    "status_id", ["uprofile-b785-4aae-c330-01e94337846b", "x", "%00", "%ED%A0%80", "9" * 3000]
)
def test_a_status_that_is_not_there_is_not_found(works: Works, status_id: str):
    works.posted()
    assert_refused(works.get(status_id), 404, "NOT_FOUND")
    assert_refused(works.put(status_id), 404, "NOT_FOUND")
    assert_refused(works.patch(status_id, statusMessage="x"), 404, "NOT_FOUND")
    assert_refused(works.delete(status_id), 404, "NOT_FOUND")


def test_a_status_of_somebody_else_is_not_found(works: Works):
    posted = works.of("u2@example.com").posted()
    status_id = posted["userProfileStatusId"]
    assert_refused(works.get(status_id), 404, "NOT_FOUND")
    assert_refused(works.put(status_id), 404, "NOT_FOUND")
    assert_refused(works.delete(status_id), 404, "NOT_FOUND")
    assert works.of("u2@example.com").list() == [posted]

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from domain.clients import REFRESH_LIFETIME, Client, RefreshToken
from domain.credentials import Scope
from domain.directory import Person
from store import tables
from store.store import Store
from tests.builders import HOUR, INSTANT, NINE, HandClock
from tests.store.builders import at_once

A_CLIENT = Client(
    id="hr",
    domain_id=1,
    name="HR",
    service_account="hr.serviceaccount@example.com",
    scopes=frozenset({Scope.USER, Scope.DIRECTORY_READ}),
    public_key="-----BEGIN PUBLIC KEY-----",
    secret_digest="d" * 64,
    token_lifetime=HOUR,
    rotates=False,
)
A_REFRESH_TOKEN = RefreshToken(
    family="family-1",
    client_id="hr",
    scopes=frozenset({Scope.USER}),
    user_id=None,
    expires_at=NINE + REFRESH_LIFETIME,
)


@pytest.fixture
def client(store: Store, people: list[Person]) -> Client:
    """Return a client that is registered."""
    with store.writing() as transaction:
        transaction.clients.add(A_CLIENT)
    return A_CLIENT


def is_void(store: Store, token_id: str, family: str | None = None, client_id: str | None = None) -> bool:
    with store.reading() as transaction:
        return transaction.clients.is_void(token_id, family, client_id)


def test_a_client_is_found_as_it_was_registered(store: Store, client: Client):
    with store.reading() as transaction:
        assert transaction.clients.find("hr") == client
        assert transaction.clients.find("crm") is None
        assert transaction.clients.listed() == [client]


def test_a_secret_is_not_shown_when_a_client_is():
    assert "dddd" not in repr(A_CLIENT)


def test_a_client_is_revoked_once(store: Store, client: Client, clock: HandClock):
    with store.writing() as transaction:
        assert transaction.clients.revoke("hr", clock.now)
        assert not transaction.clients.revoke("hr", clock.now + HOUR)
        assert not transaction.clients.revoke("crm", clock.now)
        found = transaction.clients.find("hr")
    assert found is not None
    assert found.revoked_at == NINE


@pytest.mark.parametrize(
    ("revoked", "asked", "void"),
    [
        ([], ["a"], False),
        (["a"], ["a"], True),
        (["a"], ["b"], False),
        (["family"], ["a", "family"], True),
        (["a", "a"], ["a"], True),
    ],
)
def test_a_token_is_void_once_it_or_its_family_was_revoked(
    store: Store, client: Client, revoked: list[str], asked: list[str], void: bool
):
    with store.writing() as transaction:
        for token_id in revoked:
            transaction.clients.revoke_token(token_id, expires_at=NINE + HOUR)
    assert is_void(store, asked[0], asked[-1]) is void
    assert is_void(store, asked[0], asked[-1], client_id="hr") is void


def test_the_tokens_of_a_client_are_void_once_it_is_revoked_or_gone(store: Store, client: Client):
    assert not is_void(store, "a", client_id="hr")
    assert is_void(store, "a", client_id="crm")
    with store.writing() as transaction:
        transaction.clients.revoke("hr", NINE)
    assert is_void(store, "a", client_id="hr")
    assert not is_void(store, "a")


def test_a_refresh_token_is_found_by_its_digest_only(store: Store, client: Client):
    with store.writing() as transaction:
        transaction.clients.add_refresh_token("digest", A_REFRESH_TOKEN)
    with store.reading() as transaction:
        assert transaction.clients.refresh_token("digest") == A_REFRESH_TOKEN
        assert transaction.clients.refresh_token("another") is None


def test_of_many_who_use_up_a_refresh_token_at_once_one_succeeds(store: Store, client: Client):
    with store.writing() as transaction:
        transaction.clients.add_refresh_token("digest", A_REFRESH_TOKEN)

    def use_up() -> bool:
        with store.writing() as transaction:
            return transaction.clients.use_up("digest", NINE)

    assert sorted(at_once([partial(use_up)] * 6)) == [False] * 5 + [True]


@pytest.mark.parametrize(("later", "forgotten"), [(HOUR, 0), (HOUR + INSTANT, 2)])
def test_what_expired_more_than_an_hour_ago_is_forgotten(
    store: Store, client: Client, later: timedelta, forgotten: int
):
    with store.writing() as transaction:
        transaction.clients.add_refresh_token("digest", A_REFRESH_TOKEN)
        transaction.clients.revoke_token("a", expires_at=A_REFRESH_TOKEN.expires_at)
        transaction.clients.revoke_token("b", expires_at=A_REFRESH_TOKEN.expires_at + HOUR)
    with store.writing() as transaction:
        now = A_REFRESH_TOKEN.expires_at + later
        assert transaction.clients.forget_expired(now, limit=10) == forgotten
    assert is_void(store, "b")


def test_what_has_expired_is_forgotten_some_at_a_time(store: Store, client: Client):
    with store.writing() as transaction:
        for number in range(5):
            transaction.clients.revoke_token(f"t{number}", expires_at=NINE)
        later = NINE + 2 * HOUR
        assert [transaction.clients.forget_expired(later, limit=2) for _ in range(4)] == [2, 2, 1, 0]
        left = transaction.connection.execute(
            select(func.count()).select_from(tables.revoked_token)
        ).scalar_one()
    assert left == 0

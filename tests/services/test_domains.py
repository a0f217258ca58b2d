"""Adding, changing and removing domains; removing one leaves nothing of it, and touches nothing of others."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.bookings import Booking
from domain.clients import Client, RefreshToken
from domain.feeds import Detail, new_feed
from domain.idempotency import Answer, Keyed
from domain.permissions import Permission, Role
from domain.refusals import DomainExists, DomainUnknown, NotADomainName, Refusal, ZoneUnknown
from domain.roster import Entry
from services import change_receiving, changes, domains, people, time_zones
from services.domains import Changes
from store import tables
from store.bookings import Key
from store.domain_contents import Contents
from store.store import Store
from tests.builders import NINE, SOMEBODY, a_draft, a_status, an_auto_reply, an_out_of_office
from tests.store.builders import add_domain_with_people, change, change_out_of_office, keep


def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows, by table."""
    with store.reading() as transaction:
        return {
            table.name: sorted(tuple(map(repr, row)) for row in transaction.connection.execute(select(table)))
            for table in tables.metadata.sorted_tables
            if table is not tables.removed_domain
        }


def fill(store: Store, name: str) -> int:
    """Make a domain with rows in every table, and return its number."""
    person, second = add_domain_with_people(store, 2, name)
    number = person.domain.id
    keep(store, second, a_status(id=f"uprofile-{name}", auto_reply=an_auto_reply()))
    with store.writing() as transaction:
        change(transaction, person.id, lambda *_: (a_status(id=f"uprofile-1-{name}"),), by=SOMEBODY)
        change_out_of_office(transaction, person.id, lambda _: an_out_of_office(), by=SOMEBODY)
        alias = {"email": f"alias@{name}", "person_id": person.id}
        transaction.connection.execute(tables.alias.insert().values(alias))
        transaction.accounts.add_login_name(person.id, f"login-{name}")
        transaction.accounts.grant(person.id, Role(Permission.DOMAIN_ADMIN, number))
        transaction.clients.add(
            Client(
                id=name,
                domain_id=number,
                name="HR",
                service_account=f"hr@{name}",
                scopes=frozenset(),
                public_key="",
                secret_digest="",
                token_lifetime=timedelta(days=1),
                rotates=True,
            )
        )
        token = RefreshToken(
            family=name, client_id=name, scopes=frozenset(), user_id=None, expires_at=NINE + timedelta(days=9)
        )
        transaction.clients.add_refresh_token(name, token)
        booking = Booking(person_id=person.id, status_id=f"uprofile-{name}", word=a_draft())
        transaction.bookings.save(Key(number, "hr", "V-1"), booking)
        for owner in (person, None):
            made = new_feed(person.domain, owner, Detail.BUSY, None, by="hr", now=transaction.now())
            transaction.feeds.add(made.feed)
        keyed = Keyed(id=name, domain_id=number, digest="")
        transaction.kept_answers.save(keyed, Answer(201, {}, b""), transaction.now())
    time_zones.follow_all(store, time_zones.outdated(store))
    booker = changes.Booker(domain_id=number, client="hr", author="hr")
    change_receiving.receive(store, booker).add([{"person": "nobody"}, {"person": f"u1@{name}"}])
    return number


#: Tables whose rows belong to no domain.
OF_ALL = {"revoked_token", "event_pruning"}


def test_what_belongs_to_the_domain_goes_and_what_belongs_to_others_stays(store: Store):
    fill(store, "example.com")
    before = rows(store)
    number = fill(store, "example.org")
    between = rows(store)
    assert not [name for name in before if len(between[name]) <= len(before[name]) and name not in OF_ALL]
    domains.remove(store, number)
    assert rows(store) == before


def test_who_administered_it_from_another_domain_does_so_no_more(store: Store):
    (administrator,) = add_domain_with_people(store, 1)
    number = fill(store, "example.org")
    with store.writing() as transaction:
        transaction.accounts.grant(administrator.id, Role(Permission.DOMAIN_ADMIN, number))
        transaction.accounts.grant(administrator.id, Role(Permission.DOMAIN_ADMIN, 1))
    domains.remove(store, number)
    with store.reading() as transaction:
        assert transaction.accounts.roles() == {administrator.id: {Role(Permission.DOMAIN_ADMIN, 1)}}


def test_no_other_domain_gets_its_number(store: Store):
    add_domain_with_people(store, 1)
    removed = fill(store, "example.org")
    domains.remove(store, removed)
    assert add_domain_with_people(store, 1, "example.net")[0].domain.id > removed


def test_it_is_counted_what_would_go(store: Store):
    number = fill(store, "example.org")
    add_domain_with_people(store, 3)
    found = domains.count(store, number).contents
    assert found == Contents(people=2, statuses=3, clients=1, events=found.events)
    assert found.events >= 1


def test_a_domain_that_is_not_there_cannot_be_removed(store: Store):
    with pytest.raises(DomainUnknown):
        domains.remove(store, 7)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        (Changes(name="fresh.example", zone="Asia/Soul"), ZoneUnknown),
        (Changes(name="EXAMPLE.org", zone="UTC"), DomainExists),
        (Changes(name="a b", statuses_are_on=False), NotADomainName),
    ],
)
def test_a_refused_change_of_a_domain_changes_nothing(store: Store, changes: Changes, refusal: type[Refusal]):
    add_domain_with_people(store, 1)
    add_domain_with_people(store, 1, "example.org")
    before = rows(store)
    with pytest.raises(refusal):
        domains.change(store, 1, changes, by=SOMEBODY)
    assert rows(store) == before


def test_the_first_domain_comes_with_its_people_and_once_only(store: Store):
    newcomers = [Entry(email="kim@example.com", name="Kim"), Entry(email="lee@example.com", name="Lee")]
    domains.add_first(store, "example.com", "Asia/Seoul", newcomers)
    domains.add_first(store, "example.org", "Asia/Seoul", newcomers)
    assert [domain.name for domain in domains.listed(store)] == ["example.com"]
    assert [person.name for person in people.everybody(store, 1)] == ["Kim", "Lee"]

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from domain.auto_reply import Audience, AutoReply, Reply
from domain.credentials import Bearer, Login
from domain.definitions import BUILT_IN, Definition
from domain.directory import Person, PersonReference, Whom
from domain.moments import Moment
from domain.permissions import AccessTarget, role
from domain.principals import Standing
from domain.refusals import MeIsNobody, PersonUnknown
from domain.status import Place, Status
from store import tables
from store.situations import Situation
from store.store import Store
from tests.builders import HOUR, INSTANT, NINE, SEOUL, a_reserved_status, a_status, a_whole_status
from tests.store.builders import SERVICE, add_domain_with_people, keep

LUNCH = Definition(
    profile_status_id="CUSTOM01",
    name='Mittag "kurz"',
    icon_type="EATING",
    display_order=9,
    is_for_everybody=False,
    names=(("ko_KR", "점심"), ("en_US", "Lunch")),
)
HTML = AutoReply(
    internal=Reply(body='<p class="x">Zurück\nam 16.</p>', is_html=True, subject="Abwesend"),
    external=Reply(body=None, sent_directly_to_me=True),
    audience=Audience.KNOWN,
)


def situation(store: Store, whom: Whom, *, locks: bool = False, by: Bearer | Login = SERVICE) -> Situation:
    """Bring the situation of a person, locked or not."""
    with store.writing() as transaction:
        bring = transaction.situations.lock if locks else transaction.situations.read
        return bring(by, whom)


def numbered(person: Person) -> Whom:
    return Whom(person.domain.id, PersonReference(number=person.id))


@pytest.mark.parametrize("locks", [False, True])
@pytest.mark.parametrize(
    "reference",
    [
        PersonReference(email="u1@example.com"),
        PersonReference(email="kim@example.com"),  # another address of theirs
        PersonReference(external_key="EMP 001"),
        PersonReference(number=1),
    ],
    ids=["address", "alias", "key", "number"],
)
def test_a_person_is_found_by_every_identifier(store: Store, reference: PersonReference, locks: bool):
    person = add_domain_with_people(store)[0]
    with store.writing() as transaction:
        transaction.connection.execute(
            tables.alias.insert().values(email="kim@example.com", person_id=person.id)
        )
    for meant in (reference, PersonReference(user_id=person.user_id)):
        assert situation(store, Whom(1, meant), locks=locks).person == person


@pytest.mark.parametrize("locks", [False, True])
@pytest.mark.parametrize(
    ("domain_id", "reference", "refusal"),
    [
        (2, PersonReference(email="u1@example.com"), PersonUnknown),
        (10**30, PersonReference(number=1), PersonUnknown),
        (1, PersonReference(number=10**30), PersonUnknown),
        (1, PersonReference(user_id="nobody"), PersonUnknown),
        (1, PersonReference(), PersonUnknown),
        (1, PersonReference(refusal=MeIsNobody), MeIsNobody),
    ],
)
def test_nobody_is_told_when_the_person_is_asked_for(
    store: Store, domain_id: int, reference: PersonReference, refusal: type[Exception], locks: bool
):
    """Whoever may not call at all must not learn that there is nobody."""
    add_domain_with_people(store)
    found = situation(store, Whom(domain_id, reference), locks=locks)
    assert found.statuses == ()
    with pytest.raises(refusal):
        _ = found.person


def test_a_deactivated_person_is_nobody(store: Store, person: Person):
    with store.writing() as transaction:
        gone = update(tables.person).where(tables.person.c.id == person.id).values(deactivated_at=NINE)
        transaction.connection.execute(gone)
    for locks in (False, True):
        assert situation(store, numbered(person), locks=locks).found is None


@pytest.mark.parametrize("locks", [False, True])
def test_statuses_are_brought_as_they_were_written(store: Store, person: Person, locks: bool):
    statuses = {
        a_whole_status(),
        a_status(id="html", message="부재중 🏖", place=Place.OOF, auto_reply=HTML, sequence=3),
        a_status(id="end", message="", ends_at=NINE + INSTANT, sequence=4),
        a_status(id="nobody's", place=None, sequence=5),
    }
    keep(store, person, *statuses)
    assert set(situation(store, numbered(person), locks=locks).statuses) == statuses


@pytest.mark.parametrize("year", [1, 1899, 2026, 9999])
def test_the_ends_of_the_calendar_are_brought_as_they_were_written(store: Store, person: Person, year: int):
    written: Status = replace(
        a_reserved_status(),
        in_force_at=NINE.replace(year=year),
        starts_at=Moment.of(NINE.replace(year=year).astimezone(SEOUL)),
        ends_at=Moment.of(NINE.replace(year=year) + HOUR),
    )
    keep(store, person, written)
    assert situation(store, numbered(person)).statuses == (written,)


def test_definitions_are_those_of_this_moment(store: Store, people: list[Person]):
    whom = numbered(people[0])
    assert situation(store, whom).definitions == BUILT_IN
    with store.writing() as transaction:
        transaction.definitions.add(1, [LUNCH])
    assert situation(store, whom).definitions == {**BUILT_IN, "CUSTOM01": LUNCH}
    with store.writing() as transaction:
        transaction.definitions.save(1, replace(LUNCH, is_for_everybody=True))
    assert situation(store, whom).definitions["CUSTOM01"].is_for_everybody
    with store.writing() as transaction:
        transaction.definitions.remove(1)
    assert situation(store, whom).definitions == {}


def test_the_caller_is_looked_up_with_their_roles(store: Store, people: list[Person]):
    with store.writing() as transaction:
        for granted in (role("DomainAdmin", "1"), role("SystemAdminRO"), role("OrgAdmin", "*")):
            transaction.accounts.grant(people[0].id, granted)
        transaction.accounts.set_password(people[0].id, "the hash")
        transaction.directory.save_domain(replace(people[0].domain, organisation_id=5))
    found = situation(store, numbered(people[1]), by=Login(people[0].user_id, ""))
    assert found.target == AccessTarget(1, 5)
    assert found.standing == Standing(
        domain_id=1,
        email=people[0].email,
        is_active=True,
        is_administrator=True,
        password_hash="the hash",  # noqa: S106 (it is none)
        roles=frozenset({role("DomainAdmin", "1"), role("SystemAdminRO"), role("OrgAdmin", "*")}),
    )


@pytest.mark.parametrize(
    ("revoked", "is_revoked"), [("token", True), ("family", True), ("client", True), ("other", False)]
)
def test_a_revoked_token_is_told(store: Store, people: list[Person], revoked: str, is_revoked: bool):
    bearer = replace(SERVICE, token_id="token", family="family")  # noqa: S106 (an id)
    with store.writing() as transaction:
        if revoked == "client":
            bearer = replace(bearer, client="unknown")
        else:
            transaction.clients.revoke_token(revoked, expires_at=NINE + timedelta(days=1))
    assert situation(store, numbered(people[0]), by=bearer).standing.is_revoked is is_revoked


def test_the_time_is_read_after_the_locks(postgresql_url: str):
    """On PostgreSQL the statement that locks the statuses also brings the time."""
    store = Store(postgresql_url)
    person = add_domain_with_people(store)[0]
    keep(store, person, a_status(), a_reserved_status())
    first = situation(store, numbered(person), locks=True).now
    second = situation(store, numbered(person), locks=True).now
    with store.reading() as transaction:
        third: datetime = transaction.now()
    store.close()
    assert first < second < third

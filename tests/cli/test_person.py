import pytest

from domain.refusals import PersonUnknown
from store.store import Store
from tests.builders import a_status
from tests.cli.terminal import Terminal
from tests.store.builders import add_domain_with_people, events_of, keep, statuses_of


def test_a_person_is_added_with_all_that_is_said(store: Store, terminal: Terminal):
    add_domain_with_people(store, 1)
    printed = terminal.run(
        *("person", "add", "--email", "Kim@Example.com", "--name", "김민준", "--external-key", "E 9"),
        *("--alias", "k@example.org", "--alias", "Min@example.org", "--administrator"),
    )
    with store.reading() as transaction:
        person = transaction.directory.with_address("min@example.org")
        aliases = transaction.directory.aliases([person])
    assert printed == f"{person.user_id}\n"
    assert (person.email, person.name, person.external_key) == ("kim@example.com", "김민준", "E 9")
    assert person.is_administrator
    assert aliases[person.id] == ("k@example.org", "min@example.org")


def test_only_a_mail_address_and_a_name_are_required(store: Store, terminal: Terminal):
    add_domain_with_people(store, 1)
    terminal.run("person", "add", "--email", "n@example.com", "--name", "New")
    with store.reading() as transaction:
        person = transaction.directory.with_address("n@example.com")
    assert (person.external_key, person.is_administrator) == (None, False)


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (
            ("u1@example.com",),
            "Domain 1 has a person with the address u1@example.com or the external key already.",
        ),
        (
            ("n@b.c", "--external-key", "EMP 001"),
            "Domain 1 has a person with the address n@b.c or the external key already.",
        ),
        (("n@b.c", "--alias", "u1@example.com"), "The address u1@example.com belongs to u1@example.com."),
        (("u1@example.org",), "The address u1@example.org belongs to somebody in another domain."),
        (("n",), "email: Not a mail address. n"),
        (
            ("n@b.c", "--external-key", "a/b"),
            "externalKey: An external key has at most 100 characters, none of them %, #, /, ?, a backslash or",
        ),
        (("n@b.c", "--domain", "9"), "There is no domain 9; ./presently domain list shows which there are."),
    ],
)
def test_a_mistake_is_one_line_and_adds_nobody(
    store: Store, terminal: Terminal, said: tuple[str, ...], line: str
):
    people = add_domain_with_people(store, 1)
    add_domain_with_people(store, 1, "example.org")
    assert terminal.mistake("person", "add", "--name", "New", "--email", *said)[0].startswith(line)
    with store.reading() as transaction:
        assert transaction.directory.people(1) == people


@pytest.mark.parametrize("address", ["u1@example.com", "U1@Example.com", "kim@example.com"])
def test_a_person_is_deactivated_by_any_address(store: Store, terminal: Terminal, address: str):
    terminal.run("domain", "add", "example.com", "--zone", "Asia/Seoul")
    terminal.run("person", "add", "--email", "u1@example.com", "--name", "Kim", "--alias", "kim@example.com")
    with store.reading() as transaction:
        person = transaction.directory.with_address("u1@example.com")
    keep(store, person, a_status())

    terminal.run("person", "deactivate", address)

    assert statuses_of(store, person) == []
    assert [event.actor for event in events_of(store, person)] == ["./presently person deactivate"]
    with store.reading() as transaction, pytest.raises(PersonUnknown):
        transaction.directory.with_address("u1@example.com")
    assert terminal.mistake("person", "deactivate", address)[0] == f"Nobody active has the address {address}."


def test_people_are_listed_with_what_is_special(store: Store, terminal: Terminal):
    add_domain_with_people(store, 2)
    terminal.run("person", "add", "--email", "n@example.com", "--name", "New")
    terminal.run("person", "deactivate", "u2@example.com")
    assert [" ".join(line.split()) for line in terminal.run("person", "list").splitlines()] == [
        "1 u1@example.com Person 1 EMP 001 administrator",
        "2 u2@example.com Person 2 EMP 002 deactivated",
        "3 n@example.com New -",
    ]
    assert "There is no domain 9" in terminal.mistake("person", "list", "--domain", "9")[0]

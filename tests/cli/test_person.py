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
    ("options", "line"),
    [
        (
            ("u1@example.com",),
            "Domain 1 already has a person with the address u1@example.com.",
        ),
        (
            ("n@b.c", "--external-key", "EMP 001"),
            "Domain 1 already has a person with the external key EMP 001.",
        ),
        (("n@b.c", "--alias", "u1@example.com"), "The address u1@example.com belongs to u1@example.com."),
        (("u1@example.org",), "The address u1@example.org belongs to somebody in another domain."),
        (("n",), "email: 'n' is not a mail address."),
        (
            ("n@b.c", "--external-key", "a/b"),
            "externalKey: An external key has at most 100 characters, none of them %, #, /, ?, a backslash or",
        ),
        (("n@b.c", "--domain", "9"), "There is no domain 9; ./presently domain list shows which there are."),
    ],
)
def test_a_mistake_is_one_line_and_adds_nobody(
    store: Store, terminal: Terminal, options: tuple[str, ...], line: str
):
    people = add_domain_with_people(store, 1)
    add_domain_with_people(store, 1, "example.org")
    assert terminal.mistake("person", "add", "--name", "New", "--email", *options)[0].startswith(line)
    with store.reading() as transaction:
        assert transaction.directory.people(1) == people


@pytest.mark.parametrize("address", ["u1@example.com", "U1@Example.com", "kim@example.com"])
def test_a_person_is_deactivated_by_any_address(store: Store, terminal: Terminal, address: str):
    terminal.run("domain", "add", "example.com", "--zone", "Asia/Seoul")
    terminal.run("person", "add", "--email", "u1@example.com", "--name", "Kim", "--alias", "kim@example.com")
    with store.reading() as transaction:
        person = transaction.directory.with_address("u1@example.com")
    keep(store, person, a_status())

    printed = terminal.run("person", "deactivate", address)

    assert printed == "u1@example.com is deactivated; 1 status ended.\n"
    assert statuses_of(store, person) == []
    assert [event.actor for event in events_of(store, person)] == ["./presently person deactivate"]
    with store.reading() as transaction, pytest.raises(PersonUnknown):
        transaction.directory.with_address("u1@example.com")
    assert terminal.mistake("person", "deactivate", address)[0] == f"Nobody active has the address {address}."


def test_people_are_listed_with_what_is_special(store: Store, terminal: Terminal):
    add_domain_with_people(store, 2)
    terminal.run("person", "add", "--email", "n@example.com", "--name", "New")
    terminal.run("person", "deactivate", "u2@example.com")
    terminal.run("person", "role", "u1@example.com", "SystemAdmin")
    terminal.run("person", "login-name", "u1@example.com", "kim")
    assert [" ".join(line.split()) for line in terminal.run("person", "list").splitlines()] == [
        "id address name external key marks roles login names",
        "1 u1@example.com Person 1 EMP 001 administrator SystemAdmin kim",
        "2 u2@example.com Person 2 EMP 002 deactivated - -",
        "3 n@example.com New - - - -",
    ]
    assert "There is no domain 9" in terminal.mistake("person", "list", "--domain", "9")[0]


def test_the_only_domain_is_the_default(store: Store, terminal: Terminal):
    add_domain_with_people(store, 1, "gone.example")
    add_domain_with_people(store, 1, "ours.example")
    terminal.run("domain", "remove", "1", "--yes")
    assert "u1@ours.example" in terminal.run("person", "list")


def test_roles_and_passwords_are_given_by_any_address(store: Store, terminal: Terminal):
    add_domain_with_people(store, 1)
    terminal.run("person", "set", "u1@example.com", "--alias", "kim@example.com")
    assert (
        terminal.run("person", "role", "Kim@example.com", "SystemAdmin") == "u1@example.com is SystemAdmin.\n"
    )


class TestActivate:
    def test_somebody_comes_back_and_begins_anew(self, store: Store, terminal: Terminal):
        (person,) = add_domain_with_people(store, 1)
        terminal.run("person", "login-name", "u1@example.com", "kim")
        terminal.run("person", "deactivate", "u1@example.com")
        printed = terminal.run("person", "activate", "U1@example.com")
        assert printed == "u1@example.com is active again, without password, roles and login names.\n"
        with store.reading() as transaction:
            assert transaction.directory.with_address("u1@example.com") == person
            assert transaction.accounts.named("kim") is None

    def test_who_is_active_keeps_everything(self, store: Store, terminal: Terminal):
        add_domain_with_people(store, 1)
        terminal.run("person", "login-name", "u1@example.com", "kim")
        assert (
            terminal.run("person", "activate", "u1@example.com") == "u1@example.com is active, as before.\n"
        )
        with store.reading() as transaction:
            assert transaction.accounts.named("kim") is not None

    def test_nobody_is_a_mistake(self, terminal: Terminal):
        assert terminal.mistake("person", "activate", "n@b.c")[0] == "Nobody has the address n@b.c."


class TestSet:
    def test_changes_what_is_said_and_keeps_the_rest(self, store: Store, terminal: Terminal):
        (person,) = add_domain_with_people(store, 1)
        keep(store, person, a_status())
        printed = terminal.run(
            *("person", "set", "u1@example.com", "--email", "Kim@Example.com", "--name", "Kim"),
            *("--external-key", "E 9", "--alias", "u1@example.com", "--no-administrator"),
        )
        assert printed == "u1@example.com: email, name, external key, aliases, administrator changed.\n"
        with store.reading() as transaction:
            found = transaction.directory.with_address("u1@example.com")
        assert (found.id, found.user_id) == (person.id, person.user_id)
        assert (found.email, found.name, found.external_key) == ("kim@example.com", "Kim", "E 9")
        assert not found.is_administrator
        assert len(statuses_of(store, person)) == 1

    def test_what_is_not_said_stays(self, store: Store, terminal: Terminal):
        add_domain_with_people(store, 1)
        printed = terminal.run("person", "set", "u1@example.com", "--name", "Kim")
        assert printed == "u1@example.com: name changed.\n"
        with store.reading() as transaction:
            person = transaction.directory.with_address("u1@example.com")
        assert (person.external_key, person.is_administrator) == ("EMP 001", True)
        printed = terminal.run("person", "set", "u1@example.com", "--name", "Kim")
        assert printed == "u1@example.com: nothing changed.\n"

    def test_an_empty_key_or_alias_takes_it_away(self, store: Store, terminal: Terminal):
        add_domain_with_people(store, 1)
        terminal.run(
            "person", "set", "u1@example.com", "--alias", "k@example.com", "--alias", "l@example.com"
        )
        terminal.run("person", "set", "k@example.com", "--alias", "", "--external-key", "")
        with store.reading() as transaction:
            person = transaction.directory.with_address("u1@example.com")
            assert transaction.directory.aliases([person]) == {person.id: ()}
        assert person.external_key is None

    def test_somebody_who_is_deactivated_stays_so(self, store: Store, terminal: Terminal):
        add_domain_with_people(store, 1)
        terminal.run("person", "deactivate", "u1@example.com")
        terminal.run("person", "set", "u1@example.com", "--name", "Kim")
        assert "deactivated" in terminal.run("person", "list")

    @pytest.mark.parametrize(
        ("options", "line"),
        [
            (("--email", "u2@example.com"), "The address u2@example.com belongs to u2@example.com."),
            (
                ("--alias", "u1@example.org"),
                "The address u1@example.org belongs to somebody in another domain.",
            ),
            (("--external-key", "EMP 002"), "The external key EMP 002 belongs to u2@example.com."),
            (("--email", "n"), "email: 'n' is not a mail address."),
            (("--name", " "), "name: "),
            ((), "Give what to change: --email, --name, --external-key, --alias or --administrator."),
        ],
    )
    def test_a_mistake_is_one_line_and_changes_nothing(
        self, store: Store, terminal: Terminal, options: tuple[str, ...], line: str
    ):
        people = add_domain_with_people(store, 2)
        add_domain_with_people(store, 1, "example.org")
        assert terminal.mistake("person", "set", "u1@example.com", *options)[0].startswith(line)
        with store.reading() as transaction:
            assert transaction.directory.people(1) == people

"""`./presently person`: who may log in, and what they may administer."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli import demo_administrator
from cli.app import build
from cli.mistakes import Mistake
from config.settings import Settings
from domain.directory import Person
from domain.permissions import role
from security import passwords
from store.accounts import Account
from store.store import Store

MAIL = "u1@example.com"


@pytest.fixture
def operated(store_url: str, people: list[Person], store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Open the store of the commands; it has ten people."""
    assert people
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", store_url)
    return store


def printed(*arguments: str, typed: str = "") -> str:
    """Return the output of the command.

    Raises:
        Mistake: it was the operator's.
    """
    result: Result = CliRunner().invoke(build(["person", *arguments]), ["person", *arguments], input=typed)
    if isinstance(result.exception, Mistake):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def account(store: Store, name: str = MAIL) -> Account:
    with store.reading() as transaction:
        found = transaction.accounts.named(name)
    assert found is not None
    return found


@pytest.mark.parametrize("ending", ["\n", "\r\n", "", "\nsecond line\n"])
def test_a_password_is_read_from_standard_input(operated: Store, ending: str):
    assert printed("password", MAIL, typed=f"correct horse{ending}") == f"{MAIL} has a new password.\n"
    assert passwords.verify_password("correct horse", account(operated).password_hash)


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        ("x" * 7, False),
        ("x" * 8, True),
        ("x" * 1000, True),
        ("x" * 1001, False),
        ("", False),
        ("tab\tinside", False),
    ],
)
def test_a_password_has_eight_to_a_thousand_characters(operated: Store, password: str, is_taken: bool):
    if is_taken:
        printed("password", MAIL, typed=password)
    else:
        with pytest.raises(Mistake, match="8 to 1000"):
            printed("password", MAIL, typed=password)
    assert (account(operated).password_hash is not None) is is_taken


def test_a_password_cannot_stand_in_the_arguments(operated: Store):
    result = CliRunner().invoke(build(["person"]), ["person", "password", MAIL, "correct horse"])
    assert result.exit_code == 2
    assert account(operated).password_hash is None


def test_a_role_is_given_and_taken_and_both_can_be_repeated(operated: Store):
    assert printed("role", MAIL, "DomainAdmin", "1") == f"{MAIL} is DomainAdmin 1.\n"
    assert printed("role", MAIL, "DomainAdmin", "1") == f"{MAIL} is DomainAdmin 1, as before.\n"
    printed("role", MAIL.upper(), "systemadmin")
    assert account(operated).administrator.roles == {role("DomainAdmin", "1"), role("SystemAdmin")}
    assert printed("role", MAIL, "DomainAdmin", "1", "--remove") == f"{MAIL} is not DomainAdmin 1.\n"
    assert (
        printed("role", MAIL, "DomainAdmin", "1", "--remove") == f"{MAIL} is not DomainAdmin 1, as before.\n"
    )
    assert account(operated).administrator.roles == {role("SystemAdmin")}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("role", MAIL, "Owner"), "Owner is no permission; there are SystemAdmin,"),
        (("role", MAIL, "DomainAdmin"), "DomainAdmin takes a number, or \\* for all, not nothing"),
        (("role", MAIL, "DomainAdmin", "example.com"), "not example.com"),
        (("role", MAIL, "SystemAdmin", "1"), "SystemAdmin takes nothing, not 1"),
        (("role", MAIL, "DomainAdmin", "77"), "There is no domain 77"),
        (
            ("role", "nobody@example.com", "SystemAdmin"),
            "Nobody has nobody@example.com as address or login name",
        ),
        (("password", "nobody@example.com"), "Nobody has nobody@example.com as address or login name"),
        (
            ("login-name", "nobody@example.com", "boss"),
            "Nobody has nobody@example.com as address or login name",
        ),
        (("login-name", MAIL, "boss@example.com"), "no @"),
        (("login-name", MAIL, " "), "printable"),
    ],
)
@pytest.mark.usefixtures("operated")
def test_a_mistake_says_what_would_be_right(arguments: tuple[str, ...], complaint: str):
    with pytest.raises(Mistake, match=complaint):
        printed(*arguments, typed="correct horse")


def test_a_login_name_is_one_persons(operated: Store):
    assert printed("login-name", MAIL, "Boss") == f"{MAIL} logs in as boss.\n"
    printed("login-name", MAIL, "boss")
    with pytest.raises(Mistake, match=f"boss is already the login name of {MAIL}"):
        printed("login-name", "u2@example.com", "BOSS")
    printed("login-name", "u2@example.com", "boss", "--remove")
    assert account(operated, "boss").person.email == MAIL
    assert printed("login-name", MAIL, "boss", "--remove") == f"{MAIL} does not log in as boss.\n"
    with operated.reading() as transaction:
        assert transaction.accounts.named("boss") is None


def test_without_a_store_it_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "cli", "person", "role", MAIL, "SystemAdmin"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(
        f"presently: PRESENTLY_DATA: there is no {tmp_path}/presently.db; ./presently run"
    )
    assert not list(tmp_path.iterdir())


def test_the_demos_administrator_has_a_password_that_only_the_owner_reads(
    store: Store, people: list[Person], tmp_path: Path
):
    folder = tmp_path / "data"
    folder.mkdir()
    settings = Settings(_env_file=None, data=folder)
    assert demo_administrator.password(settings) is None
    demo_administrator.prepare(settings, store, people[0].domain, "u10@example.com")
    password = demo_administrator.password(settings)
    demo_administrator.prepare(settings, store, people[0].domain, "u10@example.com")
    assert demo_administrator.password(settings) == password
    assert password is not None
    assert len(password) == 20
    [file] = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    kept = account(store, "u10@example.com")
    assert passwords.verify_password(password, kept.password_hash)
    assert kept.administrator.roles == {role("DomainAdmin", "1")}

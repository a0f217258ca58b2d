"""`./presently client` and `./presently key`."""

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import ECKey, RSAKey
from typer.testing import CliRunner, Result

from cli import demo, demo_client
from cli.app import build
from cli.mistakes import Mistake
from config.settings import Settings
from domain.clients import digest
from domain.credentials import Scope
from security import signing_keys
from store.store import Store
from tests.store.builders import add_domain_with_people

Run = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of the commands, with a store that has a domain."""
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", sqlite_url)
    monkeypatch.delenv("PRESENTLY_SIGNING_KEY", raising=False)
    return Settings(_env_file=None)


@pytest.fixture
def kept(settings: Settings) -> Iterator[Store]:
    store = Store(settings.store_url)
    add_domain_with_people(store, count=1)
    yield store
    store.close()


@pytest.fixture
def run(kept: Store) -> Run:
    """Return a function that runs a command, and raises its `Mistake`."""

    def running(*arguments: str) -> Result:
        result = CliRunner().invoke(build([*arguments]), arguments)
        if isinstance(result.exception, Mistake):
            raise result.exception
        return result

    return running


def a_short_key() -> bytes:
    public = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505 (that is the point)
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def added(run: Run, *options: str) -> dict[str, Any]:
    done = run("client", "add", "--name", "HR", *options)
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def test_a_client_that_is_added_is_told_what_it_needs(run: Run, kept: Store, settings: Settings):
    printed = added(run)
    assert set(printed) == {"id", "secret", "serviceAccount", "privateKeyFile"}
    with kept.reading() as transaction:
        client = transaction.clients.find(printed["id"])
    assert client is not None
    assert client.secret_digest == digest(printed["secret"])
    assert client.service_account == printed["serviceAccount"]
    assert client.scopes == frozenset({Scope.USER, Scope.DIRECTORY})
    assert printed["serviceAccount"].endswith(".serviceaccount@example.com")
    assert (client.token_lifetime.total_seconds(), client.rotates) == (86400, True)
    key_file = Path(printed["privateKeyFile"])
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    private = RSAKey.import_key(key_file.read_text())
    assert private.as_pem(private=False).decode() == client.public_key


def test_what_is_chosen_of_a_client_holds(run: Run, kept: Store, tmp_path: Path):
    file = tmp_path / "hr.pem"
    options = ["--scopes", "user.read,directory.read", "--no-rotate", "--lifetime", "3600"]
    printed = added(run, *options, "--private-key-file", str(file))
    assert printed["privateKeyFile"] == str(file)
    with kept.reading() as transaction:
        client = transaction.clients.find(printed["id"])
    assert client is not None
    assert client.scopes == frozenset({Scope.USER_READ, Scope.DIRECTORY_READ})
    assert not client.rotates
    assert client.token_lifetime.total_seconds() == 3600


def test_a_client_can_bring_its_public_key(run: Run, kept: Store, tmp_path: Path):
    key = RSAKey.generate_key(2048)
    file = tmp_path / "public.pem"
    file.write_bytes(key.as_pem(private=False))
    printed = added(run, "--public-key", str(file))
    assert printed["privateKeyFile"] is None
    with kept.reading() as transaction:
        client = transaction.clients.find(printed["id"])
    assert client is not None
    assert client.public_key == key.as_pem(private=False).decode()


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        (RSAKey.generate_key(2048).as_pem(private=True), "private key"),
        (a_short_key(), "1024 bits"),
        (ECKey.generate_key("P-256").as_pem(private=False), "no RSA public key"),
        (b"sesame", "no RSA public key"),
        (b"", "no RSA public key"),
        (b"\xff", "cannot be read"),
    ],
)
def test_a_key_that_will_not_do_is_refused(run: Run, tmp_path: Path, written: bytes, complaint: str):
    file = tmp_path / "key.pem"
    file.write_bytes(written)
    with pytest.raises(Mistake, match=complaint):
        run("client", "add", "--name", "HR", "--public-key", str(file))


def test_a_key_that_is_there_is_not_overwritten_and_then_there_is_no_client(
    run: Run, kept: Store, tmp_path: Path
):
    file = tmp_path / "hr.pem"
    file.write_text("precious")
    with pytest.raises(Mistake, match="exists already"):
        run("client", "add", "--name", "HR", "--private-key-file", str(file))
    assert file.read_text() == "precious"
    with kept.reading() as transaction:
        assert transaction.clients.listed() == []


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--scopes", "bot"], "--scopes takes one or more of"),
        (["--scopes", ""], "--scopes takes one or more of"),
        (["--domain", "7"], "no domain 7"),
        (["--name", ""], "--name takes 1 to 100 characters"),
        (["--name", "x" * 101], "--name takes 1 to 100 characters"),
        (["--name", "a\nb"], "--name takes 1 to 100 characters"),
        (["--public-key", "nowhere.pem"], "nowhere.pem cannot be read"),
        (["--public-key", "x", "--private-key-file", "y"], "--private-key-file is for a generated key"),
    ],
)
def test_a_mistake_is_told_in_a_line(run: Run, options: list[str], complaint: str):
    with pytest.raises(Mistake, match=complaint):
        run("client", "add", *([] if "--name" in options else ["--name", "HR"]), *options)


def test_a_lifetime_is_an_hour_or_a_day(run: Run):
    assert run("client", "add", "--name", "HR", "--lifetime", "7200").exit_code == 2


def test_clients_are_listed_without_their_secrets(run: Run):
    assert "no client yet" in run("client", "list").stdout
    printed = [added(run), added(run, "--no-rotate")]
    shown = run("client", "list").stdout
    for client in printed:
        assert client["id"] in shown
        assert client["serviceAccount"] in shown
        assert client["secret"] not in shown
        assert digest(client["secret"]) not in shown


def test_a_client_is_revoked_once(run: Run, kept: Store):
    printed = added(run)
    assert "revoked" in run("client", "revoke", printed["id"]).stdout
    with kept.reading() as transaction:
        client = transaction.clients.find(printed["id"])
    assert client is not None
    assert client.revoked_at is not None
    for name in (printed["id"], "nobody"):
        with pytest.raises(Mistake, match=f"no client {name} to revoke"):
            run("client", "revoke", name)


def test_a_key_is_put_before_the_old_ones(run: Run, settings: Settings):
    old = signing_keys.open_key_ring(settings.signing_key, settings.signing_key_file).current()[0]
    assert run("key", "rotate").exit_code == 0
    keys = signing_keys.open_key_ring(settings.signing_key, settings.signing_key_file).current()
    assert (len(keys), keys[1].kid) == (2, old.kid)
    assert stat.S_IMODE(settings.signing_key_file.stat().st_mode) == 0o600
    assert run("key", "rotate", "--drop-old").exit_code == 0
    kept = signing_keys.open_key_ring(settings.signing_key, settings.signing_key_file).current()
    assert len(kept) == 1
    assert kept[0].kid not in {key.kid for key in keys}


def test_a_key_that_is_set_is_not_written_but_told(
    run: Run, settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    old = signing_keys.generate()
    monkeypatch.setenv("PRESENTLY_SIGNING_KEY", json.dumps(old.as_dict(private=True)))
    printed = run("key", "rotate").stdout
    assert "\n" not in printed.strip()
    keys = signing_keys.parse(printed)
    assert (len(keys), keys[1].kid) == (2, old.kid)
    assert not settings.signing_key_file.exists()


def test_the_demo_has_a_client_that_only_the_owner_can_read(settings: Settings):
    demo.prepare(settings)
    printed = demo_client.read(settings)
    assert printed is not None
    files = [settings.data / "demo-client.json", Path(printed["privateKeyFile"])]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
    store = Store(settings.store_url)
    with store.reading() as transaction:
        (client,) = transaction.clients.listed()
    store.close()
    assert (client.id, client.secret_digest) == (printed["id"], digest(printed["secret"]))
    assert printed["secret"] not in repr(client)


def test_a_second_start_keeps_the_client_of_the_demo_and_a_new_store_gets_another(
    settings: Settings, kept: Store
):
    demo.prepare(settings)
    printed = demo_client.read(settings)
    demo.prepare(settings)
    assert demo_client.read(settings) == printed
    with kept.writing() as transaction:
        transaction.connection.exec_driver_sql("DELETE FROM client")
    demo.prepare(settings)
    assert demo_client.read(settings) != printed


def test_a_domain_of_somebody_elses_gets_no_client(settings: Settings):
    store = Store(settings.store_url)
    add_domain_with_people(store, count=1, name="acme.test")
    demo.prepare(settings)
    with store.reading() as transaction:
        assert transaction.clients.listed() == []
    store.close()
    assert demo_client.read(settings) is None

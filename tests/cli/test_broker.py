import socket
import stat
from urllib.parse import urlsplit

import pytest
from redis import AuthenticationError, Redis

from cli import broker, ports


@pytest.fixture
def prepare(tmp_path):
    return lambda: broker.prepare(tmp_path / "broker", tmp_path / "broker-url")


def test_nobody_but_its_owner_can_read_its_password(prepare, tmp_path):
    prepare()

    for file in (tmp_path / "broker-url", tmp_path / "broker" / broker.CONFIGURATION):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_second_start_finds_it_where_it_was(prepare):
    assert prepare() == prepare()


def test_when_its_port_is_taken_it_moves_to_another_one_with_the_same_password(prepare, tmp_path):
    first = prepare()
    with socket.create_server((ports.LOOPBACK, first.port)):
        second = prepare()

    assert second.port != first.port
    assert second.password == first.password
    assert (tmp_path / "broker-url").read_text().strip() == second.url


def test_each_one_has_a_password_of_its_own(tmp_path):
    passwords = {broker.prepare(tmp_path / name, tmp_path / f"{name}-url").password for name in "ab"}

    assert len(passwords) == 2
    assert min(map(len, passwords)) > 40


def test_it_answers_nobody_without_the_password(broker_url):
    port = urlsplit(broker_url).port
    assert port is not None

    with Redis(port=port) as stranger, pytest.raises(AuthenticationError):
        stranger.ping()


def test_it_keeps_what_it_is_given_on_disk(broker_url):
    with Redis.from_url(broker_url) as client:
        assert client.config_get("appendonly") == {"appendonly": "yes"}

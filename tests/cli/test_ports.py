import socket

import pytest

from cli import ports
from cli.mistakes import Mistake
from config.settings import Settings


@pytest.fixture
def taken():
    """Return a port on which a socket listens."""
    with socket.create_server((ports.LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def settings(**chosen: object) -> Settings:
    return Settings.model_validate({"port": ports.any_free(), "flower_port": ports.any_free(), **chosen})


def test_free_ports_are_no_mistake_and_stay_free():
    chosen = settings()

    ports.require_free(chosen)

    assert ports.is_free(chosen.port)
    assert ports.is_free(chosen.flower_port)


@pytest.mark.parametrize(("name", "variable"), [("port", "PORT"), ("flower_port", "FLOWER_PORT")])
def test_a_taken_port_is_named_with_the_variable_that_changes_it(taken, name, variable):
    with pytest.raises(Mistake, match=rf"Port {taken} is taken .* set PRESENTLY_{variable} "):
        ports.require_free(settings(**{name: taken}))


def test_the_same_port_for_both_is_taken_too():
    port = ports.any_free()

    with pytest.raises(Mistake, match=f"Port {port} is taken"):
        ports.require_free(settings(port=port, flower_port=port))


def test_a_host_that_is_not_this_machine_is_named():
    with pytest.raises(Mistake, match=r"PRESENTLY_HOST: 192\.0\.2\.1 "):
        ports.require_free(settings(host="192.0.2.1"))


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("localhost", "http://localhost:8000"),
        # A server that listens everywhere is reached at loopback…
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 — nothing is bound here
        ("::", "http://[::1]:8000"),
        # …and an address with colons needs brackets.
        ("fd00::1", "http://[fd00::1]:8000"),
    ],
)
def test_a_program_on_this_machine_reaches_a_port_at(host, url):
    assert ports.url(host, 8000) == url

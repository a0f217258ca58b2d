import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from cli import ports, ready
from config.settings import Settings


class Answer(BaseHTTPRequestHandler):
    """Answers `/readyz` and `/healthcheck` as its server is configured."""

    def do_GET(self) -> None:
        self.send_response(self.server.status if self.path == "/readyz" else HTTPStatus.OK)  # type: ignore[attr-defined]  # set below
        self.end_headers()
        self.wfile.write(b'{"missing": "beat"}')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server():
    """Return a server that stands in for API and Flower."""
    server = HTTPServer((ports.LOOPBACK, 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def asked(api: int, flower: int) -> str | None:
    return ready.what_is_missing(Settings(port=api, flower_port=flower))


def test_nothing_is_missing_when_both_answer(server):
    server.status = HTTPStatus.OK

    assert asked(server.server_port, server.server_port) is None


def test_what_the_api_says_is_missing_is_passed_on(server):
    server.status = HTTPStatus.SERVICE_UNAVAILABLE

    assert asked(server.server_port, server.server_port) == 'The API is not ready: {"missing": "beat"}'


def test_an_api_that_does_not_answer_is_missing(server):
    nobody = ports.any_free()

    assert asked(nobody, server.server_port) == f"The API does not answer at http://127.0.0.1:{nobody}."


def test_a_flower_that_does_not_answer_is_missing(server):
    server.status = HTTPStatus.OK
    nobody = ports.any_free()

    assert asked(server.server_port, nobody) == f"Flower does not answer at http://127.0.0.1:{nobody}."

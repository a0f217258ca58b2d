"""What supervisor does by itself."""

import inspect
from contextlib import suppress

import pytest
from supervisor import options
from supervisor.loggers import Handler
from supervisor.process import Subprocess
from supervisor.supervisord import Supervisor

RUN = inspect.getsource(Supervisor.runforever)


def test_supervisor_poll():
    assert "timeout = 1 " in RUN


def test_supervisor_first_start():
    assert RUN.index("poller.poll(timeout)") < RUN.index("group.transition()")


def test_supervisor_backoff():
    assert "self.delay = now + self.backoff\n" in inspect.getsource(Subprocess.change_state)


def test_supervisor_orphans():
    assert "signal" not in inspect.getsource(Subprocess.finish)


def test_supervisor_parent_death():
    assert "pdeathsig" not in inspect.getsource(options).lower()


def test_supervisor_log_errors(capsys: pytest.CaptureFixture[str]):
    with suppress(ZeroDivisionError):
        try:
            _ = 1 / 0
        finally:
            Handler().handleError()
    assert "Traceback" in capsys.readouterr().err

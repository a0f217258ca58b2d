"""Saying loudly, at the end of the test run, that nothing was tried in a browser."""

import pytest

from tests.browser import chromium

_DID_NOT_RUN = "THE BROWSER PART DID NOT RUN"


@pytest.fixture(autouse=True)
def browser(request: pytest.FixtureRequest) -> None:
    """Have a browser, or skip the test and have it said loudly."""
    try:
        chromium.program()
    except chromium.ChromiumIsMissing as reason:
        request.config.stash[_REASON] = str(reason)
        pytest.skip(f"{_DID_NOT_RUN}: {reason}")


_REASON = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say it where nobody overlooks it."""
    if reason := config.stash.get(_REASON, None):
        terminalreporter.write_sep("!", _DID_NOT_RUN, red=True, bold=True)
        terminalreporter.write_line(f"{reason} Install it: apt-get install -y chromium")

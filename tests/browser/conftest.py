"""Reports at the end of the test run if the browser tests were skipped."""

import pytest

from tests.browser import chromium

_DID_NOT_RUN = "THE BROWSER PART DID NOT RUN"


@pytest.fixture(autouse=True)
def browser(request: pytest.FixtureRequest) -> None:
    """Require a browser, or skip the test and report that at the end."""
    try:
        chromium.program()
    except chromium.ChromiumIsMissing as reason:
        request.config.stash[_REASON] = str(reason)
        pytest.skip(f"{_DID_NOT_RUN}: {reason}")


_REASON = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Report the skipped tests in the summary."""
    if reason := config.stash.get(_REASON, None):
        terminalreporter.write_sep("!", _DID_NOT_RUN, red=True, bold=True)
        terminalreporter.write_line(f"{reason} Install it: apt-get install -y chromium")

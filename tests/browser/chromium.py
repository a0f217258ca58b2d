"""Headless Chromium: opens a page, waits until the page is idle, and returns its content."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-popup-blocking",
    # As without internet: only names of this machine resolve.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
#: The virtual time of a page, in milliseconds; it stops while the page waits for a response.
_TIME_IN_THE_PAGE: Final = 300_000
_PATIENCE_SECONDS: Final = 120


class ChromiumIsMissing(Exception):
    """There is no Chromium on this machine, and it could not be installed."""

    def __str__(self) -> str:
        return self.__doc__ or ""


@dataclass(frozen=True)
class Shown:
    """The final content of a page, and the hosts that it sent requests to."""

    document: str
    hosts: frozenset[str]


@cache
def program() -> str:
    """Return the program, installed first if needed and allowed.

    Raises:
        ChromiumIsMissing: there is none.
    """
    found = _find()
    if found is None and os.geteuid() == 0 and (apt := shutil.which("apt-get")):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run([apt, "install", "-y", "chromium"], env=environment, check=False, capture_output=True)
        found = _find()
    if found is None:
        raise ChromiumIsMissing
    return found


def show(url: str, folder: Path, *, width: int = 800, height: int = 600) -> Shown:
    """Return the final content of the page at `url`, in a window of this size in pixels.

    The browser's profile is in `folder`, which is new.
    """
    log = folder / "network.json"
    command = [
        program(),
        *_FLAGS,
        f"--user-data-dir={folder / 'profile'}",
        f"--log-net-log={log}",
        f"--window-size={width},{height}",
        f"--virtual-time-budget={_TIME_IN_THE_PAGE}",
        "--dump-dom",
        url,
    ]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return Shown(done.stdout, frozenset(_hosts(json.loads(log.read_text()))))


def _find() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


def _hosts(log: dict[str, Any]) -> Iterator[str]:
    """Yield the hosts that pages sent requests to; the browser's own requests belong to no page."""
    started = log["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    for event in log["events"]:
        asked = event.get("params", {})
        if event["type"] == started and asked.get("initiator", "").startswith("http"):
            yield urlsplit(asked["url"]).netloc

"""Flower's list of tasks in a real browser: the important columns are visible without scrolling."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pytest

from harness.waiting import wait_until
from tests.browser import chromium
from tests.journey.deployment import FLOWER_LOGIN, Deployment, built
from tests.journey.person import PersonClient
from tests.store.builders import add_domain_with_people

#: The list has the window's width without the margins.
_MARGINS: Final = 50


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Make a deployment in which everything runs."""
    folder = tmp_path_factory.mktemp("deployment")
    with built(folder / "data", f"sqlite:///{folder / 'presently.db'}") as deployment:
        add_domain_with_people(deployment.store)
        deployment.start_what_is_missing()
        yield deployment


@pytest.fixture(scope="module")
def list_url(deployment: Deployment) -> str:
    """Return the URL of Flower's list of tasks; two tasks have carried out something."""
    starts_at = deployment.second(timedelta(seconds=5))  # still ahead when a busy machine takes the request
    status_id = PersonClient(deployment, 1).reserve(starts_at, starts_at + timedelta(seconds=1))
    wait_until(lambda: deployment.flower.get("/api/tasks").text.count(status_id) == 2)
    name, password = map(quote, FLOWER_LOGIN)
    return str(deployment.flower.base_url.join("/tasks")).replace("//", f"//{name}:{password}@")


# A full HD screen, a laptop's, and half of the first.
@pytest.mark.parametrize("width", [1920, 1300, 1024])
def test_how_many_and_how_late_is_seen_without_scrolling(list_url: str, tmp_path: Path, width: int):
    document = chromium.show(list_url, tmp_path, width=width).document
    assert re.findall(r">(1 (?:promoted|disabled), \d+\.\d ms late)<", document), document
    shown = "uuid" if width >= 1300 else "received"
    assert right_edges(document)[shown] <= width - _MARGINS


def right_edges(document: str) -> dict[str, float]:
    """Return where each column ends, in pixels, from the widths that the list's library writes."""
    (head,) = re.findall(r'class="dataTables_scrollHeadInner"(.+?)</table>', document, re.DOTALL)
    whole = float(re.findall(r"[ ;]width: ([\d.]+)px", head)[0])
    columns = re.findall(r'data-column="(\w+)".+?width: ([\d.]+)px', head)
    padding = (whole - sum(float(width) for _, width in columns)) / len(columns)
    ends = accumulate(float(width) + padding for _, width in columns)
    return dict(zip((name for name, _ in columns), ends, strict=True))

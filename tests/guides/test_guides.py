"""README's screens and each guide work as they stand there, and print what they show."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from config.settings import ROOT
from tests.cli.test_run import Deployment, running_deployment
from tests.guides.document import Step, is_as_shown, run, section

GUIDES: Final = sorted((ROOT / "docs" / "guides").glob("*.md"))


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Run a deployment with the demo."""
    with running_deployment(tmp_path_factory.mktemp("deployment")) as started:
        yield started


def test_the_first_screen_and_both_protocols_are_as_readme_says(deployment: Deployment, tmp_path: Path):
    readme = (ROOT / "README.md").read_text()
    screens = readme.partition("\n## ")[0] + section(readme, "Two protocols, one store")
    # Of the first screen, the times are those of the day on which it was written.
    assert unlike(_THEN.sub("…", screens), deployment, tmp_path) == []


#: A time of the first screen: of a clock, or of the day on which it was written.
_THEN: Final = re.compile(r"2026-11-20T[\d:+]+|^\d\d:\d\d:\d\d", re.MULTILINE)


def test_the_year_is_booked_as_readme_says(deployment: Deployment, tmp_path: Path):
    assert unlike(section((ROOT / "README.md").read_text(), "Book the year"), deployment, tmp_path) == []


# After README's steps, as a reader comes to them.
@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_a_guide_works_as_it_stands_there(guide: Path, deployment: Deployment, tmp_path: Path):
    assert unlike(guide.read_text(), deployment, tmp_path) == []


def unlike(text: str, deployment: Deployment, folder: Path) -> list[tuple[str, str]]:
    """Run the commands of a document; return those that print something else than it shows, with what they print."""
    url = f"http://127.0.0.1:{deployment.settings.port}"
    done = run(text, folder, deployment.environment, url=url)
    return [(step.commands, printed) for step, printed in done if _is_unlike(step, printed)]


def _is_unlike(step: Step, printed: str) -> bool:
    return step.shown is not None and not is_as_shown(printed, step.shown)

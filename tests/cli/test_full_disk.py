"""The messages if nothing can be written: a full disk, a read-only folder, a path that is no folder."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from cli import ports
from config.settings import ROOT
from harness.processes import running
from harness.waiting import wait_until
from store import migrate
from store.store import Store
from tests.store.builders import add_domain_with_people

CLI = (sys.executable, "-m", "cli")
KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of four megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={4 * MEGABYTE}", "tmpfs", str(folder))
    yield folder
    subprocess.run(["/bin/umount", "--lazy", folder], check=True)


def _mount(*arguments: str) -> None:
    done = subprocess.run(["/bin/mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"NOT TRIED: a small file system cannot be mounted here ({done.stderr.strip()})")


def fill(disk: Path, *, leaving: int) -> Path:
    """Fill a disk except for so many bytes; return the file to delete to make room."""
    filling = disk / "filling"
    free = os.statvfs(disk)
    filling.write_bytes(bytes(free.f_bavail * free.f_frsize - leaving))
    return filling


def environment(data: Path, **variables: str) -> dict[str, str]:
    """Return an environment with this data folder, free ports and no other settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PRESENTLY_")}
    chosen = {
        "PRESENTLY_DATA": str(data),
        "PRESENTLY_PORT": str(ports.any_free()),
        "PRESENTLY_FLOWER_PORT": str(ports.any_free()),
    }
    return inherited | chosen | variables


def line_of(*verb: str, given: Mapping[str, str]) -> str:
    """Return the last line of a verb's output."""
    done = subprocess.run(
        [*CLI, *verb], cwd=ROOT, env=given, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert done.stderr.startswith("presently: ")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.mark.parametrize("leaving", [0, 8 * KILOBYTE, 64 * KILOBYTE, 900 * KILOBYTE])
def test_run_on_a_full_disk_says_so_in_a_line(small_disk: Path, leaving: int):
    fill(small_disk, leaving=leaving)
    assert "No space left on device" in line_of("run", given=environment(small_disk / "data"))


def test_a_disk_that_fills_up_while_run_starts_ends_it_with_a_line(small_disk: Path):
    data = small_disk / "data"
    with subprocess.Popen(
        [*CLI, "run"], cwd=ROOT, env=environment(data), stderr=subprocess.PIPE, text=True
    ) as process:
        wait_until((data / "supervisor.pid").exists)
        fill(small_disk, leaving=0)
        _, printed = process.communicate(timeout=60)
    assert process.returncode == 1
    # Before it, another line may say that the logs cannot be written.
    line = printed.splitlines()[-1]
    assert line.startswith(f"presently: PRESENTLY_DATA: the disk of {data} is full; make room (No space left")


@pytest.mark.parametrize(
    "verb",
    [
        ("migrate",),
        ("key", "rotate"),
        ("client", "add", "--name", "HR"),
        ("people", "export", "people.csv"),
        ("backup", "backup.csv"),
    ],
)
def test_a_verb_on_a_full_disk_says_so_in_a_line(small_disk: Path, verb: tuple[str, ...]):
    data = small_disk / "data"
    data.mkdir()
    if verb[0] != "migrate":
        url = f"sqlite:///{data / 'presently.db'}"
        migrate.upgrade(url)
        with closing(Store(url)) as store:
            add_domain_with_people(store, 1)
    fill(small_disk, leaving=0)
    written = [str(small_disk / part) if part.endswith(".csv") else part for part in verb]
    printed = line_of(*written, given=environment(data))
    assert re.search("No space left on device|disk is full|disk I/O error", printed)
    assert not list(small_disk.glob("*.unfinished*"))


def test_a_disk_that_fills_up_later_is_one_line_and_the_service_goes_on(small_disk: Path):
    given = environment(small_disk / "data")
    terminal = small_disk.parent / "terminal"
    is_ready = lambda: "Ctrl-C" in terminal.read_text()  # noqa: E731 — read only here
    with running((*CLI, "run"), log=terminal, is_ready=is_ready, environment=given, cwd=ROOT) as process:
        lines_before = len(terminal.read_text().splitlines())
        token = subprocess.run(
            [*CLI, "token"], cwd=ROOT, env=given, capture_output=True, text=True, check=True
        )
        url = ports.url(ports.LOOPBACK, int(given["PRESENTLY_PORT"]))
        path = "/v1.0/users/u1@example.com/user-profile-statuses"
        bearer = {"Authorization": f"Bearer {token.stdout.strip()}"}
        with httpx.Client(base_url=url, headers=bearer) as client:
            filling = fill(small_disk, leaving=0)
            body = {"profileStatusId": "ABSENCE"}
            wait_until(lambda: client.post(path, json=body).status_code == httpx.codes.SERVICE_UNAVAILABLE)
            wait_until(lambda: "the logs cannot be written" in terminal.read_text())
            assert client.get(path).status_code == httpx.codes.OK
            filling.unlink()
            wait_until(lambda: client.post(path, json=body).status_code == httpx.codes.CREATED)
        assert process.poll() is None
        (printed,) = terminal.read_text().splitlines()[lines_before:]
        assert printed.startswith("presently: the logs cannot be written (No space left on device)")


@pytest.mark.parametrize("verb", [("run",), ("key", "rotate"), ("token",)])
def test_a_read_only_data_folder_is_one_line(small_disk: Path, verb: tuple[str, ...]):
    data = small_disk / "data"
    data.mkdir()
    _mount("-o", "remount,ro", str(small_disk))
    assert re.search("[Rr]ead-only file system|there is no ", line_of(*verb, given=environment(data)))


@pytest.mark.parametrize("verb", [("run",), ("doctor",)])
def test_a_data_folder_that_is_a_file_is_one_line(tmp_path: Path, verb: tuple[str, ...]):
    file = tmp_path / "data"
    file.touch()
    printed = line_of(*verb, given=environment(file))
    assert printed.startswith("presently: PRESENTLY_DATA: this is a file; it must be a folder")

from datetime import timedelta
from pathlib import Path

import pytest

from cli.examinations import clock, disk, overdue, sqlite, time_zones
from config.settings import Settings
from config.time_zones import ADVICE, source_of
from store.due import Kind

MEGABYTE = 1_000_000


@pytest.mark.parametrize(
    ("version", "verdict"),
    [
        # RETURNING came with 3.35.
        ((3, 34, 1), "failed"),
        ((3, 35, 0), "warning"),
        # The WAL-reset bug was fixed in 3.51.3, and in two older series.
        ((3, 44, 5), "warning"),
        ((3, 44, 6), "ok"),
        ((3, 45, 0), "warning"),
        ((3, 46, 1), "warning"),
        ((3, 50, 6), "warning"),
        ((3, 50, 7), "ok"),
        ((3, 51, 0), "warning"),
        ((3, 51, 2), "warning"),
        ((3, 51, 3), "ok"),
        ((3, 54, 0), "ok"),
    ],
)
def test_a_version_of_sqlite_is_good_old_or_has_the_wal_reset_bug(version: tuple[int, ...], verdict: str):
    assert sqlite.judge(version).verdict == verdict


@pytest.mark.parametrize(
    ("url", "asked"),
    [("sqlite:////folder/file.db", 1), ("postgresql://host/database", 0), ("nonsense", 0)],
)
def test_sqlite_is_looked_at_where_it_is_the_store(monkeypatch: pytest.MonkeyPatch, url: str, asked: int):
    monkeypatch.setenv("PRESENTLY_DATABASE_URL", url)
    assert len(sqlite.examine(Settings())) == asked


@pytest.mark.parametrize(
    ("ahead", "verdict"),
    [
        (timedelta(0), "ok"),
        (timedelta(seconds=1), "ok"),
        (timedelta(seconds=-1), "ok"),
        (timedelta(seconds=1.001), "warning"),
        (timedelta(seconds=-60), "warning"),
        (timedelta(seconds=60.001), "failed"),
        (timedelta(seconds=-60.001), "failed"),
    ],
)
def test_clocks_may_differ_by_a_second(ahead: timedelta, verdict: str):
    assert clock.judge(ahead).verdict == verdict


def test_it_is_said_which_clock_is_ahead():
    assert clock.judge(timedelta(seconds=0.25)).said == "this machine is 0.250 s ahead of the database"
    assert clock.judge(timedelta(seconds=-0.25)).said == "this machine is 0.250 s behind the database"


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(5, "ok"), (5.1, "warning"), (60, "warning"), (60.1, "failed")]
)
def test_what_is_due_may_wait_for_some_seconds(seconds: float, verdict: str):
    assert overdue.judge(Kind.END, timedelta(seconds=seconds)).verdict == verdict


@pytest.mark.parametrize(
    ("free", "verdict"),
    [
        (1_000 * MEGABYTE, "ok"),
        (1_000 * MEGABYTE - 1, "warning"),
        (100 * MEGABYTE, "warning"),
        (100 * MEGABYTE - 1, "failed"),
    ],
)
def test_a_disk_that_fills_up_is_reported_before_it_is_full(free: int, verdict: str):
    assert disk.judge(free, Path("/data")).verdict == verdict


def test_without_a_data_folder_no_disk_is_examined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path))
    assert [finding.name for finding in disk.examine(Settings())] == ["disk"]
    monkeypatch.setenv("PRESENTLY_DATA", str(tmp_path / "nowhere"))
    assert disk.examine(Settings()) == []


@pytest.mark.parametrize(
    ("file", "line", "version"),
    [
        ("tzdata.zi", "# version 2025b\n", "2025b"),
        ("+VERSION", "2025b\n", "2025b"),
        (None, "", "of an unknown version"),
    ],
)
def test_the_machines_own_time_zones_are_told_with_their_version(
    tmp_path: Path, file: str | None, line: str, version: str
):
    if file is not None:
        (tmp_path / file).write_text(line)
    finding = time_zones.judge(source_of([tmp_path / "missing", tmp_path]))
    assert (finding.verdict, finding.said) == (
        "failed",
        f"rules of this machine's own copy, {version}, in {tmp_path}: {ADVICE}",
    )


def test_the_package_of_time_zones_is_right(tmp_path: Path):
    assert time_zones.judge(source_of([])).verdict == "ok"
    assert time_zones.judge(source_of([tmp_path / "missing"])).verdict == "ok"

"""A real run with very few entries; its figures mean nothing."""

import os
import subprocess

import pytest
from pydantic import TypeAdapter

from bench import campaign
from bench.result import Result
from bench.systems import NAMES
from bench.workloads import parse
from config.settings import ROOT

OURS = ("presently", "floor")


def storm(*systems: str) -> tuple[Result, ...]:
    """Return the results of these systems with twenty entries that are due at once."""
    (measured,) = campaign.run(systems, [parse("storm-20")], rounds=1, patience=30)
    return measured.results


def assert_all_came(results: tuple[Result, ...]) -> None:
    """Fail unless every entry was carried out once, after it was due, by processes that are still there."""
    for result in results:
        assert (result.n, result.lost, result.doubled, result.unfinished) == (20, 0, 0, 0)
        assert result.note is None
        assert 0 < (result.lateness_ms.p50 or 0) <= (result.lateness_ms.max or 0)
        assert result.rss_mb > 0


def test_presently_and_the_floor_carry_out_a_small_storm():
    assert_all_came(storm(*OURS))


@pytest.mark.skipif(
    "BENCH_PEERS" not in os.environ,
    reason="set BENCH_PEERS=1 to try the peers, too: 30 s, and the environment of ./presently bench",
)
def test_so_does_each_peer(tmp_path):
    file = tmp_path / "results.json"
    peers = ",".join(name for name in NAMES if name not in OURS)
    options = (f"--systems={peers}", "--workloads=storm-20", "--rounds=1", "--patience=30", f"--json={file}")

    subprocess.run([ROOT / "presently", "bench", *options], check=True)

    results = TypeAdapter(tuple[Result, ...]).validate_json(file.read_text())
    assert len(results) == len(NAMES) - len(OURS)
    assert_all_came(results)

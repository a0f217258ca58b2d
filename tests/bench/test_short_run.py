"""A real run with very few entries; its figures mean nothing."""

import os
import shutil
import subprocess

import pytest
from pydantic import TypeAdapter

from bench import campaign, postgresql, workspace
from bench.requests.wrk import find
from bench.result import Result
from bench.systems import NAMES
from bench.workloads import Run, away, parse, requests
from cli.mistakes import Mistake
from config.settings import ROOT
from harness import broker

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


@pytest.mark.alone
@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is missing: apt-get install wrk")
def test_requests_are_answered_as_expected_and_each_cost_is_compared_with_that_of_an_answer_401():
    with (
        broker.running() as broker_url,
        postgresql.running() as server,
        workspace.at(server, broker_url) as where,
    ):
        where.renew(100)
        run = Run("presently", parse("requests-100"), patience=30)
        result = requests.measure(run, where, rounds=1, seconds=1)

    assert (result.lost, result.note) == (0, None)
    assert [each.name for each in result.requests] == ["unauthorized", "healthz", "get", "post", "put"]
    assert result.requests[0].times_unit == 1
    for each in result.requests:
        assert (each.cpu_ms or 0) > 0
        assert 0 < each.p50_ms <= each.p99_ms
    paced = {each.name: each for each in result.requests if each.half_load_p99_ms}
    assert set(paced) == {"get", "post"}
    for each in paced.values():
        assert each.half_load_per_second == pytest.approx(each.per_second / 2, rel=0.3)
    assert paced["post"].times_pgbench


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is missing: apt-get install wrk")
def test_a_change_is_planned_applied_and_undone_while_others_ask_and_start():
    (measured,) = campaign.run(["presently"], [parse("bulk-40")], rounds=1, patience=30)

    (result,) = measured.results
    assert (result.n, result.lost, result.doubled, result.unfinished, result.note) == (40, 0, 0, 0, None)
    assert [each.name for each in result.requests] == [
        "get until planned",
        "post until applied",
        "post until undone",
    ]
    for name in ("planned_s", "applied_s", "undone_s", "starts_p99_ms", "worker_cpu_s", "api_cpu_s"):
        assert result.further[name] > 0


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is missing: apt-get install wrk")
def test_who_is_away_is_asked_and_asked_again_when_nothing_has_changed():
    with (
        broker.running() as broker_url,
        postgresql.running() as server,
        workspace.at(server, broker_url) as where,
    ):
        where.renew(20)
        run = Run("presently", parse("away-20"), patience=30)
        result = away.measure(run, where, rounds=1, seconds=1)

    assert (result.lost, result.note) == (0, None)
    asked = ("away now", "away day", "away week")
    names = [name for each in asked for name in (each, f"{each}, unchanged")]
    assert [each.name for each in result.requests] == ["unauthorized", *names]
    for each in result.requests:
        assert 0 < each.p50_ms <= each.p99_ms


def test_without_wrk_requests_are_not_measured(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(
        Mistake, match="There is no wrk on PATH; the workloads `requests`, `away` and `bulk` need it"
    ):
        find()


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

import json
from datetime import UTC, datetime

import pytest

from bench.report import files, page, table
from bench.result import Conditions, Lateness, Measured, RequestFigures, Result, as_json, lateness


def measured(*results: Result) -> Measured:
    """Return these results as measured."""
    conditions = Conditions(
        measured_at=datetime(2026, 11, 20, 23, tzinfo=UTC),
        processors=2,
        processor="Some processor",
        load_average=0.25,
        python="3.11.7",
        postgresql="15.18",
        broker="Valkey 9.1.2",
        systems={"floor": "(psycopg 3.3.9) A loop."},
    )
    return Measured(workload=results[0].workload, conditions=conditions, results=results)


def result(
    system: str = "presently", workload: str = "storm-4", *, last: float | None = 8.0, **more: object
) -> Result:
    """Return a result with nothing unusual."""
    figures = {"n": 4, "cpu_s": 0.5, "database_cpu_s": 0.25, "rss_mb": 100.0, "lost": 0, "doubled": 0} | more
    late = Lateness(p50=last and last / 2, p99=last, max=last)
    return Result.model_validate({"system": system, "workload": workload, "lateness_ms": late} | figures)


@pytest.mark.parametrize(
    ("late_ms", "missing", "figures"),
    [
        ([7], 0, (7, 7, 7)),
        ([1, 2, 3, 4], 0, (2, 4, 4)),
        (range(1, 101), 0, (50, 99, 100)),
        # A missing entry ranks later than all others.
        (range(1, 100), 1, (50, 99, None)),
        (range(1, 51), 50, (50, None, None)),
        (range(1, 50), 51, (None, None, None)),
        ([], 1, (None, None, None)),
    ],
)
def test_what_never_came_counts_as_the_latest(late_ms, missing, figures):
    assert lateness(list(late_ms), missing=missing) == Lateness(
        p50=figures[0], p99=figures[1], max=figures[2]
    )


def test_the_json_is_a_list_with_what_a_reader_looks_for():
    (reported,) = json.loads(as_json([result()]))

    assert reported == {
        "system": "presently",
        "workload": "storm-4",
        "n": 4,
        "lateness_ms": {"p50": 4.0, "p99": 8.0, "max": 8.0},
        "cpu_s": 0.5,
        "database_cpu_s": 0.25,
        "rss_mb": 100.0,
        "lost": 0,
        "doubled": 0,
    }


def test_every_figure_stands_beside_presentlys():
    rows = table.rows([result(last=8.0), result("floor", last=4.0), result("eta", last=None, unfinished=4)])

    assert [(row[0], row[4], row[5]) for row in rows] == [
        ("presently", "1.0", "1.0"),
        ("floor", "0.5", "0.5"),
        ("eta", "–", "–"),
    ]


def test_of_requests_each_kind_has_a_row_and_is_drawn(tmp_path):
    unit = RequestFigures(name="unauthorized", per_second=4000, cpu_ms=0.4, times_unit=1, p50_ms=2, p99_ms=4)
    post = RequestFigures(
        name="post",
        per_second=1234.5,
        cpu_ms=3.2,
        times_unit=8,
        p50_ms=10,
        p99_ms=30,
        half_load_per_second=617,
        half_load_p99_ms=12,
        times_pgbench=0.25,
    )
    of_requests = result(workload="requests", last=None, lost=1, requests=(unit, post))

    assert table.rows([of_requests]) == [
        ("unauthorized", "4,000", "0.40", "1.0", "2.00", "4.00", "–", "–", "–", "1 lost"),
        ("post", "1,234", "3.20", "8.0", "10.00", "30.00", "617", "12.00", "0.250", ""),
    ]
    files.keep(measured(of_requests), tmp_path)
    drawn = (tmp_path / "requests.svg").read_text()
    assert ">post<" in drawn
    assert "requests: latency in milliseconds" in drawn
    page.write(tmp_path, tmp_path / "page.md")
    assert "|  | a second | API CPU ms | × 401 |" in (tmp_path / "page.md").read_text()


def test_requests_beside_other_work_have_no_processor_time_of_their_own():
    get = RequestFigures(name="get until planned", per_second=50, p50_ms=3, p99_ms=40)
    (row,) = table.rows(
        [result(workload="bulk-100000", last=None, requests=(get,), further={"planned_s": 9.5})]
    )

    assert row == ("get until planned", "50", "–", "–", "3.00", "40.00", "–", "–", "–", "planned s 9.5")
    assert get.in_words() == "get until planned p50 3 ms, p99 40 ms"


def test_what_was_lost_doubled_or_not_finished_is_said():
    (row,) = table.rows([result(lost=1, doubled=2, unfinished=3000, further={"per_second": 7.5}, note="So.")])

    assert row[-1] == "1 lost, 2 doubled, 3,000 not finished, per second 7.5 So."


def test_the_page_is_made_from_what_was_measured_last_of_each_workload(tmp_path):
    for each in (
        measured(result(workload="storm-10-sqlite")),
        measured(result(workload="storm-1000")),
        measured(result(workload="storm-9", last=1000)),
        measured(result(workload="storm-9", last=16), result("floor", "storm-9", last=4)),
    ):
        files.keep(each, tmp_path)

    page.write(tmp_path, tmp_path / "page.md")

    written = (tmp_path / "page.md").read_text()
    headings = [line for line in written.splitlines() if line.startswith("## ")]
    assert headings == [
        "## How to read it",
        "## storm-9",
        "## storm-1000",
        "## storm-10-sqlite",
        "## How each system is set up",
    ]
    assert "| presently | 8.00 | 16.00 | 16.00 | 1.0 | 1.0 |" in written
    assert "load average 0.25" in written
    assert "- **floor** (psycopg 3.3.9) A loop." in written


def test_the_plot_shows_every_system_that_has_figures(tmp_path):
    files.keep(measured(result(), result("floor"), result("eta", last=None)), tmp_path)

    drawn = (tmp_path / "storm-4.svg").read_text()

    assert ">floor<" in drawn
    assert ">eta<" not in drawn

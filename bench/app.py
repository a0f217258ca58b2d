"""The benchmark's command line: which systems, which workloads, and where the results go."""

from pathlib import Path
from typing import Annotated

import typer

from bench import campaign, systems, workloads
from bench.report import files, page, table
from bench.requests import wrk
from bench.result import Measured, as_json
from cli.mistakes import Mistake


def main(
    chosen_systems: Annotated[
        str, typer.Option("--systems", help=f"The systems, separated by commas: {', '.join(systems.NAMES)}.")
    ] = ",".join(systems.NAMES),
    chosen_workloads: Annotated[
        str,
        typer.Option(
            "--workloads",
            help=f"The workloads, separated by commas: {', '.join(workloads.USUAL)}; other numbers work too.",
        ),
    ] = ",".join(workloads.USUAL),
    json: Annotated[
        Path | None,
        typer.Option(
            help="Write the results to this file only; bench/results and docs/performance.md stay unchanged."
        ),
    ] = None,
    rounds: Annotated[
        int, typer.Option(help="The number of runs of each system; the median run is reported.", min=1)
    ] = 3,
    patience: Annotated[
        float,
        typer.Option(help="How many seconds to wait for each system after its last entry is due.", min=1),
    ] = 120,
) -> None:
    """Measure the lateness of Presently, compared with other schedulers, on temporary servers."""
    names = chosen_systems.replace("-", "_").split(",")
    for name in names:
        if name not in systems.NAMES:
            raise Mistake(f"--systems: there is no system {name}; there are {', '.join(systems.NAMES)}.")
    wanted = [workloads.parse(name) for name in chosen_workloads.split(",")]
    if any(workload.kind in {"away", "bulk", "requests"} for workload in wanted):
        wrk.find()  # refuses now, not after an hour
    measured: list[Measured] = []
    for each in campaign.run(names, wanted, rounds=rounds, patience=patience):
        table.show(each)
        measured.append(each)
        if json is None:
            files.keep(each)
        else:
            json.write_text(as_json(result for each in measured for result in each.results))
    if json is None:
        page.write()

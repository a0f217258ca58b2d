"""Runs pgbench, which comes with PostgreSQL: the minimum of time that any client needs for these statements."""

import re
import subprocess
from pathlib import Path
from typing import Final

from bench.posting.load import CLIENTS, Load
from cli.mistakes import Mistake
from harness import postgres

_PER_SECOND: Final = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)


def run(script: str, url: str, folder: Path, people: range, *, per_second: float | None = None) -> Load:
    """Run a script for each of these people, from as many connections and at the same pace as `load.post`.

    Raises:
        Mistake: there is no pgbench, or a statement failed.
    """
    each = len(people) // CLIENTS
    file, log = folder / "booking.sql", folder / "pgbench"
    file.write_text(script)
    pace = [f"--rate={per_second}"] if per_second else []
    said = subprocess.run(
        [
            _program(),
            *("--no-vacuum", "--protocol=prepared", f"--file={file}", f"--client={CLIENTS}", "--jobs=1"),
            *(
                f"--transactions={each}",
                f"--define=first={people.start}",
                f"--define=each={each}",
                "--define=turn=-1",
            ),
            *("--log", f"--log-prefix={log}", *pace, url),
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    if said.returncode != 0:
        raise Mistake(f"pgbench failed: {' '.join(said.stderr.split())}")
    lines = [line for written in folder.glob("pgbench.*") for line in written.read_text().splitlines()]
    for written in folder.glob("pgbench.*"):
        written.unlink()
    tps = _PER_SECOND.search(said.stdout)
    return Load(
        per_second=float(tps[1]) if tps else 0.0,
        refused=0,
        # The third column is a transaction's latency in microseconds; at a pace, from when it should have begun.
        took_ms=tuple(int(line.split()[2]) / 1000 for line in lines),
    )


def _program() -> Path:
    """Find pgbench beside PostgreSQL's server program, or beside the target of its link."""
    server = postgres.find_programs() / "postgres"
    for folder in (server.resolve().parent, server.parent):
        if (folder / "pgbench").exists():
            return folder / "pgbench"
    raise Mistake(
        "There is no pgbench beside PostgreSQL's server; the workload `post` needs it as its floor."
    )

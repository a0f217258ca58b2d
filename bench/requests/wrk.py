"""Runs wrk, a load generator in C that takes little processor time from what it measures."""

import shutil
import subprocess
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from bench.api import Api
from bench.requests.kinds import Kind
from cli.mistakes import Mistake

_SCRIPT: Final = Path(__file__).with_suffix(".lua")
#: For as many requests as possible.
_CONNECTIONS: Final = 8
#: At a pace. So many that one is free at every moment of the timetable: no slow response delays the next request.
_PACED_CONNECTIONS: Final = 32


class Load(BaseModel):
    """What wrk measured: latency from sending a request to its response."""

    requests: int
    seconds: float
    #: Requests without a response, or with another one than expected.
    failed: int
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        """Return the number of requests per second."""
        return self.requests / self.seconds


@dataclass
class Wrk:
    """wrk for one API; it numbers all requests of all its runs, so that none repeats another."""

    api: Api
    people: int
    program: str
    _first: int = 0

    def run(
        self, kind: Kind, seconds: float, *, per_second: float = 0, connections: int = _CONNECTIONS
    ) -> Load:
        """Send requests of one kind for so long, at so many per second; 0 means as many as these connections can.

        Raises:
            Mistake: wrk failed.
        """
        connections = _PACED_CONNECTIONS if per_second else connections
        headers = [f"--header={name}: {value}" for name, value in kind.headers(self.api).items()]
        said = subprocess.run(
            [
                *(
                    self.program,
                    "--threads=1",
                    f"--connections={connections}",
                    f"--duration={ceil(seconds)}s",
                ),
                *("--timeout=30s", f"--script={_SCRIPT}", *headers, f"http://{self.api.address}", "--"),
                *(
                    kind.name,
                    str(kind.status),
                    str(self.people),
                    str(self._first),
                    f"{per_second:f}",
                    kind.path,
                ),
            ],
            check=False,
            capture_output=True,
            text=True,
        )
        if said.returncode != 0:
            raise Mistake(f"wrk failed: {' '.join(said.stderr.split())}")
        load = Load.model_validate_json(said.stdout.splitlines()[-1])
        # Those that were sent when the time was over have a number, too.
        self._first += load.requests + _PACED_CONNECTIONS
        return load


def find() -> str:
    """Find wrk on PATH.

    Raises:
        Mistake: it is not there.
    """
    program = shutil.which("wrk")
    if program is None:
        raise Mistake(
            "There is no wrk on PATH; the workloads `requests`, `away` and `bulk` need it: apt-get install wrk, "
            "or choose other workloads with --workloads."
        )
    return program

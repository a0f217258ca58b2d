"""Beat as a process that gets a signal to end."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from config.settings import ROOT

PATIENCE = 30  # seconds


def started(module: str, **variables: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=os.environ | variables,
        timeout=PATIENCE,
        check=False,
        capture_output=True,
        text=True,
    )


def test_it_ends_even_where_it_did_not_notice_the_signal(store_url: str, broker_url: str, tmp_path: Path):
    variables = {"DATABASE_URL": store_url, "BROKER_URL": broker_url, "DATA": str(tmp_path)}
    ended = started(
        "tests.scheduler.losing_signals", **{f"PRESENTLY_{name}": value for name, value in variables.items()}
    )
    assert (ended.returncode, ended.stderr.count("Traceback")) == (0, 0), ended.stderr

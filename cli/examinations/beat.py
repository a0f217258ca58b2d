"""Examines beat by its heartbeat."""

from collections.abc import Mapping
from datetime import timedelta

from broker.heartbeats import BEAT_MAY_BE_SILENT
from cli.examinations.finding import Finding, Verdict


def examine(ages: Mapping[str, timedelta]) -> Finding:
    """Check that a beat ticks; `ages` holds the age of each process's last heartbeat."""
    age = ages.get("beat")
    if age is not None and age <= BEAT_MAY_BE_SILENT:
        return Finding("beat", Verdict.OK, f"ticked {age.total_seconds():.1f} s ago")
    seen = "not seen for ten minutes" if age is None else f"last seen {age.total_seconds():.0f} s ago"
    return Finding(
        "beat", Verdict.FAILED, f"{seen}: start it, or read in its log why it cannot reach the store"
    )

"""Examines where Python finds the rules of time zones."""

from cli.examinations.finding import Finding, Verdict
from config import time_zones
from config.time_zones import Source


def examine() -> Finding:
    """Check that this process, and every other with its environment, uses the package tzdata."""
    return judge(time_zones.source())


def judge(source: Source) -> Finding:
    """Judge where the rules come from."""
    if source.folder is None:
        return Finding("time zones", Verdict.OK, f"package tzdata {source.version}")
    message = f"rules of this machine's own copy, {source.version}, in {source.folder}: {time_zones.ADVICE}"
    return Finding("time zones", Verdict.FAILED, message)

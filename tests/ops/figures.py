"""The metrics that the files of `ops/` query."""

import json
import re
from typing import Any, Final

import yaml

from config.settings import ROOT

FOLDER: Final = ROOT / "ops"

_SELECTOR: Final = re.compile(r"\b([a-z_:][a-z0-9_:]*)\{([^}]*)\}")
_NAME: Final = re.compile(r"\bpresently_\w+")
_LABEL: Final = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")


def alarms() -> list[dict[str, Any]]:
    """Return the rules."""
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def dashboard() -> dict[str, Any]:
    """Return the dashboard."""
    read: dict[str, Any] = json.loads((FOLDER / "dashboard.json").read_text())
    return read


def expressions() -> list[str]:
    """Return every query of the rules and of the dashboard."""
    asked = [target["expr"] for panel in dashboard()["panels"] for target in panel["targets"]]
    return [*asked, *(rule["expr"] for rule in alarms())]


def names(expression: str) -> set[str]:
    """Return the metrics that a query names."""
    return set(_NAME.findall(expression)) | {name for name, _ in _SELECTOR.findall(expression)}


def labels(expression: str) -> set[tuple[str, str]]:
    """Return the labels by which a query selects series, each with its metric."""
    return {
        (name, label)
        for name, matchers in _SELECTOR.findall(expression)
        for label in _LABEL.findall(matchers)
    }

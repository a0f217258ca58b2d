"""The alarms: they fire when they should and only then, and each is explained."""

import re
import shutil
import subprocess

import pytest

from config.settings import ROOT
from tests.ops.figures import FOLDER, alarms

OPERATING = (ROOT / "docs" / "operating.md").read_text()


@pytest.fixture
def promtool() -> str:
    """Return Prometheus's program; without it, the alarms are skipped, which the summary reports."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip(
            "NOT TRIED: whether each alarm is heard. There is no promtool; Debian: apt install prometheus"
        )
    return found


@pytest.mark.parametrize("command", [("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")])
def test_prometheus_takes_the_rules_and_hears_each_alarm_when_it_should(
    promtool: str, command: tuple[str, ...]
):
    done = subprocess.run([promtool, *command], cwd=FOLDER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("alarm", [rule["alert"] for rule in alarms()])
def test_each_alarm_is_tried_both_ways(alarm: str):
    tried = (FOLDER / "alerts_test.yml").read_text()
    heard = re.findall(rf"alertname: {alarm}\n +eval_time: \w+\n +exp_alerts:", tried)
    silent = re.findall(rf"\{{alertname: {alarm}, eval_time: \w+\}}", tried)
    assert heard
    assert len(silent) >= 2


@pytest.mark.parametrize("rule", alarms(), ids=lambda rule: rule["alert"])
def test_each_alarm_says_how_bad_it_is_and_leads_to_what_to_do(rule):
    name = rule["alert"]
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["runbook"] == f"docs/operating.md#{name.lower()}"
    section = re.search(rf"^### {name}\n(.+?)(?=^##)", OPERATING, re.MULTILINE | re.DOTALL)
    assert section is not None
    assert "**Means**" in section[1]
    assert "**Do**" in section[1]

"""`./presently run` with its real processes."""

import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from cli import ports, ready
from config.settings import ROOT, Settings
from harness.processes import is_gone, running
from harness.waiting import PATIENCE, wait_until
from tests.programs import HrSync, StatusBot, leave

RUN = (sys.executable, "-m", "cli", "run")


@dataclass(frozen=True)
class Deployment:
    """A deployment that `run` has started."""

    process: subprocess.Popen[bytes]
    settings: Settings
    environment: Mapping[str, str]
    terminal: Path

    @property
    def output(self) -> str:
        """Return the output on the terminal."""
        return self.terminal.read_text()

    def pids(self) -> dict[str, int]:
        """Return the pids of the manager's processes by name, each of its last start."""
        log = (self.settings.data / "logs" / "supervisor.log").read_text()
        return {name: int(pid) for name, pid in re.findall(r"spawned: '(\w+)' with pid (\d+)", log)}


@contextmanager
def running_deployment(folder: Path, **variables: str) -> Iterator[Deployment]:
    """Run Presently in `folder` with these variables, and yield it once it reports that it is ready."""
    settings = Settings(
        # With every character that is special to supervisor, the broker or a URL.
        data=folder / "our data; 100% #1",
        port=ports.any_free(),
        flower_port=ports.any_free(),
    )
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PRESENTLY_")},
        "PRESENTLY_DATA": str(settings.data),
        "PRESENTLY_PORT": str(settings.port),
        "PRESENTLY_FLOWER_PORT": str(settings.flower_port),
        **variables,
    }
    terminal = folder / "terminal"
    terminal.unlink(missing_ok=True)
    is_ready = lambda: "Ctrl-C" in terminal.read_text()  # noqa: E731 — read only here
    with running(RUN, log=terminal, is_ready=is_ready, environment=environment, cwd=ROOT) as process:
        yield Deployment(process, settings, environment, terminal)


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Run a deployment with the default settings, once for all tests that use it."""
    with running_deployment(tmp_path_factory.mktemp("deployment")) as started:
        yield started


def test_it_says_where_everything_is(deployment):
    api = f"http://127.0.0.1:{deployment.settings.port}"
    flower = f"http://127.0.0.1:{deployment.settings.flower_port}"

    for line in (f"API +{api}\n", f"API reference +{api}/docs\n", f"Flower +{flower}\n", "./presently demo"):
        assert re.search(line, deployment.output)


def test_the_printed_command_reserves_a_status(deployment):
    command = deployment.output.partition("\ncurl")[2].partition("\n\n")[0]

    pasted = subprocess.run(
        ["/bin/sh", "-c", f"curl{command}"],
        cwd=ROOT,
        env=deployment.environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(pasted.stdout)["scheduleType"] == "RESERVED"


def test_programs_for_naver_works_run_against_it_with_two_base_urls_changed(deployment):
    demo = (sys.executable, "-m", "cli", "demo")
    printed = subprocess.run(
        demo, cwd=ROOT, env=deployment.environment, capture_output=True, check=True
    ).stdout
    client = json.loads(printed)["client"]
    sync = HrSync(
        auth_url=f"http://127.0.0.1:{deployment.settings.port}/oauth2/v2.0",
        api_url=f"http://127.0.0.1:{deployment.settings.port}/v1.0",
        client_id=client["id"],
        client_secret=client["secret"],
        service_account=client["serviceAccount"],
        private_key=Path(client["privateKeyFile"]).read_text(),
    )
    leaves = [leave("u1@example.com", "near", 2), leave("u1@example.com", "far", 20)]
    for _ in range(2):
        sync.run(leaves)
    assert sync.errors == []

    bot = StatusBot(sync.api_url, {"Authorization": f"Bearer {sync.get_token()}"})
    rewritten = bot.set("u1@example.com", "ABSENCE", "Gone")
    assert rewritten["scheduleType"] == "PRESENT"
    added = bot.set("u2@example.com", "BUSY", "In a meeting")
    assert bot.set("u2@example.com", "AWAY", "Lunch")["userProfileStatusId"] == added["userProfileStatusId"]


def test_what_it_keeps_is_for_its_owner_only(deployment):
    kept = [deployment.settings.data, *deployment.settings.data.rglob("*")]

    assert len(kept) > 10
    assert [path for path in kept if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)] == []


def test_no_secret_stands_in_a_command_or_in_the_managers_configuration(deployment):
    password = re.search("://:(.*)@", deployment.settings.broker_file.read_text())
    assert password
    shown = subprocess.run(["/bin/ps", "axww"], capture_output=True, text=True, check=True).stdout

    assert f"--port={deployment.settings.port}" in shown
    assert password[1] not in shown
    assert password[1] not in (deployment.settings.data / "supervisor.conf").read_text()


def test_a_second_one_on_the_same_data_is_told_who_holds_it(deployment):
    second = subprocess.run(
        RUN, cwd=ROOT, env=deployment.environment, capture_output=True, text=True, check=False
    )

    assert second.returncode == 1
    assert f"in use by process {deployment.process.pid} since " in second.stderr
    assert f"port {deployment.settings.port} " in second.stderr


def test_meanwhile_a_backup_is_made_and_none_is_restored(deployment, tmp_path):
    file = tmp_path / "backup"

    def done(*verb: str | Path) -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "-m", "cli", *verb)
        return subprocess.run(
            command, cwd=ROOT, env=deployment.environment, capture_output=True, text=True, check=False
        )

    assert done("backup", file).stdout.startswith(f"{file} has 1 domain and 10 people, ")
    refused = done("restore", file, "--yes")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"in use by process {deployment.process.pid} since " in refused.stderr


@pytest.mark.parametrize("name", ["broker", "worker", "beat", "api", "flower"])
def test_each_process_is_started_again_when_it_is_killed(deployment, name):
    killed = deployment.pids()[name]

    os.kill(killed, signal.SIGKILL)

    wait_until(lambda: deployment.pids()[name] != killed)
    wait_until(lambda: ready.what_is_missing(deployment.settings) is None, patience=2 * PATIENCE)


def test_beat_and_worker_are_started_again_when_they_are_frozen(deployment):
    frozen = {name: deployment.pids()[name] for name in ("beat", "worker")}
    for pid in frozen.values():
        os.kill(pid, signal.SIGSTOP)

    wait_until(
        lambda: all(deployment.pids()[name] != pid for name, pid in frozen.items()),
        patience=timedelta(seconds=40),
    )
    wait_until(lambda: ready.what_is_missing(deployment.settings) is None)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_leaves_nothing_within_ten_seconds(tmp_path, postgresql_url, broker_url, stop):
    """On PostgreSQL and with an outside broker, for which `run` works too."""
    elsewhere = {"PRESENTLY_DATABASE_URL": postgresql_url, "PRESENTLY_BROKER_URL": broker_url}
    with running_deployment(tmp_path, **elsewhere) as deployment:
        pids = deployment.pids()
        assert sorted(pids) == ["api", "beat", "flower", "worker"]

        deployment.process.send_signal(stop)

        assert deployment.process.wait(10) == 0
        assert all(map(is_gone, pids.values()))
        before, _, after = deployment.output.partition("Ctrl-C stops everything.\n")
        assert re.search(r"^Migrating|^Starting; this takes a few seconds", before, re.MULTILINE)
        assert re.fullmatch(r"Stopping; .* …\n", after)


def test_killed_it_takes_everything_along_and_the_next_one_starts_where_it_was(tmp_path):
    with running_deployment(tmp_path) as killed:
        pids = killed.pids()
        killed.process.kill()
        killed.process.wait()

    with running_deployment(tmp_path) as deployment:
        assert all(map(is_gone, pids.values()))
        assert sorted(deployment.pids()) == sorted(pids)

"""The default addresses of all servers: this machine only (docs/security.md)."""

import re
from typing import Final

import yaml

from config.settings import ROOT, Settings

LOOPBACK: Final = "127.0.0.1"


def test_every_process_of_the_procfile_listens_on_this_machine_only():
    addresses = re.findall(r"--(?:host|address)=(\S+)", (ROOT / "Procfile").read_text())

    assert addresses == [f"${{HOST:-{LOOPBACK}}}", f"${{FLOWER_ADDRESS:-{LOOPBACK}}}"]


def test_compose_publishes_ports_on_this_machine_only():
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}

    assert sorted(published) == ["flower", "web"]
    assert all(port.startswith(f"{LOOPBACK}:") for ports in published.values() for port in ports)


def test_run_listens_on_this_machine_only():
    assert Settings(_env_file=None).host == LOOPBACK


def test_the_units_listen_on_this_machine_only():
    addresses = [
        address
        for unit in (ROOT / "ops" / "systemd").glob("*.service")
        for address in re.findall(r"(?:PRESENTLY_HOST|--address)=([\w.:]+)", unit.read_text())
    ]

    assert set(addresses) == {LOOPBACK}

"""Which installer is used, and its settings."""

import shutil
import subprocess
from pathlib import Path

import pytest

from bootstrap import pip_settings
from bootstrap.paths import ENVIRONMENTS
from tests.bootstrap import wheels
from tests.bootstrap.checkout import PYTHON, Checkout

#: The user's own settings are not read.
PIP = (PYTHON, "-m", "pip")


def test_uv_is_fetched_once_by_its_hash_where_the_machine_has_none(checkout):
    log = checkout.folder / "log"
    uv = wheels.make(
        checkout.folder, "uv", "1", {"uv-1.data/scripts/uv": f"#!/bin/sh\necho $* >> {log}\nexit 0\n"}
    )
    (checkout.folder / "requirements-uv.txt").write_text(uv)
    checkout.without_uv()

    assert "Setting up: fetching uv" in checkout.start("run").stderr
    assert "fetching" not in checkout.start("test").stderr

    output = log.read_text().splitlines()
    assert [line.rpartition("/")[2] for line in output] == ["requirements.txt", "requirements-dev.txt"]
    assert all("--require-hashes" in line for line in output)


def test_a_fetched_uv_that_is_another_one_is_refused_and_pip_does_it(checkout):
    uv = wheels.make(checkout.folder, "uv", "1", {"uv-1.data/scripts/uv": "#!/bin/sh\nexit 0\n"})
    good, _, digest = uv.rpartition("sha256:")
    (checkout.folder / "requirements-uv.txt").write_text(f"{good}sha256:{digest.strip()[::-1]}\n")
    checkout.without_uv()

    started = checkout.start("run")

    assert started.returncode == 0, started.stderr
    assert "installing requirements.txt with python" in started.stderr
    assert not list((checkout.folder / ".venvs").glob("uv-*"))


def test_where_uv_fails_pip_is_tried(checkout):
    checkout.program("uv", "echo 'uv cannot'; exit 2")

    started = checkout.start("run")

    assert started.returncode == 0, started.stderr
    assert "uv cannot" not in started.stderr


def test_uv_goes_where_pip_would_go(checkout, tmp_path):
    configuration = tmp_path / "pip.conf"
    configuration.write_text(
        "[global]\nindex-url = https://not.this/simple\nextra-index-url =\n  https://a.test/simple\n  https://b.test/simple\n"
        "cert = /corporate.pem\nno-index = true\n[install]\nindex-url = https://name:secret@mirror.test/simple\n"
    )
    checkout.program("uv", f'echo "$*" > {checkout.folder}/arguments; env > {checkout.folder}/environment')

    started = checkout.start(
        "run",
        PIP_CONFIG_FILE=str(configuration),
        PIP_FIND_LINKS="/wheels /more-wheels",
        PIP_PROXY="http://proxy.test:3128",
        SSL_CERT_FILE="/chosen.pem",
    )

    assert started.returncode == 0, started.stderr
    output = set((checkout.folder / "environment").read_text().splitlines())
    assert output >= {
        "UV_INDEX_URL=https://name:secret@mirror.test/simple",
        "UV_EXTRA_INDEX_URL=https://a.test/simple https://b.test/simple",
        "UV_FIND_LINKS=/wheels,/more-wheels",
        "HTTPS_PROXY=http://proxy.test:3128",
        # Settings for uv, or for every program, take precedence.
        "SSL_CERT_FILE=/chosen.pem",
    }
    arguments = (checkout.folder / "arguments").read_text()
    assert "--no-index" in arguments
    assert "secret" not in arguments


def test_without_settings_nothing_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.delenv("PIP_CERT", raising=False)
    monkeypatch.delenv("PIP_DEFAULT_TIMEOUT", raising=False)

    settings = pip_settings.read(PIP)

    assert pip_settings.variables(settings) == {}
    assert list(pip_settings.arguments(settings)) == []


@pytest.fixture(scope="module")
def uv() -> Path:
    """Return a uv: the machine's, or the one that the launcher fetched."""
    found = shutil.which("uv") or next(map(str, ENVIRONMENTS.glob("uv-*/bin/uv")), None)
    if found is None:
        pytest.skip("this machine has no uv")
    return Path(found)


def test_no_configuration_of_the_user_keeps_uv_from_looking_at_hashes(
    checkout: Checkout, uv: Path, tmp_path: Path
):
    checkout.without_uv()
    (checkout.programs / "uv").symlink_to(uv)
    line = wheels.make(checkout.folder, "library", "1", {"library.py": ""})
    good, _, digest = line.rpartition("sha256:")
    checkout.require(f"{good}sha256:{digest.strip()[::-1]}\n")
    (checkout.folder / "uv.toml").write_text("[pip]\nverify-hashes = false\nrequire-hashes = false\n")

    refused = checkout.start("run", UV_NO_VERIFY_HASHES="1", UV_REQUIRE_HASHES="0", PIP_NO_INDEX="1")

    assert refused.returncode == 1
    assert "hash" in refused.stderr.lower()
    checkout.require(line)
    assert checkout.start("run", UV_SYSTEM_PYTHON="1").returncode == 0
    library = subprocess.run(
        [checkout.current / "bin" / "python", "-c", "import library"], capture_output=True, check=False
    )
    assert library.returncode == 0

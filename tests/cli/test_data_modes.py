"""The data folder and the store in it are for their owner only."""

import stat
from pathlib import Path

from cli import data_modes
from config.settings import Settings


def modes(*paths: Path) -> list[int]:
    return [stat.S_IMODE(path.stat().st_mode) for path in paths]


def test_an_open_folder_with_a_store_is_closed(tmp_path: Path):
    tmp_path.chmod(0o755)
    files = [tmp_path / name for name in ("presently.db", "presently.db-wal", "presently.db-shm")]
    for file in files:
        file.touch()
        file.chmod(0o644)
    data_modes.correct(Settings(_env_file=None, data=tmp_path))
    assert modes(tmp_path, *files) == [0o700, 0o600, 0o600, 0o600]


def test_an_empty_folder_is_closed(tmp_path: Path):
    tmp_path.chmod(0o755)
    data_modes.correct(Settings(_env_file=None, data=tmp_path))
    assert modes(tmp_path) == [0o700]


def test_a_folder_of_others_keeps_its_mode(tmp_path: Path):
    tmp_path.chmod(0o755)
    (tmp_path / "theirs").touch()
    data_modes.correct(Settings(_env_file=None, data=tmp_path))
    assert modes(tmp_path) == [0o755]

import os
import stat
import subprocess
import sys
from threading import Timer

import pytest

from cli import data_folder
from cli.mistakes import Mistake
from config.settings import Settings
from harness.waiting import wait_until

#: Locks a folder, starts a child that lives until its standard input closes, and waits to be killed.
HOLDER = """
import subprocess, sys, time
from pathlib import Path
from cli import data_folder
from config.settings import Settings
with data_folder.lock(Settings(data=Path(sys.argv[1]))) as descriptor:
    subprocess.Popen(["/bin/cat"], pass_fds=(descriptor,))
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def settings(tmp_path):
    return Settings(data=tmp_path / "data", port=8123, flower_port=5123)


def test_the_folder_is_made_for_its_owner_only(settings):
    with data_folder.lock(settings):
        assert stat.S_IMODE(settings.data.stat().st_mode) == 0o700
        assert stat.S_IMODE((settings.data / "lock").stat().st_mode) == 0o600


def test_a_second_one_is_told_who_holds_it_since_when_and_on_which_ports(settings):
    message = rf"in use by process {os.getpid()} since \d{{4}}-.* port 8123 .* port 5123\. Stop it with: kill"

    with data_folder.lock(settings), pytest.raises(Mistake, match=message), data_folder.lock(settings):
        pass


def test_it_is_free_again_afterwards(settings):
    with data_folder.lock(settings):
        pass
    with data_folder.lock(settings):
        pass


def test_who_inherits_the_hold_keeps_it(settings):
    with data_folder.lock(settings) as descriptor:
        child = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, pass_fds=(descriptor,))
    with child:
        with pytest.raises(Mistake, match="in use"), data_folder.lock(settings):
            pass
        child.kill()
    with data_folder.lock(settings):
        pass


def test_after_a_kill_it_waits_for_what_the_killed_one_left_behind(settings):
    command = [sys.executable, "-c", HOLDER, settings.data]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as killed:
        assert killed.stdout is not None
        assert killed.stdin is not None
        killed.stdout.readline()
        killed.kill()
        wait_until(lambda: killed.poll() is not None)
        killed.stdin.close()  # the child ends now, but not at once
        with data_folder.lock(settings):
            pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()

    with (
        pytest.raises(Mistake, match="PRESENTLY_DATA: "),
        data_folder.lock(Settings(data=tmp_path / "file" / "x")),
    ):
        pass


def test_a_lock_file_that_is_being_written_is_read_again(settings):
    with data_folder.lock(settings):
        lock = settings.data / "lock"
        written = lock.read_text()
        lock.write_text(written[:5])
        writing = Timer(0.2, lock.write_text, [written])
        writing.start()
        with pytest.raises(Mistake, match=f"in use by process {os.getpid()}"), data_folder.lock(settings):
            pass
        writing.join()

"""Keeps a process in the environment that it was started in. Each environment has a copy, which Python imports first.

`.venv/bin/python` goes through a link, which points elsewhere after an upgrade. Without this module, later imports of
a process, and programs it starts with `sys.executable`, would use other versions than the rest of it.
"""

import contextlib
import fcntl
import os
import sys

_folder = os.path.realpath(sys.prefix)
_inside = sys.prefix + os.sep

sys.path[:] = [_folder + path[len(sys.prefix) :] if path.startswith(_inside) else path for path in sys.path]
# With `os.path`, because importing `pathlib` would slow every start of Python.
sys.executable = os.path.join(_folder, "bin", os.path.basename(sys.executable))  # noqa: PTH118, PTH119 (as above)
sys.prefix = sys.exec_prefix = _folder

# Where folders cannot be locked, environments are never removed.
with contextlib.suppress(OSError):
    # Open until the process ends: a locked environment is not removed.
    fcntl.flock(os.open(_folder, os.O_RDONLY), fcntl.LOCK_SH)

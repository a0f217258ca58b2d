"""Keeps a process in the environment that it was started in. Each environment has a copy, which Python imports first.

`.venv/bin/python` is reached through a link, which leads elsewhere after an upgrade. Without this, what a process
imports later, or starts with `sys.executable`, would come from other versions than the rest of it.
"""

import contextlib
import fcntl
import os
import sys

_folder = os.path.realpath(sys.prefix)
_inside = sys.prefix + os.sep

sys.path[:] = [_folder + path[len(sys.prefix) :] if path.startswith(_inside) else path for path in sys.path]
# With `os.path`, for `pathlib` would make every start of Python longer.
sys.executable = os.path.join(_folder, "bin", os.path.basename(sys.executable))  # noqa: PTH118, PTH119 (as above)
sys.prefix = sys.exec_prefix = _folder

# Where folders cannot be locked, environments are never removed.
with contextlib.suppress(OSError):
    # Open for as long as the process lives: an environment that is locked is not removed.
    fcntl.flock(os.open(_folder, os.O_RDONLY), fcntl.LOCK_SH)

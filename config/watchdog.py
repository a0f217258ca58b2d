"""Reports to a watchdog that restarts a process without reports: systemd's (`WatchdogSec=`), or that of `run`."""

import os
import socket
from contextlib import suppress


def report() -> None:
    """Report to the watchdog, if there is one, that the main loop of this process is running.

    The message and the variable are those of sd_notify(3). A report that cannot be sent is dropped.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notice:
        notice.settimeout(0)
        # A name that begins with @ is in Linux's abstract namespace.
        notice.sendto(b"WATCHDOG=1", f"\0{address[1:]}" if address[0] == "@" else address)

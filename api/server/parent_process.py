"""Ends an API process when the main process that started it is gone.

Otherwise it would keep the port, a new main process could not bind it, and the only way to stop it would be its PID.
"""

import multiprocessing
import os
import signal
from threading import Thread


# docs/workarounds.md#uvicorn-orphans
def exit_with_parent() -> None:
    """Shut this process down gracefully when its main process ends, for whatever reason."""
    if multiprocessing.parent_process() is not None:
        Thread(target=_wait_for_its_end, name="main process", daemon=True).start()


def _wait_for_its_end() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

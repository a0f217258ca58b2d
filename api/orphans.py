"""One of several API processes ends when the main process is gone, which has started them and would replace them.

Left alone they would hold the port: a new main process could not have it, and nobody could stop them but by number.
"""

import multiprocessing
import os
import signal
from threading import Thread


def end_with_main_process() -> None:
    """See to it that this process ends in order once the one that started it has gone, however that ended."""
    if multiprocessing.parent_process() is not None:
        Thread(target=_wait_for_its_end, name="main process", daemon=True).start()


def _wait_for_its_end() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

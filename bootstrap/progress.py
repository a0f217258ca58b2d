"""Shows progress: at a terminal one line that is overwritten, elsewhere a line for each step."""

import os
import sys
import time


class Progress:
    """Shows the current step on standard error."""

    def __init__(self) -> None:
        self.is_terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self.step = ""
        self.began = time.monotonic()

    def begin(self, step: str) -> None:
        """Begin a step, and show it."""
        self.step = step
        self.began = time.monotonic()
        if self.is_terminal:
            self.tick()
        else:
            print(f"Setting up: {step} ...", file=sys.stderr, flush=True)

    def tick(self) -> None:
        """Show at a terminal how long the step has taken so far."""
        if self.is_terminal:
            seconds = round(time.monotonic() - self.began)
            taken = f" ({seconds} s)" if seconds else ""
            print(f"\r\033[KSetting up: {self.step} ...{taken}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Clear the line at a terminal."""
        if self.is_terminal and self.step:
            print("\r\033[K", end="", file=sys.stderr, flush=True)

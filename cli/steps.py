"""Saying what a verb is doing: one line that is written over at a terminal, a line for each step elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

Begin = Callable[[str], None]


@contextmanager
def shown() -> Iterator[Begin]:
    """Give a function that says, on standard error, which step begins; at a terminal the line goes with the block.

    A step that is said again is the same one.
    """
    console = Console(stderr=True, highlight=False)
    if console.is_terminal:
        with console.status("…") as status:
            yield lambda step: status.update(f"{escape(step)} …")
        return
    last = ""

    def begin(step: str) -> None:
        nonlocal last
        if step != last:
            console.print(f"{step} …", markup=False, soft_wrap=True)
        last = step

    yield begin

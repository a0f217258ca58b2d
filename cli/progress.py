"""Shows the progress of a verb: at a terminal one line that is overwritten, elsewhere a line for each step."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

Show = Callable[[str], None]


@contextmanager
def shown() -> Iterator[Show]:
    """Yield a function that shows, on standard error, which step begins; at a terminal the line is removed at the end.

    A repeated step is not shown again.
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

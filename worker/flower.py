"""How Flower shows the result of a task: its figures in words, and the ids in a field of their own."""

import ast
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from celery.events.state import Task

#: A task's name is in the message that tells that a worker received it. Flower misses those from before its start.
UNSEEN: Final = "(received before Flower's start)"


# docs/workarounds.md#flower-unnamed-tasks
def format_task(task: Task) -> Task:
    """Shorten the result of `task` for Flower's list, and replace a missing name.

    `task` is Flower's copy for one page. The ids of the statuses become a field of their own, which only the page of
    the task shows: in the list, twenty ids would leave no room for other columns.
    """
    if task.name is None:
        task.name = UNSEEN
    if task.result and task.result.startswith("{"):
        figures = ast.literal_eval(task.result)
        task.result = in_words(figures)
        if ids := figures.get("ids"):
            fields = ("statuses", *task._fields)  # type: ignore[attr-defined]  # its stubs lack it
            vars(task).update(statuses=ids, _fields=fields)
    return task


def in_words(figures: Mapping[str, Any]) -> str:
    """Format counts and worst lateness: "3 promoted, 1 lapsed, 2.1 ms late"."""
    words = [f"{figure} {what}" for what, figure in figures.items() if what not in {"latest_ms", "ids"}]
    if "latest_ms" in figures:
        words.append(f"{_span(timedelta(milliseconds=figures['latest_ms']))} late")
    return ", ".join(words)


def _span(span: timedelta) -> str:
    second = timedelta(seconds=1)
    return f"{span / second:.1f} s" if span >= second else f"{span / second * 1000:.1f} ms"

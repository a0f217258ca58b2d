"""What Flower's pages show of a task: the figures of its result in words, and the ids beside them."""

import ast
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from celery.events.state import Task


def format_task(task: Task) -> Task:
    """Put the result of `task` in words short enough for Flower's list.

    `task` is Flower's copy, made for one page. The ids of the statuses become a field of their own, which
    the task's page shows and the list does not: twenty of them would push every other column away.
    """
    if task.result and task.result.startswith("{"):
        figures = ast.literal_eval(task.result)
        task.result = in_words(figures)
        if ids := figures.get("ids"):
            fields = ("statuses", *task._fields)  # type: ignore[attr-defined]  # its stubs lack it
            vars(task).update(statuses=ids, _fields=fields)
    return task


def in_words(figures: Mapping[str, Any]) -> str:
    """Return how many of what, and how late the latest was: "3 promoted, 1 lapsed, 2.1 ms late"."""
    words = [f"{figure} {what}" for what, figure in figures.items() if what not in {"latest_ms", "ids"}]
    if "latest_ms" in figures:
        words.append(f"{_span(timedelta(milliseconds=figures['latest_ms']))} late")
    return ", ".join(words)


def _span(span: timedelta) -> str:
    second = timedelta(seconds=1)
    return f"{span / second:.1f} s" if span >= second else f"{span / second * 1000:.1f} ms"

"""Importing this keeps structlog from importing rich, which takes 5 MB of a process that has no terminal to colour."""

import sys


# docs/workarounds.md#structlog-rich
def hide_rich() -> None:
    """Make rich impossible to import in this process, unless standard error is a terminal."""
    if not sys.stderr.isatty():
        sys.modules.setdefault("rich", None)  # type: ignore[arg-type] # None means that it cannot be imported


hide_rich()

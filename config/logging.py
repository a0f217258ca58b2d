"""Logging for every process: a sentence and `key=value` pairs; JSON lines unless standard error is a terminal."""

import logging
import sys
from typing import Final

import structlog
from structlog.typing import EventDict

from config import time_zones

_log: Final = structlog.get_logger("presently")

#: The processors for every entry, from our code and from libraries.
_SHARED: Final[list[structlog.typing.Processor]] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

#: Libraries with useless messages at INFO: each task received and done, each check of the migrations.
_CHATTY: Final = ("alembic", "celery.worker.strategy", "celery.app.trace")


# docs/workarounds.md#uvicorn-log-colours
def _without_uvicorns_colours(_logger: object, _method: str, entry: EventDict) -> EventDict:
    """Remove the coloured copy of the message that uvicorn adds to some entries."""
    entry.pop("color_message", None)
    return entry


def configure(level: str) -> None:
    """Log everything at `level` and above, from our code and from libraries, to standard error in one format."""
    watched = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if watched else structlog.processors.JSONRenderer()
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_uvicorns_colours,
                *([] if watched else [structlog.processors.format_exc_info]),
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        library = logging.getLogger(name)
        library.handlers[:] = []
        library.propagate = name != "uvicorn.access"  # `api.access_log` logs each request
    _warn_of_the_machines_time_zones()


def _warn_of_the_machines_time_zones() -> None:
    """Log where the rules of time zones come from, if it is not the package: two machines could differ by an hour."""
    source = time_zones.source()
    if source.folder is not None:
        message = f"Time zones go by the rules of this machine's own copy: {time_zones.ADVICE}."
        _log.warning(message, folder=str(source.folder), version=source.version)

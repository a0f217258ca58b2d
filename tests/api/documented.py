"""What the tests of random requests have in common: the served API, and what schemathesis does not know by itself."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import schemathesis
from fastapi import FastAPI
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from harness.server import address, serving

#: Unknown keys are allowed, a well-formed window may be in the past, and a well-formed cursor of nothing.
LEFT_OUT: Final[list[Any]] = [negative_data_rejection, positive_data_acceptance]


@schemathesis.serializer("application/x-ndjson")
def lines(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Send what was generated as lines; a text as it is."""
    return value.encode(errors="replace") if isinstance(value, str) else json.dumps(value).encode()


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve `app` until the block ends, and yield its URL."""
    with serving(app, lifespan="on") as server:
        yield "http://{}:{}".format(*address(server))

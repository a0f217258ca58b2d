"""JSON responses that no cache may keep."""

from collections.abc import Mapping
from typing import Any, ClassVar

from fastapi.responses import JSONResponse


class NoStoreResponse(JSONResponse):
    """A JSON response that no cache may keep. Each dialect has its own headers for this."""

    no_store: ClassVar[Mapping[str, str]]

    def init_headers(self, headers: Any = None) -> None:
        """Add the headers for caches."""
        super().init_headers({**(headers or {}), **self.no_store})

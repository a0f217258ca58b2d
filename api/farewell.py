"""What becomes of connections when a process of the API ends: a request that is on its way is still answered.

uvicorn itself hangs up on whoever has not asked yet, or not for the second time. Of hundreds of requests a second, one
or two have been sent by then and not been read.
"""

from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: How long a request may be on its way.
_ON_ITS_WAY_SECONDS: Final = 0.5


class Farewell(HttpToolsProtocol):
    """A connection, for uvicorn's `--http`."""

    _ends: bool = False

    def shutdown(self) -> None:
        """End after the answer to what was asked, or is asked presently."""
        self._ends = True
        is_answering = bool(self.cycle) and not self.cycle.response_complete
        if is_answering:
            super().shutdown()
        else:
            self.loop.call_later(_ON_ITS_WAY_SECONDS, super().shutdown)

    def on_headers_complete(self) -> None:
        """Begin to answer; where the connection ends, the answer says so (RFC 9112, section 9.6)."""
        super().on_headers_complete()
        if self._ends:
            self.cycle.keep_alive = False

"""HTTP connections of the API: limited heads, deadlines for slow clients, and a shutdown that loses no request.

uvicorn with httptools has no limit for headers, and no deadline for receiving a request. When a process ends, uvicorn
closes every idle connection at once. Of hundreds of requests a second, one or two are then sent but not yet read.
"""

import asyncio
import sys
from enum import Enum, auto
from typing import ClassVar, Final

import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.server import protocol_errors
from api.server.connection_limits import MALFORMED, TOO_SLOW, Connections, connections_of, count_cut
from api.server.protocol_errors import HOST, LARGE, SLOW, HeadRefused, ProtocolError

_log: Final = structlog.get_logger("presently.api")

#: In bytes: request line and headers, plus 32 bytes for each header (as RFC 9113 §6.5.2 counts).
LARGEST_HEAD: Final = 64 * 1024
_HEADER_OVERHEAD: Final = 32

#: How long the connection stays open after a refusal. If it closed while the client still sends, the client could lose
#: the response (RFC 9112 §9.6).
_LINGER_SECONDS: Final = 2.0

#: How long an idle connection still accepts a request when the process ends.
_GRACE_SECONDS: Final = 0.5


class _Phase(Enum):
    """What a connection waits for."""

    IDLE = auto()  #: a request
    HEAD = auto()  #: the rest of a request's head
    BODY = auto()  #: the rest of its body
    ANSWER = auto()  #: the application: the request has been received completely
    REFUSED = auto()  #: the client, to read why it was refused


# docs/workarounds.md#uvicorn-limits
class GracefulHttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol with limits and deadlines, for its option `--http`."""

    #: How long a client may take to send a head, from its first byte or from the start of the connection.
    head_seconds: ClassVar[float] = 10.0
    #: The longest pause while a client sends a body.
    body_pause_seconds: ClassVar[float] = 30.0
    #: The slowest average rate of a body after such a pause. A telephone line has ten times as much.
    body_bytes_per_second: ClassVar[float] = 500.0
    #: How long a client may not read its response.
    answer_pause_seconds: ClassVar[float] = 30.0

    _is_shutting_down: bool = False
    _phase: _Phase = _Phase.IDLE
    #: When the phase began, or when the last part of the body arrived.
    _since: float = 0.0
    url: bytes = b""
    #: Bytes since the parser last finished a part. More than `LARGEST_HEAD` is neither a head nor a trailer.
    _unparsed_size: int = 0
    _is_parsed: bool = False
    _body_began: float = 0.0
    _body_size: int = 0
    _paused_writing_at: float | None = None
    _connections: Connections

    # --- called by Connections

    @property
    def peer(self) -> str | None:
        """Return the address of the other end, if it has one."""
        return self.client[0] if self.client else None

    @property
    def waits_since(self) -> float | None:
        """Return since when the server waits for the client; None while it answers."""
        return None if self._phase is _Phase.ANSWER else self._since

    def cut(self) -> None:
        """End the connection at once."""
        self.transport.abort()

    def check_deadlines(self, now: float) -> None:
        """End the connection if its client is too slow."""
        match self._phase:
            case _Phase.IDLE if now - self._since > self._idle_seconds:
                self.transport.close()
            case _Phase.HEAD if now - self._since > self.head_seconds:
                self._refuse(SLOW)
            case _Phase.BODY if self.flow.read_paused:
                self._body_began += now - self._since
                self._since = now
            case _Phase.BODY if self._is_body_too_slow(now):
                self._refuse(SLOW)
            case _Phase.REFUSED if now - self._since > _LINGER_SECONDS:
                self.transport.abort()
        if self._paused_writing_at is not None and now - self._paused_writing_at > self.answer_pause_seconds:
            count_cut(TOO_SLOW)
            self.transport.abort()

    @property
    def _idle_seconds(self) -> float:
        """Return the longest wait for a request. uvicorn's own timer for the next request stops at any byte."""
        return self.head_seconds if not bool(self.cycle) else max(self.head_seconds, self.timeout_keep_alive)

    def _is_body_too_slow(self, now: float) -> bool:
        longest = self.body_pause_seconds + self._body_size / self.body_bytes_per_second
        return now - self._since > self.body_pause_seconds or now - self._body_began > longest

    # --- called by the event loop

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Start the connection, and count it; it may be cut at once."""
        super().connection_made(transport)
        self._enter(_Phase.IDLE)
        self._connections = connections_of(self.server_state, self.config, self.loop)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Clean up after the connection."""
        self._connections.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse `data`. Refuse the request after `LARGEST_HEAD` bytes that the parser cannot use."""
        if self._phase is _Phase.REFUSED:
            return
        self._is_parsed = False
        super().data_received(data)
        self._unparsed_size = 0 if self._is_parsed else self._unparsed_size + len(data)
        if self._unparsed_size > LARGEST_HEAD:
            self._refuse(LARGE)

    def pause_writing(self) -> None:
        """Remember since when the client has not read its response."""
        self._paused_writing_at = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Forget the pause: the client reads its response again."""
        self._paused_writing_at = None
        super().resume_writing()

    # --- called by the parser

    def on_message_begin(self) -> None:
        """Start to read a request."""
        super().on_message_begin()
        self._enter(_Phase.HEAD)

    def on_headers_complete(self) -> None:
        """Start to answer. If the connection ends after this, the response says so (RFC 9112 §9.6)."""
        self._is_parsed = True
        if (
            len(self.url) + sum(len(name) + len(value) + _HEADER_OVERHEAD for name, value in self.headers)
            > LARGEST_HEAD
        ):
            raise HeadRefused(LARGE)
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (hosts == 0 and self.parser.get_http_version() == "1.1"):
            raise HeadRefused(HOST)
        self._enter(_Phase.BODY)
        self._body_began, self._body_size = self._since, 0
        super().on_headers_complete()
        if self._is_shutting_down:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Pass on a part of the body."""
        self._is_parsed = True
        self._since = self.loop.time()
        self._body_size += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Finish reading the request. Its response may be complete already."""
        self._is_parsed = True
        self._enter(_Phase.ANSWER if self._is_answering else _Phase.IDLE)
        super().on_message_complete()

    # --- called by the application and the server

    def on_response_complete(self) -> None:
        """Wait for the next request, unless it is being read or answered."""
        super().on_response_complete()
        if self._phase is _Phase.ANSWER and not self._is_answering:
            self._enter(_Phase.IDLE)

    # docs/workarounds.md#uvicorn-shutdown
    def shutdown(self) -> None:
        """End after the open response. An idle connection ends a little later, to answer a request on its way."""
        self._is_shutting_down = True
        if self._is_answering:
            super().shutdown()
        else:
            self.loop.call_later(_GRACE_SECONDS, super().shutdown)

    # --- refusals

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (uvicorn gives a sentence)
        """Refuse what the parser refuses. uvicorn calls this while it handles the parser's error."""
        self._refuse(protocol_errors.protocol_error(sys.exc_info()[1]))

    def _refuse(self, error: ProtocolError) -> None:
        """Send a response that says why, and ignore further data. Cut the connection if another response is open."""
        if self._phase is _Phase.REFUSED or self.transport.is_closing():
            return
        if error.reason == MALFORMED and self._is_answering and self._phase in {_Phase.HEAD, _Phase.ANSWER}:
            # What came before was a whole request. It is answered; what follows it never is.
            self.cycle.keep_alive = False
            self._enter(_Phase.ANSWER)
            return
        count_cut(error.reason)
        if self._is_answering and (
            self._phase is _Phase.HEAD or self.pipeline or self.cycle.response_started
        ):
            self.transport.abort()
            return
        if self._is_answering:
            # Tells the application that the client is gone.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        is_request_known = self._phase in {_Phase.HEAD, _Phase.BODY}
        self._enter(_Phase.REFUSED)
        answer = protocol_errors.response(
            error, *((self.url, self.headers) if is_request_known else (b"", ()))
        )
        headers = [*self.server_state.default_headers, *answer.raw_headers]
        head = b"".join(b"%b: %b\r\n" % header for header in headers)
        self.transport.write(STATUS_LINE[error.status] + head + b"\r\n" + bytes(answer.body))
        _log.info(
            "A request was refused before it was read as a whole.",
            request_id=answer.headers["X-Request-ID"],
            status=int(error.status),
            reason=error.sentence,
        )
        self.transport.write_eof()
        self.flow.resume_reading()

    @property
    def _is_answering(self) -> bool:
        return bool(self.cycle) and not self.cycle.response_complete

    def _enter(self, phase: _Phase) -> None:
        self._phase, self._since = phase, self.loop.time()

    def _should_upgrade_to_ws(self) -> bool:
        """Return False: there are no WebSockets here, and they would have no deadlines."""
        return False

"""HTTP connections of the API: heads of bounded size, deadlines for slow clients, and an end that loses no request.

uvicorn with httptools has neither a limit for headers nor a deadline for a request that is on its way. When a process
ends, it closes every connection that has not asked yet, or not for the second time. Of hundreds of requests a second,
one or two have been sent by then and not been read.
"""

import asyncio
from enum import Enum, auto
from http import HTTPStatus
from typing import ClassVar, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.connections import TOO_LARGE, TOO_SLOW, Connections, connections_of, count_cut

#: In bytes: request line and headers, each header counted with 32 bytes more (as RFC 9113 §6.5.2 does).
LARGEST_HEAD: Final = 64 * 1024
_HEADER_OVERHEAD: Final = 32

#: How long is read on after a refusal: closing at once on a client that still sends would take the answer away
#: (RFC 9112 §9.6).
_LINGER_SECONDS: Final = 2.0

#: How long a request may be on its way when the process ends.
_ON_ITS_WAY_SECONDS: Final = 0.5


class _Phase(Enum):
    """What a connection waits for."""

    IDLE = auto()  #: a request
    HEAD = auto()  #: the rest of a request's head
    BODY = auto()  #: the rest of its body
    ANSWER = auto()  #: nothing of its client: the request is here as a whole
    REFUSED = auto()  #: that its client has read why it is refused


class _HeadTooLarge(Exception):
    """The request line and the headers are larger than is allowed."""


class BoundedHttpProtocol(HttpToolsProtocol):
    """A connection, for uvicorn's `--http`."""

    #: How long a client may take for a request's head, from its first byte or from the beginning of the connection on.
    head_seconds: ClassVar[float] = 10.0
    #: How long nothing of a body may come.
    body_pause_seconds: ClassVar[float] = 30.0
    #: How slowly it may come on the whole, once as long has passed; a telephone line carries ten times as much.
    body_bytes_per_second: ClassVar[float] = 500.0
    #: How long a client may leave its answer unread.
    answer_pause_seconds: ClassVar[float] = 30.0

    _ends: bool = False
    _phase: _Phase = _Phase.IDLE
    #: Since when the phase lasts, or when the last part of the body came.
    _since: float = 0.0
    #: How much came since something was understood: more than a head's worth of it is no head, and no trailer either.
    _not_understood: int = 0
    _is_understood: bool = False
    _is_too_large: bool = False
    _body_began: float = 0.0
    _body_size: int = 0
    _paused_writing_at: float | None = None
    _others: Connections

    # --- what the bounds on connections ask

    @property
    def peer(self) -> str | None:
        """Return the address of the other end, if it has one."""
        return self.client[0] if self.client else None

    @property
    def waits_since(self) -> float | None:
        """Return since when the client is waited for, or None while it is answered."""
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
                self._refuse(HTTPStatus.REQUEST_TIMEOUT, TOO_SLOW)
            case _Phase.BODY if self.flow.read_paused:
                self._body_began += now - self._since
                self._since = now
            case _Phase.BODY if self._is_body_too_slow(now):
                self._refuse(HTTPStatus.REQUEST_TIMEOUT, TOO_SLOW)
            case _Phase.REFUSED if now - self._since > _LINGER_SECONDS:
                self.transport.abort()
        if self._paused_writing_at is not None and now - self._paused_writing_at > self.answer_pause_seconds:
            count_cut(TOO_SLOW)
            self.transport.abort()

    @property
    def _idle_seconds(self) -> float:
        """Return how long a request is waited for; uvicorn's own timer for the next one stops at any byte."""
        return self.head_seconds if not bool(self.cycle) else max(self.head_seconds, self.timeout_keep_alive)

    def _is_body_too_slow(self, now: float) -> bool:
        longest = self.body_pause_seconds + self._body_size / self.body_bytes_per_second
        return now - self._since > self.body_pause_seconds or now - self._body_began > longest

    # --- what the loop says

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        """Begin, if there is room."""
        super().connection_made(transport)
        self._enter(_Phase.IDLE)
        self._others = connections_of(self.server_state, self.config, self.loop)
        self._others.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._others.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; of what makes no sense, no more than a head's worth."""
        if self._phase is _Phase.REFUSED:
            return
        self._is_understood = False
        super().data_received(data)
        self._not_understood = 0 if self._is_understood else self._not_understood + len(data)
        if self._not_understood > LARGEST_HEAD:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, TOO_LARGE)

    def pause_writing(self) -> None:
        """Note since when the client does not read its answer."""
        self._paused_writing_at = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Go on."""
        self._paused_writing_at = None
        super().resume_writing()

    # --- what the parser says

    def on_message_begin(self) -> None:
        """Begin to read a request."""
        super().on_message_begin()
        self._enter(_Phase.HEAD)

    def on_headers_complete(self) -> None:
        """Begin to answer; where the connection ends, the answer says so (RFC 9112 §9.6)."""
        self._is_understood = True
        if (
            len(self.url) + sum(len(name) + len(value) + _HEADER_OVERHEAD for name, value in self.headers)
            > LARGEST_HEAD
        ):
            self._is_too_large = True
            raise _HeadTooLarge
        self._enter(_Phase.BODY)
        self._body_began, self._body_size = self._since, 0
        super().on_headers_complete()
        if self._ends:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        """Take a part of the body."""
        self._is_understood = True
        self._since = self.loop.time()
        self._body_size += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Have read a request as a whole; its answer may be through already."""
        self._is_understood = True
        self._enter(_Phase.ANSWER if self._is_answering else _Phase.IDLE)
        super().on_message_complete()

    # --- what the application says

    def on_response_complete(self) -> None:
        """Wait for the next request, unless it is being read or answered."""
        super().on_response_complete()
        if self._phase is _Phase.ANSWER and not self._is_answering:
            self._enter(_Phase.IDLE)

    def shutdown(self) -> None:
        """End after the answer to what was asked, or is asked presently."""
        self._ends = True
        if self._is_answering:
            super().shutdown()
        else:
            self.loop.call_later(_ON_ITS_WAY_SECONDS, super().shutdown)

    # --- refusals

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, or what the parser was told to refuse."""
        if self._is_too_large:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, TOO_LARGE)
        else:
            super().send_400_response(msg)

    def _refuse(self, status: HTTPStatus, reason: str) -> None:
        """Answer with this status, and read no more; where an answer is on its way, the connection ends in it."""
        if self._phase is _Phase.REFUSED or self.transport.is_closing():
            return
        count_cut(reason)
        if self._is_answering and (
            self._phase is _Phase.HEAD or self.pipeline or self.cycle.response_started
        ):
            self.transport.abort()
            return
        if self._is_answering:
            # The application is told that nobody waits for its answer.
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self._enter(_Phase.REFUSED)
        text = status.phrase.encode()
        headers: list[tuple[bytes, bytes]] = [
            *self.server_state.default_headers,
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"%d" % len(text)),
            (b"connection", b"close"),
        ]
        head = b"".join(b"%b: %b\r\n" % header for header in headers)
        self.transport.write(STATUS_LINE[status] + head + b"\r\n" + text)
        self.transport.write_eof()
        self.flow.resume_reading()

    @property
    def _is_answering(self) -> bool:
        return bool(self.cycle) and not self.cycle.response_complete

    def _enter(self, phase: _Phase) -> None:
        self._phase, self._since = phase, self.loop.time()

    def _should_upgrade_to_ws(self) -> bool:
        """Say that nothing here speaks WebSocket, which would have no deadlines."""
        return False

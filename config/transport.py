"""The transport to the broker. It drops invalid messages, which would end a worker or keep it from its work.

Everybody with the broker's password can send anything.
"""

from queue import Empty
from typing import Annotated, Any, Final, Literal

import structlog
from kombu.transport import redis
from pydantic import (
    AfterValidator,
    AwareDatetime,
    Base64Bytes,
    BaseModel,
    BeforeValidator,
    Field,
    Json,
    TypeAdapter,
    ValidationError,
)

from config.tasks import HOUSEKEEPING, TASKS, TIMERS

_log: Final = structlog.get_logger("presently.broker")


#: The errors of reading from the broker that mean that no message was read.
_NO_MESSAGE: Final[tuple[type[Exception], ...]] = (Empty, *redis.Transport.connection_errors)


class _Properties(BaseModel):
    delivery_tag: str
    delivery_info: dict[str, Any]
    body_encoding: Literal["base64"]


class _Message(BaseModel):
    """The fields that Kombu needs in every message."""

    content_type: Literal["application/json"] = Field(alias="content-type")
    content_encoding: Literal["utf-8"] = Field(alias="content-encoding")
    headers: dict[str, Any]
    properties: _Properties


def _known(task: str) -> str:
    if task not in TASKS:
        message = "there is no such task"
        raise ValueError(message)
    return task


class _Headers(BaseModel):
    task: Annotated[str, AfterValidator(_known)]
    id: str
    root_id: str
    parent_id: str | None
    group: None
    eta: None
    expires: AwareDatetime | None
    retries: Literal[0]
    timelimit: tuple[None, None]
    stamped_headers: None
    stamps: dict[str, Any]
    compression: None = None


class _Following(BaseModel):
    """The callbacks of a task, of which none is allowed."""

    callbacks: None
    errbacks: None
    chain: None
    chord: None


class _Task(_Message):
    """The fields that Celery needs in a task. Only values that our beat and workers send are allowed."""

    headers: _Headers  # type: ignore[assignment] # a task needs more headers than other messages
    body: Annotated[
        Json[tuple[tuple[()], dict[Literal["due_at"], AwareDatetime], _Following]],
        BeforeValidator(TypeAdapter(Base64Bytes).validate_python),
    ]


class _Channel(redis.Channel):
    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)  # type: ignore[misc] # Kombu's stubs lack it
        except self.ResponseError as error:
            if not str(error).startswith("WRONGTYPE"):
                raise
            self._delete_what_is_no_queue()
        except _NO_MESSAGE:
            raise
        except Exception as error:  # noqa: BLE001 (Kombu does not document what it raises for invalid JSON)
            _tell(reason=type(error).__name__)
        return True

    def _delete_what_is_no_queue(self) -> None:
        with self.conn_or_acquire() as client:
            for queue in self.active_queues:
                for priority in self.priority_steps:
                    key = self._q_for_pri(queue, priority)  # type: ignore[attr-defined] # as above
                    if client.type(key) not in {b"list", b"none"}:
                        client.delete(key)
                        _tell(queue=queue, reason="not a list")


class Transport(redis.Transport):
    """Kombu's transport for Redis, which delivers valid messages only."""

    Channel = _Channel

    def _deliver(self, message: Any, queue: Any) -> None:
        expected = _Task if queue in {TIMERS, HOUSEKEEPING} else _Message
        try:
            expected.model_validate(message)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            _tell(queue=queue, reason=f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
        else:
            super()._deliver(message, queue)


def _tell(**found: str) -> None:
    _log.warning("Something in the broker is no message of ours; it is dropped.", **found)

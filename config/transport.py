"""The transport to the broker. It drops invalid messages, which would end a worker or keep it from its work.

Everybody with the broker's password can send anything.
"""

from collections.abc import Callable
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


#: The code with which the broker refuses a command for a key of another type. Other words may stand before it.
_WRONG_TYPE: Final = "WRONGTYPE"


#: The exchange for answers to `inspect`. A worker declares it only with its first answer.
_REPLIES: Final = "reply.celery.pidbox"


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


class _QoS(redis.QoS):
    """The unacknowledged messages, in keys that anybody with the broker's password can overwrite."""

    channel: Any

    def append(self, message: Any, delivery_tag: str) -> None:
        self.channel.repairing(super().append, message, delivery_tag)

    def ack(self, delivery_tag: str) -> None:
        self.channel.repairing(super().ack, delivery_tag)

    def restore_visible(self, *args: Any, **options: Any) -> Any:
        return self.channel.repairing(super().restore_visible, *args, **options)


class _Channel(redis.Channel):
    QoS = _QoS

    # docs/workarounds.md#kombu-invalid-messages
    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)  # type: ignore[misc] # Kombu's stubs lack it
        except self.ResponseError as error:
            if _WRONG_TYPE not in str(error):
                raise
            self.delete_keys_of_another_type()
        except _NO_MESSAGE:
            raise
        except Exception as error:  # noqa: BLE001 (Kombu does not document what it raises for invalid JSON)
            _log_dropped(reason=type(error).__name__)
        return True

    def _size(self, queue: str) -> Any:
        return self.repairing(super()._size, queue)

    def _queue_bind(self, *binding: Any) -> Any:
        return self.repairing(super()._queue_bind, *binding)  # type: ignore[misc] # as above

    def maybe_refresh_binding_expiry(self) -> None:
        """Do what Kombu does once a second in a worker, and mend the keys that only other processes use."""
        if self.active_queues:
            self.delete_keys_of_another_type()
        super().maybe_refresh_binding_expiry()  # type: ignore[misc] # as above

    # docs/workarounds.md#kombu-wrong-type
    def repairing(self, command: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Run a command of Kombu's; if one of its keys is of another type, delete that key and run it again."""
        try:
            return command(*args, **options)
        except self.ResponseError as error:
            if _WRONG_TYPE not in str(error):
                raise
            self.delete_keys_of_another_type()
            return command(*args, **options)

    def delete_keys_of_another_type(self) -> None:
        """Delete what lies in the place of a key of Kombu's, and has a type that Kombu cannot use."""
        expected = self._types()
        with self.conn_or_acquire() as client:
            with client.pipeline(transaction=False) as pipeline:
                for key in expected:
                    pipeline.type(key)
                found = pipeline.execute()
            for (key, kind), actual in zip(expected.items(), found, strict=True):
                if actual not in {kind, b"none"}:
                    client.delete(key)
                    _log.warning(
                        "A key in the broker is of a type that Celery cannot use; it is deleted.",
                        key=key,
                        found=actual.decode(),
                        expected=kind.decode(),
                    )

    def _types(self) -> dict[str, bytes]:
        """Return the broker's type of each key of Kombu's."""
        kombu: Any = self  # Kombu's stubs lack its keys
        queues = {TIMERS, HOUSEKEEPING, *kombu.active_queues}
        exchanges = {_REPLIES, *kombu.state.exchanges}
        bindings = (kombu.keyprefix_queue, kombu.keyprefix_binding_permanent)
        return {
            **{kombu._q_for_pri(queue, step): b"list" for queue in queues for step in kombu.priority_steps},  # noqa: SLF001 (of its own base class)
            **{pattern % exchange: b"set" for exchange in exchanges for pattern in bindings},
            kombu.unacked_key: b"hash",
            kombu.unacked_index_key: b"zset",
            kombu.unacked_mutex_key: b"string",
            kombu.keyprefix_binding_deadlines: b"zset",
        }


class Transport(redis.Transport):
    """Kombu's transport for Redis, which delivers valid messages only."""

    Channel = _Channel

    # docs/workarounds.md#kombu-invalid-messages
    def _deliver(self, message: Any, queue: Any) -> None:
        expected = _Task if queue in {TIMERS, HOUSEKEEPING} else _Message
        try:
            expected.model_validate(message)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            _log_dropped(queue=queue, reason=f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
        else:
            super()._deliver(message, queue)


def _log_dropped(**found: str) -> None:
    _log.warning("Something in the broker is no message of ours; it is dropped.", **found)

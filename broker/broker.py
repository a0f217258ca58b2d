"""The broker as the doors see it: whether it works, and what is kept in it."""

from datetime import timedelta
from typing import Final

from broker.connection import connect
from broker.heartbeats import Heartbeats
from broker.lateness import LatenessHistograms

#: It expires at once: only whether the broker accepts it counts.
_TRIAL: Final = "presently:trial"
_TRIAL_LIVES: Final = timedelta(milliseconds=1)


class Broker:
    """The broker at `url`.

    Every method, here and in its parts, raises `BrokerUnreachable` when the broker cannot be reached.
    """

    def __init__(self, url: str) -> None:
        self._redis = connect(url)
        self.heartbeats = Heartbeats(self._redis)
        self.lateness = LatenessHistograms(self._redis)

    def ping(self) -> None:
        """Check that the broker answers."""
        self._redis.ping()

    def require_writes(self) -> None:
        """Check that the broker accepts a write.

        It tries one rather than read `INFO`: there are more reasons for a refusal than figures in `INFO`.

        Raises:
            BrokerTakesNoWrites: it answers, but refuses: its memory or its disk is full, or it is a replica.
        """
        self._redis.set(_TRIAL, "", px=_TRIAL_LIVES)

"""Keeps the answer to a request that has a key, in the transaction of its write: it is done once, or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic

from domain.expectation import Found
from domain.idempotency import Answer, AnsweredBefore, Keyed
from domain.refusals import KeyReused, StillRunning
from store.store import Transaction


@dataclass(frozen=True, slots=True)
class Recorder(Generic[Found]):
    """Records what a use case returns, as the answer that `answer` makes of it. Without a key it records nothing."""

    keyed: Keyed | None
    answer: Callable[[Found], Answer]

    def claim(self, transaction: Transaction) -> None:
        """Claim the key until the transaction ends: before anything is locked, so that a repeated request never waits.

        Raises:
            StillRunning: another request holds it.
        """
        if self.keyed is not None and not transaction.kept_answers.claim(self.keyed):
            raise StillRunning

    def check(self, transaction: Transaction) -> None:
        """Check that the request was not carried out before. The caller must be admitted.

        Raises:
            AnsweredBefore: it was, and this is the answer.
            KeyReused: another request had this key.
        """
        kept = self.keyed and transaction.kept_answers.find(self.keyed, transaction.now())
        if not self.keyed or not kept:
            return
        if kept.digest != self.keyed.digest:
            raise KeyReused
        raise AnsweredBefore(kept.answer)

    def record(self, transaction: Transaction, found: Found) -> None:
        """Keep the answer, in the transaction of the write."""
        if self.keyed is not None:
            transaction.kept_answers.save(self.keyed, self.answer(found), transaction.now())


def _no_answer(_found: object) -> Answer:
    raise NotImplementedError


#: For callers that send no key.
RECORDS_NOTHING: Final[Recorder[Any]] = Recorder(None, _no_answer)

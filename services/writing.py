"""A write of one person's statuses: the person is locked, the caller admitted, and what was due is settled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.bookings import check_only_own
from domain.changes import Change
from domain.credentials import Caller
from domain.directory import Whom
from domain.events import Author
from domain.out_of_office import NEVER_SET, OutOfOffice
from domain.principals import Principal, admit
from domain.status import Status
from domain.timeline import Settlement, Timeline, as_of, settle
from services import admission
from services.idempotency import RECORDS_NOTHING, Recorder
from store.situations import Situation
from store.store import Transaction


@dataclass(frozen=True, slots=True)
class Writing:
    """What a write decides by, and the transaction that it saves to."""

    transaction: Transaction
    by: Author
    principal: Principal
    situation: Situation
    settlement: Settlement

    @property
    def now(self) -> datetime:
        """Return the time of the write."""
        return self.situation.now

    @property
    def sequence(self) -> int:
        """Return the sequence for a status that is written now."""
        return self.situation.sequence + 1

    @property
    def statuses(self) -> tuple[Status, ...]:
        """Return the statuses after what was due."""
        return self.settlement.statuses

    @property
    def timeline(self) -> Timeline:
        """Return the person's timeline before the write."""
        return as_of(self.statuses, self.now)

    def check(self, after: Sequence[Status]) -> None:
        """Raise `OwnBookingsOnly` if the caller is limited to its own statuses, and one of somebody else changes."""
        if self.principal.writes_own_only:
            check_only_own(self.settlement.statuses, after, self.principal.client)

    def save(
        self,
        after: Sequence[Status],
        *,
        remembered_before: OutOfOffice = NEVER_SET,
        remembered: OutOfOffice = NEVER_SET,
    ) -> None:
        """Save the person's statuses after the write, and what is remembered for the next out-of-office.

        Raises:
            OwnBookingsOnly: the caller is limited to its own statuses, and one of somebody else changes.
            TooMuchReplyText: the daily limit of reply text is passed.
        """
        self.check(after)
        earlier = {status.id for status in self.settlement.statuses}
        after = [
            status if status.id in earlier else replace(status, client=self.principal.client)
            for status in after
        ]
        change = Change(
            at=self.now,
            stored=self.situation.statuses,
            settlement=self.settlement,
            after=tuple(after),
            remembered_before=remembered_before,
            remembered=remembered,
        )
        self.transaction.save(self.situation.person.id, change, by=self.by)


def begin(
    transaction: Transaction,
    caller: Caller,
    whom: Whom,
    status_id: str | None = None,
    *,
    recorder: Recorder[Any] = RECORDS_NOTHING,
) -> Writing:
    """Lock the person, and admit the caller to the domain. The person is not checked yet, and may not exist.

    Of the plans that lie ahead, only the one with this id is brought.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may write for nobody in this domain.
        AnsweredBefore: the request was carried out before; this is the answer.
        StillRunning: the same request is being carried out.
        KeyReused: another request had the same key.
    """
    recorder.claim(transaction)
    situation = transaction.situations.lock(caller.credential, whom, status_id)
    principal = admit(caller.credential, situation.standing)
    principal.check_may_write(situation.target)
    recorder.check(transaction)
    by = admission.author(principal, caller)
    return Writing(transaction, by, principal, situation, settle(situation.statuses, situation.now))

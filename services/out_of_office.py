"""A person's out-of-office: get and save."""

from dataclasses import dataclass

from domain.credentials import Caller
from domain.directory import Whom
from domain.out_of_office import OutOfOffice, State, Written, view, write
from domain.principals import admit
from domain.refusals import MissingData, OwnBookingsOnly
from domain.submission import Submission
from domain.timeline import as_of
from services import writing
from services.writing import Writing
from store.store import Store


@dataclass(frozen=True, slots=True)
class Found:
    """An out-of-office, and the time zone of its person's domain (an IANA name)."""

    setting: OutOfOffice
    zone: str


def get(store: Store, caller: Caller, whom: Whom) -> Found:
    """Return a person's out-of-office.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not read this domain.
        PersonUnknown: there is no such person.
    """
    with store.reading() as transaction:
        situation = transaction.situations.read(caller.credential, whom)
        admit(caller.credential, situation.standing).check_may_read(situation.target)
        remembered = transaction.reply_texts.of(situation.person.id)
    timeline = as_of(situation.statuses, situation.now)
    return Found(view(timeline, remembered), situation.person.domain.zone)


def save(
    store: Store, caller: Caller, whom: Whom, submission: Submission | None, *, largest_reply: int
) -> None:
    """Save what somebody submitted, which is `None` if they submitted nothing.

    A reply may have `largest_reply` bytes, without its pictures.

    Raises:
        NotSignedIn: the caller is unknown.
        NotAllowed: the caller may not write this person's out-of-office.
        MissingData: nothing was submitted.
        PersonUnknown: there is no such person.
        InvalidValue: a reply is too long, or the window is impossible.
        OwnBookingsOnly: the caller is limited to its own statuses, and would change what somebody else said.
    """
    with store.writing() as transaction:
        begun = writing.begin(transaction, caller, whom)
        if submission is None:
            raise MissingData
        person = begun.situation.person
        begun.principal.check_may_write_for(person)
        submission.check_sizes(largest_reply)
        remembered = transaction.reply_texts.of(person.id)
        wanted = submission.applied_to(view(begun.timeline, remembered), person.domain.zone)
        written = write(begun.statuses, remembered, wanted, begun.now, sequence=begun.sequence)
        kept = _kept(begun, wanted, remembered, written)
        begun.save(written.statuses, remembered_before=remembered, remembered=kept)


def _kept(begun: Writing, wanted: OutOfOffice, remembered: OutOfOffice, written: Written) -> OutOfOffice:
    """Return what to remember for the person's next out-of-office: for a limited caller, what is remembered now.

    Raises:
        OwnBookingsOnly: the caller is limited to its own statuses, and would change texts that are switched off.
    """
    if not begun.principal.writes_own_only:
        return written.remembered
    is_only_remembered = wanted.state is State.DISABLED and written.statuses == begun.statuses
    if is_only_remembered and written.remembered != remembered:
        raise OwnBookingsOnly
    return remembered

"""Time zones whose rules change: statuses that were wished in days or local times follow, batch after batch."""

from collections.abc import Iterable
from hashlib import sha256

from domain import zones
from domain.zone_changes import TIME_ZONES, following
from store.store import Store
from store.zone_rules import Scope

#: How many people are locked in one transaction, to keep locks short.
PEOPLE_AT_ONCE = 50


def outdated(store: Store, *, domain_id: int | None = None) -> list[tuple[Scope, str]]:
    """Return the scopes whose windows were computed by other rules than Python knows now, and these rules' fingerprint.

    With a domain, only that one is looked at.
    """
    with store.reading() as transaction:
        scopes, computed = transaction.zone_rules.scopes(), transaction.zone_rules.computed()
    found = []
    for scope in scopes:
        if domain_id is not None and scope.domain_id != domain_id:
            continue
        wanted = _fingerprint(scope)
        known = computed.get((scope.domain_id, scope.zone))
        if known is None or known.fingerprint != wanted or known.reached is not None:
            found.append((scope, wanted))
    return found


def follow(store: Store, scope: Scope, fingerprint: str) -> int | None:
    """Compute the windows of the next people of a scope, and return how many moved; `None` after the last people.

    How far it has come is stored with each batch: whoever goes on later, in whichever process, goes on from there.
    """
    with store.writing() as transaction:
        rules = transaction.zone_rules
        reached = rules.begin(scope, fingerprint).reached
        if reached is None:
            return None
        people = rules.people(scope, after=reached, limit=PEOPLE_AT_ONCE)
        wished = rules.lock_wished(scope, people)
        now = transaction.now()
        after = [following(each.status, each.zone, each.day_halves, now) for each in wished]
        moved = [new for new, each in zip(after, wished, strict=True) if new != each.status]
        rules.save(moved, by=TIME_ZONES, now=now)
        rules.reach(scope, people[-1] if len(people) == PEOPLE_AT_ONCE else None)
    return len(moved)


def follow_all(store: Store, changed: Iterable[tuple[Scope, str]]) -> int:
    """Compute all windows of these scopes, and return how many moved."""
    total = 0
    for scope, fingerprint in changed:
        while (moved := follow(store, scope, fingerprint)) is not None:
            total += moved
    return total


def _fingerprint(scope: Scope) -> str:
    """Return the fingerprint of all that windows depend on."""
    return sha256(f"{zones.fingerprint(scope.zone)} {scope.day_halves}".encode()).hexdigest()

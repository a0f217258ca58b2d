"""A change of many people's plans is whole, whatever is killed while it is applied or undone."""

import signal
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from domain.bulk_changes import BulkChange, State
from domain.directory import Person
from harness.postgres import Cluster
from harness.waiting import wait_until
from services import change_receiving, changes
from services.changes import Booker
from tests.faults.conftest import everybody
from tests.faults.moments import start_and_wait
from tests.journey.deployment import Deployment
from tests.store.builders import statuses_of

HR: Final = Booker(domain_id=1, client="hr", author="hr")
#: So many for each person: a change of several seconds.
_EACH: Final = 20
_PATIENCE: Final = timedelta(minutes=1)


def planned(deployment: Deployment, crowd: list[Person]) -> BulkChange:
    """Send a change, and wait until the worker has planned it."""
    receiving = change_receiving.receive(deployment.store, HR)
    for person in crowd:
        receiving.add([leave(person, number) for number in range(_EACH)])
    change = receiving.finish()
    wait(deployment, change, State.PLANNED)
    return change


def leave(person: Person, number: int) -> dict[str, Any]:
    day = datetime.now(UTC).date() + timedelta(days=10 + 10 * number)
    return {"person": person.email, "externalId": f"{person.id}/{number}", "from": day.isoformat()}


def state(deployment: Deployment, change: BulkChange) -> BulkChange | None:
    """Return the change as it is now; None while the store cannot be reached."""
    try:
        return changes.get(deployment.store, HR, change.id)
    except SQLAlchemyError:
        return None


def wait(deployment: Deployment, change: BulkChange, wanted: State) -> None:
    def is_so() -> bool:
        found = state(deployment, change)
        return found is not None and found.state is wanted

    wait_until(is_so, patience=_PATIENCE)


def wait_for_middle(deployment: Deployment, change: BulkChange, wanted: State) -> None:
    """Wait until some people are done, and others are not."""

    def is_so() -> bool:
        found = state(deployment, change)
        return found is not None and found.state is wanted and 0 < found.people_done < found.people

    wait_until(is_so, patience=_PATIENCE)


def counts(deployment: Deployment, crowd: list[Person]) -> set[int]:
    """Return the numbers of statuses that people have."""
    return {len(statuses_of(deployment.store, person)) for person in crowd}


def test_a_worker_is_killed_while_it_applies_and_while_it_undoes(deployment: Deployment, crowd: list[Person]):
    change = planned(deployment, crowd)
    changes.apply(deployment.store, HR, change.id)
    wait_for_middle(deployment, change, State.APPLYING)
    deployment.kill("worker")
    assert counts(deployment, crowd) == {0, _EACH}
    start_and_wait(deployment, "worker")
    wait(deployment, change, State.APPLIED)
    assert counts(deployment, crowd) == {_EACH}

    changes.undo(deployment.store, HR, change.id)
    wait_for_middle(deployment, change, State.UNDOING)
    deployment.kill("worker")
    assert counts(deployment, crowd) == {0, _EACH}
    start_and_wait(deployment, "worker")
    wait(deployment, change, State.UNDONE)
    assert counts(deployment, crowd) == {0}


def test_postgresql_is_killed_while_a_change_is_applied(postgresql_deployment: Deployment, cluster: Cluster):
    deployment = postgresql_deployment
    crowd = everybody(deployment)
    change = planned(deployment, crowd)
    changes.apply(deployment.store, HR, change.id)
    wait_for_middle(deployment, change, State.APPLYING)
    cluster.stop(signal.SIGQUIT)
    cluster.start()
    wait(deployment, change, State.APPLIED)
    assert counts(deployment, crowd) == {_EACH}


def test_the_api_is_killed_while_a_worker_applies(deployment: Deployment, crowd: list[Person]):
    start_and_wait(deployment, "api")
    change = planned(deployment, crowd)
    changes.apply(deployment.store, HR, change.id)
    wait_for_middle(deployment, change, State.APPLYING)
    deployment.kill("api")
    wait(deployment, change, State.APPLIED)
    assert counts(deployment, crowd) == {_EACH}

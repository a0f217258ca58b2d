from types import ModuleType

from config.tasks import CARRY_ON, HOUSEKEEPING
from domain.bulk_changes import State
from domain.directory import Person
from services import change_receiving, changes
from services.changes import Booker
from store.store import Store

HR = Booker(domain_id=1, client="hr", author="hr")


def test_what_waits_is_carried_on(tasks: ModuleType, store: Store, person: Person):
    receiving = change_receiving.receive(store, HR)
    window = {"startsAt": "2026-03-17T09:00:00Z", "endsAt": "2026-03-18T09:00:00Z"}
    receiving.add([{"person": person.email, "externalId": "a", **window}])
    change = receiving.finish()

    assert tasks.carry_on() == {"unfinished": 0}
    assert changes.get(store, HR, change.id).state is State.PLANNED
    changes.apply(store, HR, change.id)
    assert tasks.carry_on() == {"unfinished": 0}
    assert changes.get(store, HR, change.id).state is State.APPLIED


def test_waits_in_the_queue_of_what_may_be_late(tasks: ModuleType):
    assert tasks.app.amqp.router.route({}, CARRY_ON)["queue"].name == HOUSEKEEPING

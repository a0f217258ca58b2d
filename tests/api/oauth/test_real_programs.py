"""Programs as their users wrote them, against the served API: only the two base URLs are changed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from domain.directory import Person
from store.store import Store
from tests.api.oauth.conftest import Program
from tests.programs import HrSync, StatusBot, leave
from tests.store.builders import events_of

both_databases = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def clock() -> Callable[[Any], datetime]:
    """Return the machine's clock, which the programs use too."""
    return lambda _connection: datetime.now(UTC)


@pytest.fixture
def sync(url: str, program: Program) -> HrSync:
    return HrSync(
        auth_url=f"{url}/oauth2/v2.0",
        api_url=f"{url}/v1.0",
        client_id=program.client.id,
        client_secret=program.secret,
        service_account=program.client.service_account,
        private_key=program.key.as_pem(private=True).decode(),
    )


@both_databases
def test_an_hr_script_leaves_the_nearest_leave_of_everybody_however_often_it_runs(
    sync: HrSync, store: Store, people: list[Person]
):
    leaves = [
        leave("u1@example.com", "over", -3),
        leave("u1@example.com", "near", 2),
        leave("u1@example.com", "far", 20),
        leave("u2@example.com", "far", 12, length=5),
        leave("u2@example.com", "in the middle", -1, length=4),
        leave("u3@example.com", "only", 1),
    ]
    for _ in range(3):
        sync.run(leaves)
    assert sync.errors == []

    headers = {"Authorization": f"Bearer {sync.get_token()}"}

    def statuses_of(email: str) -> list[tuple[str, str]]:
        answer = httpx.get(f"{sync.api_url}/users/{email}/user-profile-statuses", headers=headers)
        return [
            (each["scheduleType"], each["statusMessage"]) for each in answer.json()["userProfileStatuses"]
        ]

    assert statuses_of("u1@example.com") == [("RESERVED", "near")]
    assert statuses_of("u2@example.com") == [("PRESENT", "in the middle"), ("RESERVED", "far")]
    assert statuses_of("u3@example.com") == [("RESERVED", "only")]
    assert {event.actor for event in events_of(store, people[2])} == {sync.service_account}
    # Statuses that existed already were not changed.
    assert len(events_of(store, people[2])) == 1


def test_an_hr_script_renews_its_token_when_it_is_told_that_it_is_unauthorised(
    sync: HrSync, program: Program
):
    token = sync.get_token()
    program.revoke(token)
    answer = httpx.get(
        f"{sync.api_url}/users/u1@example.com/user-profile-statuses",
        headers={"Authorization": f"Bearer {token}"},
    )
    # The vendor's samples check for exactly this before they renew.
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")
    sync.run([leave("u1@example.com", "renewed", 1)])
    assert sync.errors == []


@both_databases
def test_a_bot_rewrites_the_first_status_and_adds_one_where_there_is_none(sync: HrSync):
    headers = {"Authorization": f"Bearer {sync.get_token()}", "Content-Type": "application/json"}
    bot = StatusBot(sync.api_url, headers)
    added = bot.set("u1@example.com", "BUSY", "In a meeting")
    rewritten = bot.set("u1@example.com", "LEAVE_OFFICE", "Gone home")
    assert rewritten["userProfileStatusId"] == added["userProfileStatusId"]
    assert (rewritten["profileStatusId"], rewritten["scheduleType"]) == ("LEAVE_OFFICE", "PRESENT")

    sync.run([leave("u2@example.com", "vacation", 3)])
    assert bot.set("externalKey:EMP 002", "AWAY", "Lunch")["profileStatusId"] == "AWAY"

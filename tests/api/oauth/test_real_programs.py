"""Programs as their users have written them, against the API as it is served: nothing changed but the two base URLs.

They know nothing of the tests: what they do is what HR departments' scripts and bots do with NAVER WORKS.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from domain.directory import Person
from store.store import Store
from tests.api.oauth.conftest import Program
from tests.builders import SEOUL
from tests.store.builders import events_of

both_databases = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def clock() -> Callable[[Any], datetime]:
    """Return the machine's clock: the programs go by their own, which is the same."""
    return lambda _connection: datetime.now(UTC)


@dataclass
class HrSync:
    """Posts every approved leave of the coming month, the farthest first, and does so again every half hour."""

    auth_url: str
    api_url: str
    client_id: str
    client_secret: str
    service_account: str
    private_key: str
    errors: list[str] = field(default_factory=list)

    def get_token(self) -> str:
        current_time = time.time()
        assertion = jwt.encode(
            {"alg": "RS256", "typ": "JWT"},
            {
                "iss": self.client_id,
                "sub": self.service_account,
                "iat": current_time,
                "exp": current_time + 60 * 60,
            },
            RSAKey.import_key(self.private_key),
        )
        answer = httpx.post(
            f"{self.auth_url}/token",
            headers={"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"},
            data={
                "assertion": assertion,
                # The vendor's sample encodes it by hand, and the library does it again.
                "grant_type": quote("urn:ietf:params:oauth:grant-type:jwt-bearer"),
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "scope": "user,directory,bot",
            },
        )
        answer.raise_for_status()
        assert float(answer.json()["expires_in"] + ".0") == 86400
        return str(answer.json()["access_token"])

    def run(self, leaves: list[dict[str, str]]) -> None:
        headers = {"Authorization": f"Bearer {self.get_token()}", "content-Type": "application/json"}
        for leave in sorted(leaves, key=lambda leave: leave["startTime"], reverse=True):
            if leave["endTime"] <= datetime.now(SEOUL).isoformat():
                continue
            answer = httpx.post(
                f"{self.api_url}/users/{leave['email']}/user-profile-statuses",
                headers=headers,
                json={
                    "profileStatusId": "ABSENCE",
                    "statusMessage": leave["name"],
                    "startTime": leave["startTime"],
                    "endTime": leave["endTime"],
                },
            )
            if not answer.is_success:
                self.errors.append(f"{leave['email']}: {answer.status_code} {answer.text}")


@dataclass
class StatusBot:
    """Says what somebody is now: a new status if there is none, else the first one rewritten."""

    api_url: str
    headers: dict[str, str]

    def set(self, user_id: str, profile_status_id: str, message: str) -> dict[str, Any]:
        url = f"{self.api_url}/users/{quote(user_id)}/user-profile-statuses"
        statuses = httpx.get(url, headers=self.headers).raise_for_status().json()["userProfileStatuses"]
        said = {"profileStatusId": profile_status_id, "statusMessage": message}
        if not statuses:
            return dict(httpx.post(url, headers=self.headers, json=said).raise_for_status().json())
        first = f"{url}/{statuses[0]['userProfileStatusId']}"
        return dict(httpx.put(first, headers=self.headers, json=said).raise_for_status().json())


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


def leave(email: str, name: str, days: int, length: int = 1) -> dict[str, str]:
    """Return a leave that starts at nine, some days from now, and ends at six."""
    nine = datetime.now(SEOUL).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=days)
    ends = nine.replace(hour=18) + timedelta(days=length - 1)
    return {"email": email, "name": name, "startTime": nine.isoformat(), "endTime": ends.isoformat()}


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
    # What was there already was left as it is.
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
    # The vendor's samples look for just this before they renew.
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

"""Programs as users write them for NAVER WORKS: a script of an HR department, and a bot.

They know nothing of Presently or its tests: only the two base URLs are changed.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

SEOUL = ZoneInfo("Asia/Seoul")


@dataclass
class HrSync:
    """Posts every approved leave of the coming month, the latest first, again every half hour."""

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
                # The vendor's sample encodes it, and the library encodes it again.
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
    """Sets a person's present status: posts a new one if there is none, else rewrites the first."""

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


def leave(email: str, name: str, days: int, length: int = 1) -> dict[str, str]:
    """Return a leave that starts at nine, some days from now, and ends at six."""
    nine = datetime.now(SEOUL).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=days)
    ends = nine.replace(hour=18) + timedelta(days=length - 1)
    return {"email": email, "name": name, "startTime": nine.isoformat(), "endTime": ends.isoformat()}

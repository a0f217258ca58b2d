"""One client for each dialect, and times as each of them writes them."""

import json
import warnings
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from starlette.exceptions import StarletteDeprecationWarning

from tests.builders import SEOUL

with warnings.catch_warnings():
    # Starlette recommends the successor of httpx.
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from fastapi.testclient import TestClient

__all__ = ["Oof", "TestClient", "Works", "naive", "written"]


def written(moment: datetime) -> str:
    """Return `moment` as NAVER WORKS writes it, with Seoul's offset."""
    return moment.astimezone(SEOUL).isoformat(timespec="seconds")


def naive(moment: datetime, zone: str = "Asia/Seoul") -> str:
    """Return `moment` as grommunio writes it, in the zone of the domain."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}"


def _json(body: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments to send `body` as JSON in ASCII: UTF-8 cannot encode halves of surrogate pairs."""
    return {"content": json.dumps(body), "headers": {"Content-Type": "application/json"}}


@dataclass(frozen=True)
class Works:
    """A client of NAVER WORKS that looks after one person's statuses."""

    http: httpx.Client
    user_id: str

    @property
    def path(self) -> str:
        """Return the path of the person's statuses."""
        return f"/v1.0/users/{self.user_id}/user-profile-statuses"

    def of(self, user_id: str) -> "Works":
        """Return a client for another person, or for the same one by another identifier."""
        return replace(self, user_id=user_id)

    def list(self) -> list[dict[str, Any]]:
        """List the shown and the reserved status."""
        answer = self.http.get(self.path)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["userProfileStatuses"])

    def shown(self) -> dict[str, Any] | None:
        """Return the shown status."""
        return next((status for status in self.list() if status["scheduleType"] == "PRESENT"), None)

    def reserved(self) -> dict[str, Any] | None:
        """Return the reserved status."""
        return next((status for status in self.list() if status["scheduleType"] == "RESERVED"), None)

    def post(self, profile_status_id: str = "BUSY", **said: Any) -> httpx.Response:
        """Post a status."""
        return self.http.post(self.path, **_json({"profileStatusId": profile_status_id, **said}))

    def posted(self, profile_status_id: str = "BUSY", **said: Any) -> dict[str, Any]:
        """Post a status, and return it."""
        answer = self.post(profile_status_id, **said)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def get(self, status_id: str) -> httpx.Response:
        """Get one status."""
        return self.http.get(f"{self.path}/{status_id}")

    def put(self, status_id: str, profile_status_id: str = "BUSY", **said: Any) -> httpx.Response:
        """Rewrite one status."""
        body = {"profileStatusId": profile_status_id, **said}
        return self.http.put(f"{self.path}/{status_id}", **_json(body))

    def patch(self, status_id: str, **said: Any) -> httpx.Response:
        """Change one status in part."""
        return self.http.patch(f"{self.path}/{status_id}", **_json(said))

    def delete(self, status_id: str) -> httpx.Response:
        """Delete one status."""
        return self.http.delete(f"{self.path}/{status_id}")


@dataclass(frozen=True)
class Oof:
    """A client of grommunio's admin API that looks after one person's out-of-office."""

    http: httpx.Client
    user_id: int
    domain_id: int = 1

    @property
    def path(self) -> str:
        """Return the path of the person's out-of-office."""
        return f"/api/v1/domains/{self.domain_id}/users/{self.user_id}/oof"

    def of(self, user_id: int, domain_id: int = 1) -> "Oof":
        """Return a client for another person."""
        return replace(self, user_id=user_id, domain_id=domain_id)

    def read(self) -> dict[str, Any]:
        """Return the setting."""
        answer = self.http.get(self.path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def put(self, **setting: Any) -> httpx.Response:
        """Try to save a setting."""
        return self.http.put(self.path, **_json(setting))

    def save(self, **setting: Any) -> None:
        """Save a setting."""
        answer = self.put(**setting)
        assert answer.status_code == 200, answer.text
        assert answer.json() == {"message": "Success"}

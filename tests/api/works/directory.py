"""A client of the directory's profile statuses."""

from dataclasses import dataclass
from typing import Any

import httpx

PATH = "/v1.0/directory/profile-statuses"


def a_body(**said: Any) -> dict[str, Any]:
    """Return the body that creates a profile status of domain 1, with these changes; `...` removes a key."""
    usual = {
        "domainId": 1,
        "profileStatusId": "CUSTOM01",
        "iconType": "AT_HOME",
        "profileStatusName": "At home",
        "displayOrder": 5,
    }
    return {name: value for name, value in (usual | said).items() if value is not ...}


@dataclass(frozen=True)
class Directory:
    """A client for the profile statuses of a domain."""

    http: httpx.Client

    def all(self, **query: Any) -> list[dict[str, Any]]:
        """List them all."""
        answer = self.http.get(PATH, params=query)
        assert answer.status_code == 200, answer.text
        assert list(answer.json()) == ["profileStatuses"]
        return list(answer.json()["profileStatuses"])

    def ids(self) -> list[str]:
        """Return the ids of all, in their order."""
        return [one["profileStatusId"] for one in self.all()]

    def get(self, profile_status_id: str, **query: Any) -> httpx.Response:
        """Get one."""
        return self.http.get(f"{PATH}/{profile_status_id}", params=query)

    def got(self, profile_status_id: str) -> dict[str, Any]:
        """Get one, and return its body."""
        answer = self.get(profile_status_id)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def post(self, **said: Any) -> httpx.Response:
        """Create one."""
        return self.http.post(PATH, json=a_body(**said))

    def created(self, **said: Any) -> dict[str, Any]:
        """Create one, and return its body."""
        answer = self.post(**said)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def put(self, profile_status_id: str, **said: Any) -> httpx.Response:
        """Rewrite one."""
        return self.http.put(f"{PATH}/{profile_status_id}", json=a_body(**{"profileStatusId": ..., **said}))

    def patch(self, profile_status_id: str, **said: Any) -> httpx.Response:
        """Change one in part."""
        return self.http.patch(f"{PATH}/{profile_status_id}", json={"domainId": 1, **said})

    def delete(self, profile_status_id: str, **query: Any) -> httpx.Response:
        """Remove one."""
        return self.http.delete(f"{PATH}/{profile_status_id}", params=query)

    def enable(self, **query: Any) -> httpx.Response:
        """Switch statuses on."""
        return self._switch("enable", query)

    def disable(self, **query: Any) -> httpx.Response:
        """Switch statuses off."""
        return self._switch("disable", query)

    def _switch(self, verb: str, query: dict[str, Any]) -> httpx.Response:
        """Post as real clients do: with an empty body and without Content-Type."""
        answer = self.http.post(f"{PATH}/{verb}", params=query)
        assert answer.request.headers["Content-Length"] == "0"
        assert "Content-Type" not in answer.request.headers
        return answer

"""The booking that is posted: a reserved status, too far ahead to start during the run."""

import json
from datetime import timedelta
from typing import Final

from bench.people import DOMAIN
from cli import token
from config.settings import Settings
from domain.credentials import Bearer, Scope

BODY: Final = json.dumps(
    {
        "profileStatusId": "BUSY",
        "startTime": "2100-01-01T09:00:00+00:00",
        "endTime": "2100-01-01T18:00:00+00:00",
    }
)


def path(person_id: int) -> str:
    """Return the path that the booking is posted to."""
    return f"/v1.0/users/u{person_id}@{DOMAIN}/user-profile-statuses"


def headers(settings: Settings) -> dict[str, str]:
    """Return the request's headers, with a service's token that is valid for the whole domain."""
    caller = Bearer(name="bench", domain_id=1, scopes=frozenset({Scope.DIRECTORY}))
    bearer = token.issue(settings, caller, timedelta(hours=1))
    return {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}

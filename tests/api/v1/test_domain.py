"""The domain of a token, its definitions and its clients, and ETags."""

import httpx
import pytest

from domain.credentials import Scope
from services import clients
from services.clients import Choices
from services.domains import get
from store.store import Store

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

V1 = "/presently/v1"


def test_the_domain_of_the_token_is_told(http: httpx.Client):
    domain = http.get(f"{V1}/domain").json()
    assert domain == {
        "id": 1,
        "name": "example.com",
        "zone": "Asia/Seoul",
        "dayHalves": "13:00",
        "statusesAreOn": True,
    }


def test_definitions_are_listed_in_their_order(http: httpx.Client):
    listed = http.get(f"{V1}/definitions").json()["definitions"]
    assert [one["id"] for one in listed] == ["BUSY", "AWAY", "LEAVE_OFFICE", "ABSENCE"]
    assert listed[0] == {
        "id": "BUSY",
        "name": "Busy",
        "names": {},
        "iconUrl": "http://testserver/icons/BUSY.svg",
        "inUse": True,
        "forEverybody": True,
        "order": 1,
    }


def test_a_domain_that_has_switched_statuses_off_has_no_definitions(http: httpx.Client):
    assert http.post("/v1.0/directory/profile-statuses/disable", json={}).status_code == 204
    assert http.get(f"{V1}/definitions").json() == {"definitions": []}
    assert http.get(f"{V1}/domain").json()["statusesAreOn"] is False


def test_clients_are_listed_without_secrets(http: httpx.Client, store: Store):
    choices = Choices(name="HR", scopes=frozenset({Scope.DIRECTORY}), public_key="a key")
    new = clients.new_client(get(store, 1), choices)
    clients.register(store, new.client)
    answer = http.get(f"{V1}/clients")
    assert answer.json() == {
        "clients": [
            {
                "id": new.client.id,
                "name": "HR",
                "serviceAccount": new.client.service_account,
                "scopes": ["directory"],
                "revokedAt": None,
            }
        ]
    }
    for secret in (new.secret, new.client.secret_digest, "a key"):
        assert secret not in answer.text


def test_a_client_is_sent_only_what_it_has_not(http: httpx.Client):
    first = http.get(f"{V1}/definitions")
    etag = first.headers["ETag"]
    assert etag.startswith('"')
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        again = http.get(f"{V1}/definitions", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
        assert again.headers["Cache-Control"] == "private, no-cache"
    assert http.get(f"{V1}/definitions", headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_etag_changes_with_what_it_names(http: httpx.Client):
    etag = http.get(f"{V1}/definitions").headers["ETag"]
    patch = {"domainId": 1, "displayOrder": 9}
    assert http.patch("/v1.0/directory/profile-statuses/BUSY", json=patch).status_code == 200
    again = http.get(f"{V1}/definitions", headers={"If-None-Match": etag})
    assert again.status_code == 200
    assert again.headers["ETag"] != etag

"""The demo's OAuth client: registered on the first start, its secret and private key kept in the data folder."""

import json
from pathlib import Path
from typing import Any

from cli import private_file
from cli.registration import as_json, new_key_pair
from config.settings import Settings
from domain.credentials import Scope
from domain.directory import Domain
from services import clients
from services.clients import Choices
from store.store import Store


def prepare(settings: Settings, store: Store, domain: Domain) -> None:
    """Register the client unless the store has it, and write its credentials to files only their owner may read."""
    known = read(settings)
    if known and clients.is_registered(store, known["id"]):
        return
    pair = new_key_pair()
    choices = Choices(name="Demo", scopes=frozenset(Scope), public_key=pair.public)
    new = clients.new_client(domain, choices)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    private_key = (settings.data / "demo-client.pem").resolve()
    private_file.write(private_key, pair.private)
    private_file.write(_file(settings), json.dumps(as_json(new, str(private_key)), indent=2))
    clients.register(store, new.client)


def read(settings: Settings) -> dict[str, Any] | None:
    """Return the client's credentials, or `None` if it was not registered from this data folder."""
    file = _file(settings)
    return dict(json.loads(file.read_text())) if file.is_file() else None


def _file(settings: Settings) -> Path:
    return settings.data / "demo-client.json"

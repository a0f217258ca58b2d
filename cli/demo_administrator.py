"""The administrator of the demo domain, with a password that is generated once."""

import secrets
from pathlib import Path

from cli import private_file
from config.settings import Settings
from domain.directory import Domain
from domain.permissions import Permission, Role
from services import accounts
from store.store import Store


def prepare(settings: Settings, store: Store, domain: Domain, mail: str) -> None:
    """Make the person with this address an administrator of the domain, unless they have a password already.

    The generated password is kept in the data folder, readable only by its owner.
    """
    if not accounts.lacks_password(store, mail):
        return
    password = secrets.token_urlsafe(15)
    private_file.write(_file(settings), password)
    # The password comes last: without one, the next start does this again.
    accounts.grant(store, mail, Role(Permission.DOMAIN_ADMIN, domain.id))
    accounts.set_password(store, mail, password)


def password(settings: Settings) -> str | None:
    """Return the password, or `None` if none was generated in this data folder."""
    file = _file(settings)
    return file.read_text() if file.exists() else None


def _file(settings: Settings) -> Path:
    return settings.data / "administrator-password"

"""The administrator of the demo domain, with a password that is generated once."""

import secrets
from pathlib import Path

from cli import private_file
from config.settings import Settings
from domain.directory import Domain
from domain.permissions import Permission, Role
from services import accounts
from store.store import Transaction


def prepare(settings: Settings, transaction: Transaction, domain: Domain, mail: str) -> None:
    """Make the person with this address an administrator of the domain, unless they have a password already.

    The generated password is kept in the data folder, readable only by its owner.
    """
    account = transaction.accounts.named(mail)
    if account is None or account.password_hash is not None:
        return
    password = secrets.token_urlsafe(15)
    private_file.write(_file(settings), password)
    accounts.set_password(transaction, account.person, password)
    accounts.grant(transaction, account.person, Role(Permission.DOMAIN_ADMIN, domain.id))


def password(settings: Settings) -> str | None:
    """Return the password, or `None` if none was generated in this data folder."""
    file = _file(settings)
    return file.read_text() if file.exists() else None


def _file(settings: Settings) -> Path:
    return settings.data / "administrator-password"

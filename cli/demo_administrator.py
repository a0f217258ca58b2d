"""The administrator of the demo: who logs in where the demo is looked after, with a password that is made once."""

import secrets
from pathlib import Path

from cli import private_file
from config import passwords
from config.settings import Settings
from domain.directory import Domain
from domain.permissions import Permission, Role
from store.store import Transaction


def prepare(settings: Settings, transaction: Transaction, domain: Domain, mail: str) -> None:
    """Let the person with this address administer the domain, unless the person has a password already.

    The password that is made is kept in the data folder, for its owner only.
    """
    account = transaction.accounts.named(mail)
    if account is None or account.password_hash is not None:
        return
    password = secrets.token_urlsafe(15)
    private_file.write(_file(settings), password)
    number = account.administrator.person.id
    transaction.accounts.set_password(number, passwords.hashed(password))
    transaction.accounts.grant(number, Role(Permission.DOMAIN_ADMIN, domain.id))


def password(settings: Settings) -> str | None:
    """Return the password, if this folder has a demo that an administrator was made for."""
    file = _file(settings)
    return file.read_text() if file.exists() else None


def _file(settings: Settings) -> Path:
    return settings.data / "administrator-password"

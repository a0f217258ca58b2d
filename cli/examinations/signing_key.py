"""Examines the key that tokens are signed with."""

import stat
from typing import Final

from cli.examinations.finding import Finding, Verdict
from config.settings import Settings
from security import signing_keys

_NAME: Final = "signing key"


def examine(settings: Settings) -> Finding:
    """Check that there is a usable key that only its owner can read; none is generated."""
    if settings.signing_key is not None:
        return _judge(settings.signing_key.get_secret_value(), "in PRESENTLY_SIGNING_KEY")
    file = settings.signing_key_file
    try:
        mode, text = file.stat().st_mode, file.read_text()
    except FileNotFoundError:
        advice = "starting Presently makes one, or set PRESENTLY_SIGNING_KEY"
        return Finding(_NAME, Verdict.FAILED, f"there is no {file}: {advice}")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        return Finding(_NAME, Verdict.FAILED, f"{file} cannot be read ({reason}) by this user")
    if stat.S_IMODE(mode) & 0o077:
        advice = f"whoever reads it can sign tokens: chmod 600 {file}"
        return Finding(_NAME, Verdict.FAILED, f"{file} is of mode {stat.S_IMODE(mode):o}; {advice}")
    return _judge(text, f"in {file}")


def _judge(text: str, where: str) -> Finding:
    try:
        keys = signing_keys.parse(text)
    except signing_keys.BadSigningKey:
        advice = "it must be a private P-256 key as JSON Web Key, or a JWK set of such keys"
        return Finding(_NAME, Verdict.FAILED, f"what is {where} cannot sign: {advice}")
    older = f", and {len(keys) - 1} older to verify with" if len(keys) > 1 else ""
    return Finding(_NAME, Verdict.OK, f"one to sign with{older}, {where}")

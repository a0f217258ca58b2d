"""Several signing keys: the first signs, all verify."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc.jwk import ECKey
from pydantic import SecretStr

from config.settings import Settings
from domain.credentials import Bearer, Scope
from domain.refusals import TokenForged
from security import signing_keys
from security.access_tokens import AccessTokens
from security.signing_keys import BadSigningKey, KeyRing, StaticKeyRing

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
CALLER = Bearer(name="hr", domain_id=1, scopes=frozenset({Scope.USER}))
FIRST, SECOND = signing_keys.generate(), signing_keys.generate()


def open_keys(settings: Settings) -> KeyRing:
    return signing_keys.open_key_ring(settings.signing_key, settings.signing_key_file)


def a_token(*keys: ECKey) -> str:
    return AccessTokens(StaticKeyRing(keys)).issue(CALLER, NOW, lifetime=timedelta(hours=1))


def test_the_first_key_signs_and_every_key_verifies():
    tokens = AccessTokens(StaticKeyRing((SECOND, FIRST)))
    assert tokens.ring.current()[0].kid == SECOND.kid
    for token in (a_token(FIRST), a_token(SECOND)):
        assert replace(tokens.verify(token, NOW).bearer, token_id=None) == CALLER
    with pytest.raises(TokenForged):
        AccessTokens(StaticKeyRing((SECOND,))).verify(a_token(FIRST), NOW)


def test_keys_are_read_as_they_were_written():
    read = signing_keys.parse(signing_keys.dump((FIRST, SECOND)))
    assert [key.as_dict(private=True) for key in read] == [
        key.as_dict(private=True) for key in (FIRST, SECOND)
    ]


def test_several_keys_can_be_set(tmp_path: Path):
    settings = Settings(
        _env_file=None, data=tmp_path, signing_key=SecretStr(signing_keys.dump((FIRST, SECOND)))
    )
    assert [key.kid for key in open_keys(settings).current()] == [FIRST.kid, SECOND.kid]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        '{"keys": []}',
        '{"keys": {}}',
        '{"keys": "x"}',
        '{"keys": [5]}',
        json.dumps({"keys": [FIRST.as_dict(private=True), SECOND.as_dict(private=False)]}),
        "5",
        '"x"',
        "null",
    ],
)
def test_one_key_that_cannot_sign_spoils_the_set(text: str):
    with pytest.raises(BadSigningKey, match="JWK set"):
        signing_keys.parse(text)


@pytest.mark.parametrize("junk", [b"\x80\xff", b"{", b"", b"[]"])
def test_a_file_of_junk_is_named(tmp_path: Path, junk: bytes):
    settings = Settings(_env_file=None, data=tmp_path)
    settings.signing_key_file.write_bytes(junk)
    with pytest.raises(BadSigningKey) as refused:
        open_keys(settings)
    assert str(refused.value).startswith(f"{settings.signing_key_file} is neither ")


@pytest.mark.parametrize("junk", [b"\x80\xff", b"{", b""])
def test_a_file_that_turns_to_junk_leaves_the_keys_as_they_were(tmp_path: Path, junk: bytes):
    settings = Settings(_env_file=None, data=tmp_path)
    ring = open_keys(settings)
    before = ring.current()
    settings.signing_key_file.write_bytes(junk)
    assert ring.current() == before
    with pytest.raises(BadSigningKey):
        open_keys(settings)

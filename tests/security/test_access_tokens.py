"""Tokens, and the key that signs them."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from pydantic import SecretStr

from config.settings import Settings
from domain.credentials import Bearer, Scope
from domain.refusals import TokenExpired, TokenForged, TokenMalformed, TokenNotYetValid
from security import signing_keys
from security.access_tokens import AccessTokens
from security.signing_keys import StaticKeyRing

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
CALLER = Bearer(
    name="u1@example.com",
    domain_id=1,
    scopes=frozenset({Scope.USER, Scope.DIRECTORY_READ}),
    user_id="userf7da-f82c-4284-13e7-030f3b4c756a",
)
KEY = ECKey.generate_key("P-256", auto_kid=True)
TOKENS = AccessTokens(StaticKeyRing((KEY,)))


def content(token: str, now: datetime = NOW) -> Bearer:
    """Return what a token says, without the id that each token has of its own."""
    return replace(TOKENS.verify(token, now).bearer, token_id=None)


def signing_key(settings: Settings) -> ECKey:
    return signing_keys.open_key_ring(settings.signing_key, settings.signing_key_file).current()[0]


def claims(**changed: object) -> dict[str, object]:
    good = jwt.decode(TOKENS.issue(CALLER, NOW, lifetime=HOUR), KEY, algorithms=["ES256"]).claims
    return {name: value for name, value in {**good, **changed}.items() if value is not ...}


def signed(key: ECKey = KEY, typ: str | None = "at+jwt", **changed: object) -> str:
    return jws.serialize_compact({"alg": "ES256", "typ": typ}, json.dumps(claims(**changed)), key)


def with_claim(name: str, value: object) -> str:
    header = {"alg": "ES256", "typ": "at+jwt"}
    return jws.serialize_compact(header, json.dumps({**claims(), name: value}), KEY)


def test_a_token_speaks_for_whom_it_was_issued() -> None:
    assert content(TOKENS.issue(CALLER, NOW, lifetime=HOUR)) == CALLER


def test_a_service_has_no_person() -> None:
    service = Bearer(name="hr", domain_id=7, scopes=frozenset({Scope.DIRECTORY}))
    assert content(TOKENS.issue(service, NOW, lifetime=HOUR)) == service


@pytest.mark.parametrize(("later", "is_good"), [(HOUR - SECOND, True), (HOUR, False), (HOUR + SECOND, False)])
def test_a_token_ends_with_its_lifetime(later: timedelta, is_good: bool) -> None:
    token = TOKENS.issue(CALLER, NOW, lifetime=HOUR)
    if is_good:
        assert content(token, NOW + later) == CALLER
    else:
        with pytest.raises(TokenExpired):
            TOKENS.verify(token, NOW + later)


def test_a_token_of_another_key_is_forged() -> None:
    with pytest.raises(TokenForged):
        TOKENS.verify(signed(ECKey.generate_key("P-256")), NOW)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "word",
        "a.b.c",
        "ä.ö.ü",
        # "alg": "none", without a signature
        "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.e30.",
        jwt.encode({"alg": "HS256", "typ": "at+jwt"}, claims(), OctKey.import_key(KEY.thumbprint())),
        jwt.encode({"alg": "RS256", "typ": "at+jwt"}, claims(), RSAKey.generate_key(2048)),
        signed(typ="JWT"),
        signed(iss="somebody"),
        signed(aud="somebody"),
        signed(exp=...),
        signed(exp="tomorrow"),
        signed(exp=True),
        signed(scope=...),
        signed(scope=["directory"]),
        signed(domain=...),
        signed(domain="1"),
        signed(name=...),
        signed(person=5),
        *(
            with_claim(claim, value)
            for claim in ("sub", "name", "person", "jti", "client_id", "family")
            for value in ("\ud800", "a\0b", "x" * 20_000)
        ),
        *(signed(domain=number) for number in (-1, 2**31, 10**30)),
        *(with_claim(claim, value) for claim in ("exp", "nbf", "iat") for value in ("x", 1e308, [1])),
    ],
)
def test_what_is_not_one_of_our_tokens_is_refused(token: str) -> None:
    with pytest.raises(TokenMalformed):
        TOKENS.verify(token, NOW)


MINUTE = 60


@pytest.mark.parametrize("claim", ["nbf", "iat"])
@pytest.mark.parametrize(
    ("ahead", "is_good"), [(-MINUTE, True), (MINUTE, True), (MINUTE + 1, False), (10**400, False)]
)
def test_a_token_is_not_good_before_its_time(claim: str, ahead: int, is_good: bool) -> None:
    """RFC 7519 §4.1.5; the clocks may differ by a minute."""
    token = with_claim(claim, int(NOW.timestamp()) + ahead)
    if is_good:
        assert content(token) == CALLER
    else:
        with pytest.raises(TokenNotYetValid):
            TOKENS.verify(token, NOW)


def test_scopes_that_do_not_exist_are_worth_nothing() -> None:
    assert TOKENS.verify(signed(scope="user mail.send"), NOW).bearer.scopes == {Scope.USER}


def test_the_first_start_makes_a_key_that_only_its_owner_can_read(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data=tmp_path / "data")
    made = signing_key(settings)
    assert signing_key(settings).as_dict(private=True) == made.as_dict(private=True)
    assert [file.name for file in settings.data.iterdir()] == ["signing-key.json"]
    assert stat.S_IMODE((settings.data / "signing-key.json").stat().st_mode) == 0o600


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data=tmp_path)
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda _: signing_key(settings).thumbprint(), range(8)))
    assert len(set(keys)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "sesame",
        "{}",
        "[]",
        json.dumps(OctKey.generate_key(256).as_dict(private=True)),
        json.dumps(RSAKey.generate_key(2048).as_dict(private=True)),
        json.dumps(ECKey.generate_key("P-384").as_dict(private=True)),
        json.dumps(KEY.as_dict(private=False)),
    ],
    ids=["no JSON", "no key", "a list", "a secret", "RSA", "another curve", "a public key"],
)
def test_a_key_that_cannot_sign_is_named_without_being_shown(text: str) -> None:
    with pytest.raises(signing_keys.BadSigningKey, match="PRESENTLY_SIGNING_KEY") as refused:
        signing_key(Settings(_env_file=None, signing_key=SecretStr(text)))
    assert text not in str(refused.value)


def test_a_key_from_the_environment_is_used() -> None:
    text = json.dumps(KEY.as_dict(private=True))
    assert signing_key(Settings(_env_file=None, signing_key=SecretStr(text))).thumbprint() == KEY.thumbprint()

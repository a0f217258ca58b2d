"""Verified tokens are remembered, and refused all the same once they are not valid."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from domain.credentials import Bearer, Login, Scope
from domain.grants import LEEWAY
from domain.refusals import TokenExpired, TokenForged, TokenNotYetValid
from security import jwt, signing_keys, token_verifier
from security.access_tokens import AccessTokens
from security.login_tokens import LoginTokens
from security.signing_keys import KeyRing, StaticKeyRing, open_key_ring
from security.token_verifier import TokenVerifier
from tests.builders import HOUR, INSTANT, NINE

FIRST, SECOND = signing_keys.generate(), signing_keys.generate()
CALLER = Bearer(name="hr", domain_id=1, scopes=frozenset({Scope.USER}))


class Claims(jwt.Claims):
    sub: str


def verifier_of(ring: KeyRing) -> TokenVerifier[Claims, str]:
    return TokenVerifier(ring, "test+jwt", Claims, lambda claims: f"content of {claims.sub}")


def a_token(sub: str = "u1", key: ECKey = FIRST) -> str:
    claims = Claims(sub=sub, exp=int((NINE + HOUR).timestamp()))
    return jwt.sign(claims, key, "test+jwt")


@pytest.fixture
def verifier() -> TokenVerifier[Claims, str]:
    return verifier_of(StaticKeyRing((FIRST,)))


def test_a_token_that_comes_again_is_not_verified_again(verifier: TokenVerifier[Claims, str]):
    token = a_token()
    assert verifier.verify(token, NINE) == "content of u1"
    assert verifier.verify(token, NINE) is verifier.verify(token, NINE)


def test_access_tokens_and_login_tokens_are_remembered():
    ring = StaticKeyRing((FIRST,))
    access, login = AccessTokens(ring), LoginTokens(ring, HOUR)
    bearer, cookie = access.issue(CALLER, NINE, lifetime=HOUR), login.issue(Login("u1", "stamp"), NINE)
    assert access.verify(bearer, NINE) is access.verify(bearer, NINE)
    assert login.verify(cookie, NINE) is login.verify(cookie, NINE)


def test_a_remembered_token_expires(verifier: TokenVerifier[Claims, str]):
    token = a_token()
    verifier.verify(token, NINE + HOUR - INSTANT)
    for _ in range(2):
        with pytest.raises(TokenExpired):
            verifier.verify(token, NINE + HOUR)


def test_a_remembered_token_is_not_valid_before_its_time():
    tokens = AccessTokens(StaticKeyRing((FIRST,)))
    token = tokens.issue(CALLER, NINE, lifetime=HOUR)
    tokens.verify(token, NINE - LEEWAY)
    with pytest.raises(TokenNotYetValid):
        tokens.verify(token, NINE - LEEWAY - INSTANT)


def test_a_remembered_token_is_refused_as_soon_as_its_key_is_dropped(tmp_path: Path):
    file = tmp_path / "keys.json"
    file.write_text(signing_keys.dump((FIRST,)))
    verifier = verifier_of(open_key_ring(None, file))
    token = a_token()
    verifier.verify(token, NINE)
    replace(file, SECOND, FIRST)
    assert verifier.verify(token, NINE) == "content of u1"
    replace(file, SECOND)
    for _ in range(2):
        with pytest.raises(TokenForged):
            verifier.verify(token, NINE)
    assert verifier.verify(a_token(key=SECOND), NINE) == "content of u1"


def replace(file: Path, *keys: ECKey) -> None:
    draft = file.with_suffix(".draft")
    draft.write_text(signing_keys.dump(keys))
    draft.replace(file)


@dataclass
class ChangingKeyRing:
    keys: tuple[ECKey, ...]

    def current(self) -> tuple[ECKey, ...]:
        return self.keys


def test_a_token_whose_key_is_dropped_while_it_is_verified_is_not_remembered():
    ring = ChangingKeyRing((FIRST,))

    def build(claims: Claims) -> str:
        """Drop the first key while another thread verifies a token with the second."""
        if ring.keys != (SECOND,):
            ring.keys = (SECOND,)
            racing.verify(a_token("u2", SECOND), NINE)
        return claims.sub

    racing = TokenVerifier(ring, "test+jwt", Claims, build)
    token = a_token()
    assert racing.verify(token, NINE) == "u1"
    with pytest.raises(TokenForged):
        racing.verify(token, NINE)


def test_a_forged_token_is_refused_however_often_it_comes(verifier: TokenVerifier[Claims, str]):
    good, forged = a_token(), a_token(key=SECOND)
    content, _, signature = good.rpartition(".")
    altered = f"{content}.{signature[::-1]}"
    for _ in range(2):
        verifier.verify(good, NINE)
        for bad in (forged, altered):
            with pytest.raises(TokenForged):
                verifier.verify(bad, NINE)
    assert list(verifier._verified) == [sha256(good.encode()).digest()]  # noqa: SLF001 (no other way to see it)


def test_an_expired_token_is_not_remembered(verifier: TokenVerifier[Claims, str]):
    with pytest.raises(TokenExpired):
        verifier.verify(a_token(), NINE + HOUR)
    assert not verifier._verified  # noqa: SLF001 (no other way to see it)


def test_no_token_is_kept(verifier: TokenVerifier[Claims, str]):
    token = a_token()
    verifier.verify(token, NINE)
    kept = repr(list(verifier._verified.items()))  # noqa: SLF001 (no other way to see it)
    assert "content of u1" in kept
    assert not any(part in kept for part in token.split("."))


def test_the_tokens_used_last_are_remembered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(token_verifier, "MAX_REMEMBERED", 2)
    verifier = verifier_of(StaticKeyRing((FIRST,)))
    first, second, third = (a_token(name) for name in ("u1", "u2", "u3"))
    kept = verifier.verify(first, NINE)
    gone = verifier.verify(second, NINE)
    verifier.verify(first, NINE)
    verifier.verify(third, NINE)
    assert verifier.verify(first, NINE) is kept
    assert len(verifier._verified) == 2  # noqa: SLF001 (no other way to see it)
    again = verifier.verify(second, NINE)
    assert again == gone
    assert again is not gone


def test_threads_get_the_content_of_their_own_token(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(token_verifier, "MAX_REMEMBERED", 4)
    verifier = verifier_of(StaticKeyRing((FIRST,)))
    tokens = [a_token(f"u{number}") for number in range(8)] * 50
    with ThreadPoolExecutor(8) as threads:
        contents = list(threads.map(lambda token: verifier.verify(token, NINE), tokens))
    assert contents == [f"content of u{number}" for number in range(8)] * 50

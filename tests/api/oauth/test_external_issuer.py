"""Tokens of an external issuer, which runs as a real server."""

import hmac
import json
import warnings
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from joserfc.jwk import OctKey
from pydantic import ValidationError

from api.app import create_app
from config.settings import Settings
from domain.directory import Person
from security.remote_key_set import RemoteKeySet
from store.store import Store
from tests.api.clients import TestClient, Works
from tests.api.oauth import issuing
from tests.api.oauth.issuing import OAUTH, OIDC, ExternalIssuer, ec_key, rsa_key
from tests.api.works.answers import assert_refused
from tests.store.builders import add_domain_with_people, events_of

both_databases = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def issuer() -> Iterator[ExternalIssuer]:
    with issuing.running() as started:
        yield started


class Api:
    """The API of a deployment that trusts the issuer."""

    def __init__(self, settings: Settings, store: Store, **chosen: Any) -> None:
        self.app = create_app(settings.model_copy(update=chosen), store)
        self.http = TestClient(self.app, raise_server_exceptions=False)

    def show(self, token: str, user_id: str = "me") -> httpx.Response:
        answer: httpx.Response = self.http.get(
            f"/v1.0/users/{user_id}/user-profile-statuses", headers={"Authorization": f"Bearer {token}"}
        )
        return answer

    def works(self, token: str) -> Works:
        self.http.headers["Authorization"] = f"Bearer {token}"
        return Works(self.http, "me")


@pytest.fixture
def api(issuer: ExternalIssuer, settings: Settings, store: Store, people: list[Person]) -> Api:
    return Api(settings, store, issuer=issuer.url, audience="presently")


def assert_denied(answer: httpx.Response, naming: str = "") -> None:
    assert_refused(answer, 401, "UNAUTHORIZED", naming=naming)
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


NOT_OURS = "not an access token"


@both_databases
def test_a_person_is_known_by_the_mail_address_in_the_token(
    api: Api, issuer: ExternalIssuer, store: Store, people: list[Person]
):
    mine = api.works(issuer.token())
    mine.posted("BUSY", statusMessage="from outside")
    assert mine.of("u1@example.com").shown() is not None
    assert mine.of("u2@example.com").post().status_code == 403
    assert [event.actor for event in events_of(store, people[0])] == ["u1@example.com"]


@pytest.mark.parametrize(
    ("key", "alg"),
    [
        (rsa_key("first"), "RS256"),
        (rsa_key("first"), "PS256"),
        (ec_key("ec"), "ES256"),
        (ec_key("ec384", "P-384"), "ES384"),
    ],
)
def test_the_usual_algorithms_are_taken(api: Api, issuer: ExternalIssuer, key: Any, alg: str):
    issuer.keys = [key]
    assert api.show(issuer.token(alg=alg)).status_code == 200


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt", "JWT", "jwt"])
def test_an_access_token_says_so_or_nothing_in_particular(api: Api, issuer: ExternalIssuer, typ: str):
    assert api.show(issuer.token(typ=typ)).status_code == 200


@pytest.mark.parametrize(
    ("changed", "naming"),
    [
        ({"typ": "id+jwt"}, NOT_OURS),
        ({"typ": "logout+jwt"}, NOT_OURS),
        ({"typ": "dpop+jwt"}, NOT_OURS),
        ({"typ": None}, NOT_OURS),
        ({"aud": "another"}, NOT_OURS),
        ({"aud": ["another", "others"]}, NOT_OURS),
        ({"aud": ...}, NOT_OURS),
        ({"aud": "Presently"}, NOT_OURS),
        ({"exp": ...}, NOT_OURS),
        ({"exp": "tomorrow"}, NOT_OURS),
        ({"exp": True}, NOT_OURS),
        ({"exp": float("inf")}, NOT_OURS),
        ({"exp": float("nan")}, NOT_OURS),
        ({"exp": 10**400}, NOT_OURS),
        ({"exp": 1_700_000_000}, "expired"),
        ({"exp": -1e308}, "expired"),
        ({"nbf": 10**12}, "not valid yet"),
        ({"nbf": 1e308}, "not valid yet"),
        ({"nbf": float("-inf")}, NOT_OURS),
        ({"nbf": -(10**400)}, NOT_OURS),
        ({"scope": ["user"]}, NOT_OURS),
        ({"alg": "RS384"}, NOT_OURS),
        ({"email": ...}, "does not exist"),
        ({"email": 5}, "does not exist"),
        ({"email": ["u1@example.com"]}, "does not exist"),
        ({"email": "nobody@example.com"}, "does not exist"),
        ({"email": ""}, "does not exist"),
        ({"email": "\0@example.com"}, "does not exist"),
        ({"email": "\ud800@example.com"}, "does not exist"),
        ({"email": "\ud800"}, "does not exist"),
        ({"email": "x" * 20_000}, "does not exist"),
        ({"email_verified": False}, "does not exist"),
        ({"key": rsa_key("another"), "kid": "first"}, "signature"),
        ({"key": rsa_key("another")}, "signature"),
        ({"key": ec_key("ec"), "alg": "ES256", "kid": "first"}, NOT_OURS),
    ],
)
def test_a_token_that_is_not_good_is_denied(
    api: Api, issuer: ExternalIssuer, changed: dict[str, Any], naming: str
):
    assert_denied(api.show(issuer.token(**changed)), naming)


@pytest.mark.parametrize("claim", ["client_id", "azp", "sub", "jti"])
@pytest.mark.parametrize("value", ["\ud800", "a\0b", "x" * 20_000, 10**400, {}, None])
def test_a_claim_that_no_store_takes_does_no_harm(api: Api, issuer: ExternalIssuer, claim: str, value: Any):
    works = api.works(issuer.token(**{claim: value}))
    assert works.post().status_code == 201


def base64(part: bytes) -> str:
    return urlsafe_b64encode(part).decode().rstrip("=")


def test_a_token_without_a_signature_is_denied(api: Api, issuer: ExternalIssuer):
    for algorithm in ("none", "None", "NONE"):
        header = base64(json.dumps({"alg": algorithm, "typ": "at+jwt", "kid": "first"}).encode())
        payload = base64(json.dumps(issuer.claims()).encode())
        assert_denied(api.show(f"{header}.{payload}."), NOT_OURS)


def test_the_public_key_is_no_shared_secret(api: Api, issuer: ExternalIssuer):
    header = {"alg": "HS256", "typ": "at+jwt", "kid": "first"}
    parts = ".".join(base64(json.dumps(part).encode()) for part in (header, issuer.claims()))
    for public in (rsa_key("first").as_pem(private=False), rsa_key("first").as_der(private=False)):
        signature = base64(hmac.digest(public, parts.encode(), "sha256"))
        assert_denied(api.show(f"{parts}.{signature}"), NOT_OURS)


def test_a_published_shared_secret_signs_nothing(api: Api, issuer: ExternalIssuer):
    secret = OctKey.generate_key(256, {"kid": "shared"})
    issuer.pages["/keys"] = {"keys": [secret.as_dict(private=True), rsa_key("first").as_dict(private=False)]}
    assert_denied(api.show(issuer.token(key=secret, alg="HS256")))
    assert api.show(issuer.token()).status_code == 200


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "RSA"},
        {"kty": "ML-DSA", "kid": "x"},
        "x",
        None,
        {**rsa_key("first").as_dict(private=False), "use": "enc", "kid": "enc"},
    ],
)
def test_keys_that_are_of_no_use_here_do_not_disturb(api: Api, issuer: ExternalIssuer, key: Any):
    issuer.pages["/keys"] = {"keys": [key, rsa_key("first").as_dict(private=False)]}
    assert api.show(issuer.token()).status_code == 200


def test_a_short_key_is_not_trusted(api: Api, issuer: ExternalIssuer):
    short = issuing.short_rsa_key("short")
    issuer.keys = [rsa_key("first"), short]
    with warnings.catch_warnings(action="ignore"):
        assert_denied(api.show(issuer.token(key=short)), "signature")
        assert api.show(issuer.token()).status_code == 200


def test_audiences_can_be_several(api: Api, issuer: ExternalIssuer):
    assert api.show(issuer.token(aud=["https://graph", "presently"])).status_code == 200


def test_a_key_needs_no_name_where_there_is_only_one(api: Api, issuer: ExternalIssuer):
    assert api.show(issuer.token(kid=None)).status_code == 200
    issuer.keys.append(rsa_key("second"))
    assert api.show(issuer.token(key=rsa_key("second"))).status_code == 200
    assert_denied(api.show(issuer.token(kid=None)))


@pytest.mark.parametrize(
    ("scope", "reads", "writes"),
    [
        ("user", True, True),
        ("openid email user.read", True, False),
        ("directory.read", True, False),
        ("openid", False, False),
        ("", False, False),
        (..., False, False),
    ],
)
def test_the_scopes_of_the_token_hold(
    api: Api, issuer: ExternalIssuer, scope: Any, reads: bool, writes: bool
):
    mine = api.works(issuer.token(scope=scope))
    assert api.http.get(mine.path).status_code == (200 if reads else 403)
    assert mine.post().status_code == (201 if writes else 403)


@pytest.mark.parametrize(
    ("claim", "value", "status"),
    [
        ("upn", "U2@Example.com", 200),
        ("employee", "EMP 002", 200),
        ("employee", "EMP 999", 401),
        ("sub", "EMP 002", 200),
        # Only a mail address must be verified.
        ("upn", "u2@example.com", 200),
    ],
)
def test_people_are_found_by_the_claim_that_is_set(
    issuer: ExternalIssuer,
    settings: Settings,
    store: Store,
    people: list[Person],
    claim: str,
    value: str,
    status: int,
):
    api = Api(settings, store, issuer=issuer.url, audience="presently", person_claim=claim)
    said: dict[str, Any] = {claim: value, "email_verified": False}
    answer = api.show(issuer.token(**said))
    assert answer.status_code == status


def test_the_issuer_speaks_for_the_people_of_one_domain(
    issuer: ExternalIssuer, settings: Settings, store: Store, people: list[Person]
):
    other = add_domain_with_people(store, count=1, name="other.example")[0].domain
    api = Api(settings, store, issuer=issuer.url, audience="presently", domain=other.id)
    assert_denied(api.show(issuer.token()))
    assert api.show(issuer.token(email="u1@other.example")).status_code == 200
    assert api.show(issuer.token(email="u1@other.example"), "u1@example.com").status_code == 404


def test_tokens_of_presently_are_good_beside_it(api: Api, issuer: ExternalIssuer, http: TestClient):
    assert http.get("/v1.0/users/u1@example.com/user-profile-statuses").status_code == 200


def test_the_tokens_of_an_issuer_that_is_not_set_are_denied(issuer: ExternalIssuer, anonymous: TestClient):
    answer = anonymous.get(
        "/v1.0/users/me/user-profile-statuses", headers={"Authorization": f"Bearer {issuer.token()}"}
    )
    assert_denied(answer)


def test_a_token_of_another_issuer_is_denied_without_asking_it(api: Api, issuer: ExternalIssuer):
    with issuing.running() as other:
        assert_denied(api.show(other.token()))
        assert other.asked == []


# --- fetching its keys


def test_the_keys_are_fetched_once_for_many_requests(api: Api, issuer: ExternalIssuer):
    for _ in range(3):
        assert api.show(issuer.token()).status_code == 200
    assert issuer.asked == [OIDC, "/keys"]


def test_a_new_key_is_good_at_once_and_one_that_was_taken_back_is_not(api: Api, issuer: ExternalIssuer):
    before = issuer.token()
    assert api.show(before).status_code == 200
    issuer.keys = [rsa_key("second")]
    assert api.show(issuer.token()).status_code == 200
    assert_denied(api.show(before), "signature")


def test_strange_keys_do_not_make_us_ask_on_and_on(api: Api, issuer: ExternalIssuer):
    good = issuer.token()
    for number in range(10):
        assert_denied(api.show(issuer.token(kid=f"strange-{number}")), "signature")
    assert issuer.asked.count("/keys") == 3
    assert api.show(good).status_code == 200


def test_metadata_of_oauth_do_as_well_as_those_of_openid(api: Api, issuer: ExternalIssuer):
    issuer.pages = {OIDC: None, OAUTH: {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/keys"}}
    assert api.show(issuer.token()).status_code == 200


def test_an_issuer_with_a_path_is_described_beneath_it_or_before_it(
    issuer: ExternalIssuer, settings: Settings, store: Store, people: list[Person]
):
    root = issuer.url
    for path in (f"/realms/a{OIDC}", f"{OAUTH}/realms/a"):
        issuer.url = f"{root}/realms/a"
        issuer.pages = {path: {"issuer": issuer.url, "jwks_uri": f"{root}/keys"}, OIDC: None}
        api = Api(settings, store, issuer=issuer.url, audience="presently")
        assert api.show(issuer.token()).status_code == 200


@pytest.mark.parametrize(
    "pages",
    [
        {OIDC: None},
        {OIDC: b"not JSON"},
        {OIDC: []},
        {OIDC: b"[" * 100_000},
        {OIDC: {"issuer": "https://somebody.example", "jwks_uri": "{url}/keys"}},
        {OIDC: {"jwks_uri": "{url}/keys"}},
        {OIDC: {"issuer": "{url}"}},
        {OIDC: {"issuer": "{url}", "jwks_uri": "http://example.com/keys"}},
        {OIDC: {"issuer": "{url}", "jwks_uri": "file:///etc/passwd"}},
        {OIDC: {"issuer": "{url}", "jwks_uri": 5}},
        {OIDC: {"issuer": "{url}", "jwks_uri": "http://[::1"}},
        {OIDC: "{url}/elsewhere", "/elsewhere": {"issuer": "{url}", "jwks_uri": "{url}/keys"}},
        {"/keys": None},
        {"/keys": {"keys": []}},
        {"/keys": {"keys": "x"}},
        {"/keys": {}},
        {"/keys": b'{"keys": [' + b" " * 600_000 + b"]}"},
    ],
)
def test_while_the_keys_cannot_be_had_the_caller_is_asked_to_come_again(
    api: Api, issuer: ExternalIssuer, pages: dict[str, Any]
):
    issuer.pages = {
        path: page if isinstance(page, bytes) else json.loads(json.dumps(page).replace("{url}", issuer.url))
        for path, page in pages.items()
    }
    answer = api.show(issuer.token())
    assert_refused(answer, 503, "SERVICE_UNAVAILABLE")
    issuer.pages = {}
    assert api.show(issuer.token()).status_code == 200


def test_grommunio_clients_are_asked_to_come_again_in_their_words(api: Api, issuer: ExternalIssuer):
    issuer.pages = {OIDC: None}
    answer = api.http.get(
        "/api/v1/domains/1/users/1/oof", headers={"Authorization": f"Bearer {issuer.token()}"}
    )
    assert (answer.status_code, set(answer.json())) == (503, {"message"})


class Seconds:
    """A clock that tests move."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def patient(api: Api, issuer: ExternalIssuer, seconds: Seconds) -> Api:
    """Return the API with issuer keys that use the test's clock."""
    keys = RemoteKeySet(issuer.url, clock=seconds)
    api.app.state.issuer._keys = keys  # noqa: SLF001 (nothing else hands it a clock)
    return api


@pytest.mark.parametrize(("later", "is_denied"), [(599, False), (600, True)])
def test_a_key_that_was_taken_back_is_believed_for_ten_minutes(
    patient: Api, issuer: ExternalIssuer, seconds: Seconds, later: float, is_denied: bool
):
    before = issuer.token()
    assert patient.show(before).status_code == 200
    issuer.keys = [rsa_key("second")]
    seconds.now += later
    assert (patient.show(before).status_code == 401) is is_denied


@pytest.mark.parametrize(("later", "status"), [(86_399, 200), (86_400, 503)])
def test_while_the_issuer_is_gone_its_keys_are_good_for_a_day(
    patient: Api, issuer: ExternalIssuer, seconds: Seconds, later: float, status: int
):
    assert patient.show(issuer.token()).status_code == 200
    issuer.pages = {OIDC: None}
    seconds.now += later
    assert patient.show(issuer.token()).status_code == status


def test_after_a_while_strange_keys_are_asked_for_again(
    patient: Api, issuer: ExternalIssuer, seconds: Seconds
):
    for number in range(5):
        patient.show(issuer.token(kid=f"strange-{number}"))
    issuer.keys = [rsa_key("second")]
    assert patient.show(issuer.token()).status_code == 401
    seconds.now += 10
    assert patient.show(issuer.token()).status_code == 200


# --- the settings


@pytest.mark.parametrize(
    ("url", "is_fine"),
    [
        ("https://login.example.com/realms/a", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost:8080", True),
        ("http://[::1]:8080", True),
        ("http://login.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://10.0.0.1", False),
        ("ftp://127.0.0.1", False),
        ("login.example.com", False),
        ("https://", False),
        ("http://[::1", False),
    ],
)
def test_an_issuer_is_asked_over_https_unless_it_is_on_this_machine(url: str, is_fine: bool):
    if is_fine:
        assert Settings(_env_file=None, issuer=url, audience="x").issuer == url
    else:
        with pytest.raises(ValidationError, match="https"):
            Settings(_env_file=None, issuer=url, audience="x")


def test_an_issuer_needs_an_audience():
    with pytest.raises(ValidationError, match="PRESENTLY_ISSUER"):
        Settings(_env_file=None, issuer="https://login.example.com")

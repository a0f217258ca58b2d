"""The routes of the token endpoint: authenticate the client, grant, answer."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import HTTPBasic

from api.auth.guards import by_address
from api.deps import TheStoreToWrite, TheTokens, moment
from api.guarded_route import guarded_by
from api.oauth.client_authentication import TheCredentials
from api.oauth.documented import errors, form_body
from api.oauth.errors import NO_STORE, OAuthResponse
from api.oauth.form import TheForm
from api.oauth.grants import GRANT_TYPES, Refused, grant_type
from api.oauth.schemas import TokenAnswer
from domain.clients import REFRESH_LIFETIME, Client, digest
from domain.refusals import NotSignedIn, RefreshTokenInvalid, TokenOfAnother
from security.access_tokens import AccessToken, AccessTokens
from store.store import Transaction


class _DocumentedBasic(HTTPBasic):
    """Documents how a client authenticates; `TheCredentials` does it."""

    async def __call__(self, request: Request) -> None:  # type: ignore[override] # it looks at nothing
        """Do nothing."""


_BASIC: Final = _DocumentedBasic(
    scheme_name="HTTPBasic",
    description="The id and the secret of a client. They can also be sent as form fields.",
)


router = APIRouter(
    prefix="/oauth2/v2.0",
    tags=["OAuth 2.0"],
    route_class=guarded_by(by_address),
    dependencies=[Depends(_BASIC)],
    default_response_class=OAuthResponse,
    responses=errors(400, 401, 429, 503),
)

_TOKEN_FORM: Final = form_body(
    {
        "grant_type": {"type": "string", "enum": list(GRANT_TYPES)},
        "assertion": {
            "type": "string",
            "description": "For the grant jwt-bearer: signed with RS256, with iss, sub, iat and exp",
        },
        "refresh_token": {"type": "string", "description": "For the grant refresh_token"},
        "scope": {
            "type": "string",
            "description": "Separated by blanks or commas; without it, all scopes of the client",
        },
        "client_id": {"type": "string"},
        "client_secret": {"type": "string"},
    },
    required="grant_type",
)

_REVOCATION_FORM: Final = form_body(
    {
        "token": {"type": "string", "description": "An access token or a refresh token"},
        "token_type_hint": {"type": "string", "enum": ["access_token", "refresh_token"]},
        "client_id": {"type": "string"},
        "client_secret": {"type": "string"},
    },
    required="token",
)


@router.post("/token", response_model_exclude_none=True, openapi_extra=_TOKEN_FORM, summary="Get a token")
def get_token(
    tokens: TheTokens, form: TheForm, credentials: TheCredentials, store: TheStoreToWrite
) -> TokenAnswer:
    """Issue an access token for an assertion, a refresh token, or the client itself."""
    now = moment()
    with store.reading() as transaction:
        client = credentials.client(transaction)
    grants = grant_type(form)
    with store.writing() as transaction:
        grant = grants(transaction, client, form, now)
    if isinstance(grant, Refused):
        raise RefreshTokenInvalid
    access_token = tokens.issue(
        client.bearer(grant.scopes, grant.user_id, grant.family), now, lifetime=client.token_lifetime
    )
    return TokenAnswer(
        access_token=access_token,
        refresh_token=grant.refresh_token,
        expires_in=str(int(client.token_lifetime / timedelta(seconds=1))),
        scope=" ".join(sorted(grant.scopes)),
    )


@router.post("/revoke", response_class=Response, openapi_extra=_REVOCATION_FORM, summary="Revoke a token")
def revoke_token(
    tokens: TheTokens, form: TheForm, credentials: TheCredentials, store: TheStoreToWrite
) -> Response:
    """Revoke a token of the client. A token that is unknown or already revoked is answered 200 too (RFC 7009)."""
    with store.reading() as transaction:
        client = credentials.client(transaction)
    token = form.required("token")
    access_token = _access_token(tokens, token)
    with store.writing() as transaction:
        if access_token is not None:
            _revoke_access(transaction, client, access_token)
        else:
            _revoke_refresh(transaction, client, token)
    return Response(headers=NO_STORE)


def _access_token(tokens: AccessTokens, token: str) -> AccessToken | None:
    try:
        return tokens.verify(token, moment())
    except NotSignedIn:
        return None


def _revoke_access(transaction: Transaction, client: Client, token: AccessToken) -> None:
    if token.bearer.client != client.id:
        raise TokenOfAnother
    transaction.clients.revoke_token(token.id, expires_at=token.expires_at)


def _revoke_refresh(transaction: Transaction, client: Client, token: str) -> None:
    """Revoke the whole family: its refresh tokens and its access tokens (RFC 7009 §2.1)."""
    kept = transaction.clients.refresh_token(digest(token))
    if kept is None:
        return
    if kept.client_id != client.id:
        raise TokenOfAnother
    transaction.clients.revoke_token(kept.family, expires_at=transaction.now() + REFRESH_LIFETIME)

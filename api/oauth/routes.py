"""The routes of the token endpoint: authenticate the client, grant, answer."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import HTTPBasic

from api.auth.guards import by_address
from api.deps import TheStoreToWrite, TheTokens, moment
from api.guarded_route import guarded_by
from api.oauth.client_authentication import TheClient
from api.oauth.documented import errors, form_body
from api.oauth.errors import NO_STORE, OAuthResponse
from api.oauth.form import TheForm
from api.oauth.grants import GRANT_TYPES, grant_request
from api.oauth.schemas import TokenAnswer
from services import tokens


class _DocumentedBasic(HTTPBasic):
    """Documents how a client authenticates; `TheClient` does it."""

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
    form: TheForm, client: TheClient, access_tokens: TheTokens, store: TheStoreToWrite
) -> TokenAnswer:
    """Issue an access token for an assertion, a refresh token, or the client itself."""
    issued = tokens.issue(store, access_tokens, client, grant_request(form), moment())
    return TokenAnswer(
        access_token=issued.access_token,
        refresh_token=issued.refresh_token,
        expires_in=str(int(issued.lifetime / timedelta(seconds=1))),
        scope=" ".join(sorted(issued.scopes)),
    )


@router.post("/revoke", response_class=Response, openapi_extra=_REVOCATION_FORM, summary="Revoke a token")
def revoke_token(
    form: TheForm, client: TheClient, access_tokens: TheTokens, store: TheStoreToWrite
) -> Response:
    """Revoke a token of the client. A token that is unknown or already revoked is answered 200 too (RFC 7009)."""
    tokens.revoke(store, access_tokens, client, form.required("token"), moment())
    return Response(headers=NO_STORE)

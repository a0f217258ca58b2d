"""The metadata of the authorization server: its endpoints and its public keys."""

from typing import Any, Final

from fastapi import APIRouter

from api.deps import RootUrl, TheTokens
from api.oauth.grants import GRANT_TYPES
from api.oauth.schemas import PublicKeys, ServerMetadata
from domain.credentials import Scope

router = APIRouter(prefix="/.well-known", tags=["OAuth 2.0"])

_AUTHENTICATION: Final = ["client_secret_basic", "client_secret_post"]


@router.get("/oauth-authorization-server", summary="Get the metadata of the authorization server")
async def server_metadata(root_url: RootUrl) -> ServerMetadata:
    """Return the metadata of the authorization server (RFC 8414)."""
    return ServerMetadata(
        issuer=root_url,
        token_endpoint=f"{root_url}/oauth2/v2.0/token",
        revocation_endpoint=f"{root_url}/oauth2/v2.0/revoke",
        jwks_uri=f"{root_url}/.well-known/jwks.json",
        scopes_supported=[scope.value for scope in Scope],
        response_types_supported=[],
        grant_types_supported=list(GRANT_TYPES),
        token_endpoint_auth_methods_supported=_AUTHENTICATION,
        revocation_endpoint_auth_methods_supported=_AUTHENTICATION,
        service_documentation=f"{root_url}/docs",
    )


@router.get("/jwks.json", response_model=PublicKeys, summary="Get the public keys")
async def public_keys(tokens: TheTokens) -> Any:
    """Return the public keys that check tokens, as a JWK set (RFC 7517)."""
    return tokens.public_keys()

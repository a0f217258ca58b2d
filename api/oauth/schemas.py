"""Bodies of the OAuth 2.0 routes."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class TokenAnswer(BaseModel):
    """An access token. `expires_in` is in seconds, as a string: clients of NAVER WORKS fail on a number."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "access_token": "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl",
                    "refresh_token": "kP3mX0qf2oC9c1dXQ8T3yq4m5bA7n0e6S1uVwZ2rYtI",
                    "token_type": "Bearer",
                    "expires_in": "86400",
                    "scope": "directory user",
                }
            ]
        }
    )

    access_token: str
    refresh_token: str | None = None
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 (it is a kind, and no secret)
    expires_in: str
    scope: str


class OAuthError(BaseModel):
    """Why the request was refused (RFC 6749 §5.2)."""

    error: str
    error_description: str


class ServerMetadata(BaseModel):
    """The metadata of the authorization server (RFC 8414 §2)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "issuer": "https://presence.example.com",
                    "token_endpoint": "https://presence.example.com/oauth2/v2.0/token",
                    "revocation_endpoint": "https://presence.example.com/oauth2/v2.0/revoke",
                    "jwks_uri": "https://presence.example.com/.well-known/jwks.json",
                    "scopes_supported": ["user", "user.read", "directory", "directory.read"],
                    "response_types_supported": [],
                    "grant_types_supported": ["client_credentials"],
                    "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                    "revocation_endpoint_auth_methods_supported": ["client_secret_basic"],
                    "service_documentation": "https://presence.example.com/docs",
                }
            ]
        }
    )

    issuer: str
    token_endpoint: str
    revocation_endpoint: str
    jwks_uri: str
    scopes_supported: list[str]
    response_types_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    revocation_endpoint_auth_methods_supported: list[str]
    service_documentation: str


class PublicKey(BaseModel):
    """A JSON Web Key (RFC 7517) without its private part."""

    kty: str
    crv: str
    x: str
    y: str
    kid: str
    use: str
    alg: str


class PublicKeys(BaseModel):
    """The keys that check tokens, including older keys whose tokens are still valid."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "keys": [
                        {
                            "kty": "EC",
                            "crv": "P-256",
                            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
                            "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
                            "kid": "1",
                            "use": "sig",
                            "alg": "ES256",
                        }
                    ]
                }
            ]
        }
    )

    keys: list[PublicKey]

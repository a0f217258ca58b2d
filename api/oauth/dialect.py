"""OAuth 2.0 as a dialect: the token endpoint and its metadata."""

from typing import Final

from api.dialect import Dialect
from api.oauth import metadata_routes, routes
from api.oauth.documented import errors
from api.oauth.errors import failure_response, refusal_response, validation_response

OAUTH: Final = Dialect(
    prefixes=("/oauth2/", "/.well-known/"),
    routers=(routes.router, metadata_routes.router),
    documented_errors=errors(500),
    refusal_response=refusal_response,
    validation_response=validation_response,
    failure_response=failure_response,
)

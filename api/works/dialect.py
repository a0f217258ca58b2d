"""The dialect of NAVER WORKS."""

from typing import Final

from api.dialect import Dialect
from api.works import definition_routes, routes, user_routes
from api.works.documented import ERRORS
from api.works.errors import failure_response, refusal_response, validation_response

WORKS: Final = Dialect(
    prefixes=("/v1.0/",),
    routers=(routes.router, user_routes.router, definition_routes.router),
    documented_errors=ERRORS,
    refusal_response=refusal_response,
    validation_response=validation_response,
    failure_response=failure_response,
    hides_paths=True,
)

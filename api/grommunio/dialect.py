"""The dialect of grommunio's admin API: the out-of-office, and what admin-web requests besides it."""

from typing import Final

from api.admin_web.routers import ROUTERS
from api.dialect import Dialect
from api.grommunio import routes
from api.grommunio.errors import failure_response, refusal_response, validation_response

GROMMUNIO: Final = Dialect(
    prefixes=("/api/",),
    routers=(routes.router, *ROUTERS),
    refusal_response=refusal_response,
    validation_response=validation_response,
    failure_response=failure_response,
)

"""Presently's own dialect."""

from typing import Final

from api.dialect import Dialect
from api.v1 import (
    calendar_routes,
    change_routes,
    domain_routes,
    feed_routes,
    history_routes,
    people_routes,
    problem_pages,
    status_routes,
)
from api.v1.documented import EVERYWHERE
from api.v1.errors import failure_response, refusal_response, validation_response
from api.v1.routing import BASE

PRESENTLY: Final = Dialect(
    # Without a slash, and without a version: who forgets it is told so in this dialect's own words.
    prefixes=("/presently",),
    routers=(
        domain_routes.router,
        people_routes.router,
        status_routes.router,
        history_routes.people,
        history_routes.router,
        change_routes.router,
        feed_routes.router,
        calendar_routes.router,
        problem_pages.router,
    ),
    documented_errors=EVERYWHERE,
    refusal_response=refusal_response,
    validation_response=validation_response,
    failure_response=failure_response,
    hides_paths=True,
    streamed=(f"{BASE}/changes",),
)

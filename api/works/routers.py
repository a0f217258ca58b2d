"""Every router of NAVER WORKS' dialect."""

from typing import Final

from api.works import definition_routes, routes, user_routes

ROUTERS: Final = (routes.router, user_routes.router, definition_routes.router)

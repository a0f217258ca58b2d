"""Every router of grommunio's dialect."""

from typing import Final

from api.grommunio import (
    about,
    dashboard,
    defaults,
    domains,
    elsewhere,
    licence,
    login,
    nothing,
    organisations,
    policies,
    roles,
    routes,
    users,
)

ROUTERS: Final = (
    routes.router,
    login.router,
    users.router,
    users.listed,
    domains.router,
    organisations.router,
    policies.router,
    defaults.router,
    defaults.logged_in,
    roles.router,
    licence.router,
    dashboard.router,
    about.router,
    nothing.router,
    elsewhere.router,
)

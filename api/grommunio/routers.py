"""Every router of grommunio's dialect."""

from typing import Final

from api.grommunio import about, dashboard, defaults, domains, licence, login, policies, roles, routes, users

ROUTERS: Final = (
    routes.router,
    login.router,
    users.router,
    domains.router,
    policies.router,
    defaults.router,
    defaults.logged_in,
    roles.router,
    licence.router,
    dashboard.router,
    about.router,
)

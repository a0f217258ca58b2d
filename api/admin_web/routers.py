"""Every router for admin-web, except that of the out-of-office."""

from typing import Final

from api.admin_web import (
    about,
    dashboard,
    defaults,
    domains,
    empty_answers,
    licence,
    login,
    organisations,
    roles,
    sync_policies,
    unsupported,
    users,
)

ROUTERS: Final = (
    login.router,
    users.router,
    users.listed,
    domains.router,
    organisations.router,
    sync_policies.router,
    defaults.router,
    defaults.logged_in,
    roles.router,
    licence.router,
    dashboard.router,
    about.router,
    empty_answers.router,
    unsupported.router,
)

# ruff: noqa: E501 (a line of a table is a line)
"""The tables: a line for each route, a column for each caller, and in each cell the status code of the response."""

from dataclasses import dataclass
from typing import Final

#: A method, and a path of the application.
Route = tuple[str, str]


@dataclass(frozen=True)
class Table:
    """Status codes by caller, and by route."""

    codes: dict[str, dict[Route, int]]

    @property
    def callers(self) -> list[str]:
        """Return the columns."""
        return list(self.codes)

    @property
    def routes(self) -> list[Route]:
        """Return the lines."""
        return list(next(iter(self.codes.values())))


def table(written: str) -> Table:
    """Parse a table as written here."""
    head, *lines = (line.split() for line in written.strip().splitlines())
    codes: dict[str, dict[Route, int]] = {caller: {} for caller in head}
    for *given, method, path in lines:
        for caller, code in zip(head, given, strict=True):
            codes[caller][method, path] = int(code)
    return Table(codes)


#: Routes with a bearer token. All requests are about the second person of domain 1.
#:
#: nobody     sends no token
#: bad        sends an invalid one: each of those in `callers.py`
#: other      a service of domain 2, with the scope `directory`
#: unscoped   a service of domain 1 without a scope, and
#: u.read, d.read  with `user.read` or `directory.read` only
#: member     another person of domain 1, with `user`
#: climber    the same with `directory`, not an administrator
#: left       an administrator with `directory`, who has been deactivated
#: self       the second person, with `user`
#: service    a service of domain 1, with `directory`
BEARERS: Final = table(
    """
nobody  bad  other  unscoped  u.read  d.read  member  climber  left  self  service
401     401  404    403       200     200     200     200      401   200   200       GET     /v1.0/users
401     401  404    403       200     200     200     200      401   200   200       GET     /v1.0/users/{userId}
401     401  404    403       200     200     200     200      401   200   200       GET     /v1.0/users/{userId}/user-profile-statuses
401     401  404    403       200     200     200     200      401   200   200       GET     /v1.0/users/{userId}/user-profile-statuses/{userProfileStatusId}
401     401  404    403       200     200     200     200      401   200   200       GET     /presently/v1/people/{ref}/statuses
401     401  404    403       200     200     200     200      401   200   200       GET     /presently/v1/people/{ref}/statuses/{statusId}
401     401  404    403       403     403     403     403      401   200   200       PUT     /presently/v1/people/{ref}/statuses/{statusId}
401     401  404    403       403     403     403     403      401   200   200       PATCH   /presently/v1/people/{ref}/statuses/{statusId}
401     401  404    403       403     403     403     403      401   201   201       POST    /presently/v1/people/{ref}/statuses
401     401  404    403       403     403     403     403      401   201   201       PUT     /presently/v1/people/{ref}/statuses/external/{externalId}
401     401  422    403       403     403     403     403      401   403   422       POST    /presently/v1/changes
401     401  404    403       403     403     403     403      401   200   200       PUT     /v1.0/users/{userId}/user-profile-statuses/{userProfileStatusId}
401     401  404    403       403     403     403     403      401   200   200       PATCH   /v1.0/users/{userId}/user-profile-statuses/{userProfileStatusId}
401     401  404    403       403     403     403     403      401   204   204       DELETE  /v1.0/users/{userId}/user-profile-statuses/{userProfileStatusId}
401     401  404    403       403     403     403     403      401   201   201       POST    /v1.0/users/{userId}/user-profile-statuses
401     401  404    403       403     200     403     403      401   403   200       GET     /v1.0/directory/profile-statuses
401     401  404    403       403     200     403     403      401   403   200       GET     /v1.0/directory/profile-statuses/{profileStatusId}
401     401  404    403       403     403     403     403      401   403   201       POST    /v1.0/directory/profile-statuses
401     401  404    403       403     403     403     403      401   403   200       PUT     /v1.0/directory/profile-statuses/{profileStatusId}
401     401  404    403       403     403     403     403      401   403   200       PATCH   /v1.0/directory/profile-statuses/{profileStatusId}
401     401  404    403       403     403     403     403      401   403   204       DELETE  /v1.0/directory/profile-statuses/{profileStatusId}
401     401  404    403       403     403     403     403      401   403   204       POST    /v1.0/directory/profile-statuses/enable
401     401  404    403       403     403     403     403      401   403   204       POST    /v1.0/directory/profile-statuses/disable
401     401  403    403       200     200     200     200      401   200   200       GET     /api/v1/domains/{domainID}/users
401     401  403    403       200     200     200     200      401   200   200       GET     /api/v1/domains/{domainID}/users/{userID}/oof
401     401  403    403       200     200     200     200      401   200   200       HEAD    /api/v1/domains/{domainID}/users/{userID}/oof
401     401  403    403       403     403     403     403      401   200   200       PUT     /api/v1/domains/{domainID}/users/{userID}/oof
401     401  200    403       200     200     200     200      401   200   200       GET     /presently/v1/people
401     401  404    403       200     200     200     200      401   200   200       GET     /presently/v1/people/{ref}
401     401  200    403       200     200     200     200      401   200   200       GET     /presently/v1/domain
401     401  200    403       200     200     200     200      401   200   200       GET     /presently/v1/definitions
401     401  200    403       403     200     403     403      401   403   200       GET     /presently/v1/clients
401     401  404    403       403     403     403     403      401   404   404       POST    /presently/v1/people/{ref}/statuses/{statusId}:end
401     401  404    403       403     403     403     403      401   404   404       DELETE  /presently/v1/people/{ref}/statuses/{statusId}
401     401  404    403       200     200     200     200      401   200   200       GET     /presently/v1/people/{ref}/timeline
401     401  404    403       200     200     200     200      401   200   200       GET     /presently/v1/people/{ref}/history
401     401  200    403       403     200     403     403      401   403   200       GET     /presently/v1/audit
401     401  200    403       403     403     403     403      401   403   200       GET     /presently/v1/changes
401     401  404    403       403     403     403     403      401   403   404       GET     /presently/v1/changes/{id}
401     401  404    403       403     403     403     403      401   403   404       POST    /presently/v1/changes/{id}:apply
401     401  404    403       403     403     403     403      401   403   404       POST    /presently/v1/changes/{id}:undo
401     401  404    403       403     403     403     403      401   403   404       DELETE  /presently/v1/changes/{id}
401     401  404    403       200     200     200     200      401   200   200       GET     /presently/v1/people/{ref}/feeds
401     401  404    403       403     403     403     403      401   201   201       POST    /presently/v1/people/{ref}/feeds
401     401  404    403       403     403     403     403      401   404   404       DELETE  /presently/v1/people/{ref}/feeds/{id}
401     401  200    403       403     200     403     403      401   403   200       GET     /presently/v1/feeds
401     401  201    403       403     403     403     403      401   403   201       POST    /presently/v1/feeds
401     401  404    403       403     403     403     403      401   403   404       DELETE  /presently/v1/feeds/{id}
"""
)

#: Routes with a login. All requests are about domain 1, and its second person.
#:
#: nobody     sends no cookie
#: bad        sends an invalid one: each of those in `callers.py`, and a valid bearer token
#: forged     a DomainAdmin of domain 1 without the CSRF token, or with a wrong one, as a page of another site would
#: other      a DomainAdmin of domain 2
#: plain      somebody with a password, and without a role
#: reader     a DomainAdminRO of domain 1
#: left       a DomainAdmin of domain 1 who has been deactivated
#: admin      a DomainAdmin of domain 1
#: overseer   a SystemAdminRO
#: system     a SystemAdmin
LOGINS: Final = table("""
nobody  bad  forged  other  plain  reader  left  admin  overseer  system
401     401  200     200    200    200     403   200    200       200      GET     /api/v1/profile
401     401  200     200    403    200     403   200    200       200      GET     /api/v1/domains
401     401  200     403    403    200     403   200    200       200      GET     /api/v1/domains/{domainID}/users
401     401  200     403    403    200     403   200    200       200      GET     /api/v1/domains/{domainID}/users/{userID}
401     401  200     403    403    200     403   200    200       200      GET     /api/v1/domains/{domainID}/syncPolicy
401     401  400     403    403    400     403   400    400       400      GET     /api/v1/domains/{domainID}/dnsCheck
401     401  200     200    403    200     403   200    200       200      GET     /api/v1/service/syncPolicy/default
401     401  200     200    403    200     403   200    200       200      GET     /api/v1/defaults/createParams
401     401  200     403    403    200     403   200    200       200      GET     /api/v1/system/domains/{domainID}
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/roles
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/servers
401     401  403     403    403    403     403   403    403       200      GET     /api/v1/system/license
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/dashboard
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/dashboard/services
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/antispam/stat
401     401  200     200    403    200     403   200    200       200      GET     /api/v1/tasq/tasks
401     401  200     200    403    200     403   200    200       200      GET     /api/v1/tasq/status
401     401  200     200    403    200     403   200    200       200      GET     /api/v1/domains/ldap/search
401     401  200     200    403    200     403   200    200       200      GET     /api/v1/domains/ldap/check
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/domains
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/users
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/orgs
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/orgs/{orgID}
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/orgs/{orgID}/ldap
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/roles/{roleID}
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/roles/permissions
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/logs
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/sync/top
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/servers/dnsCheck
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/mailq
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/antispam/history
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/dbconf/
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/dbconf/commands
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/dbconf/grommunio-admin/multi-server/
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/license/creds
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/mconf/ldap
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/mconf/authmgr
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/vhostStatus
401     401  403     403    403    403     403   403    200       200      GET     /api/v1/system/vhostStatus/local
401     401  200     403    403    200     403   200    200       200      GET     /api/v1/defaults/createParams/{domainID}
401     401  200     403    403    200     403   200    200       200      GET     /api/v1/domains/{domainID}/mlists
401     401  200     403    403    200     403   200    200       200      GET     /api/v1/domains/{domainID}/folders
401     401  200     403    403    200     403   200    200       200      GET     /api/v1/domains/{domainID}/folders/tree
401     401  200     403    403    200     403   200    200       200      GET     /api/v1/domains/{domainID}/folders/144115188075855873/owners
401     401  200     403    403    200     403   200    200       200      GET     /api/v1/domains/{domainID}/users/{userID}/sync
401     401  200     403    403    200     403   200    200       200      GET     /api/v1/domains/{domainID}/users/{userID}/delegates
401     401  200     403    403    200     403   200    200       200      GET     /api/v1/domains/{domainID}/users/{userID}/sendas
401     401  200     403    403    200     403   200    200       200      GET     /api/v1/domains/{domainID}/users/{userID}/storeAccess
401     401  401     400    403    400     403   400    400       400      POST    /api/v1/system/dashboard/services/{unit}/{action}
401     401  401     400    403    400     403   400    400       400      POST    /api/v1/system/updates/{action}
401     401  401     400    403    400     403   400    400       400      POST    /api/v1/system/domains
401     401  401     400    403    400     403   400    400       400      PATCH   /api/v1/system/domains/{domainID}
401     401  401     400    403    400     403   400    400       400      DELETE  /api/v1/system/domains/{domainID}
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/system/domains/{domainID}/password
401     401  401     400    403    400     403   400    400       400      POST    /api/v1/system/orgs
401     401  401     400    403    400     403   400    400       400      PATCH   /api/v1/system/orgs/{orgID}
401     401  401     400    403    400     403   400    400       400      DELETE  /api/v1/system/orgs/{orgID}
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/system/orgs/{orgID}/ldap
401     401  401     400    403    400     403   400    400       400      DELETE  /api/v1/system/orgs/{orgID}/ldap
401     401  401     400    403    400     403   400    400       400      POST    /api/v1/system/orgs/{orgID}/ldap/downsync
401     401  401     400    403    400     403   400    400       400      POST    /api/v1/system/roles
401     401  401     400    403    400     403   400    400       400      PATCH   /api/v1/system/roles/{roleID}
401     401  401     400    403    400     403   400    400       400      DELETE  /api/v1/system/roles/{roleID}
401     401  401     400    403    400     403   400    400       400      POST    /api/v1/system/servers
401     401  401     400    403    400     403   400    400       400      PATCH   /api/v1/system/dbconf/grommunio-admin/multi-server/
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/system/dbconf/grommunio-admin/multi-server/
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/system/dbconf/{service}/{file}/
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/system/mconf/ldap
401     401  401     400    403    400     403   400    400       400      DELETE  /api/v1/system/mconf/ldap
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/system/mconf/authmgr
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/system/license
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/system/license/creds
401     401  401     400    403    400     403   400    400       400      POST    /api/v1/system/mailq/{action}
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/defaults/createParams
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/defaults/createParams/{domainID}
401     401  401     400    403    400     403   400    400       400      POST    /api/v1/tasq/start
401     401  401     400    403    400     403   400    400       400      POST    /api/v1/tasq/stop
401     401  401     400    403    400     403   400    400       400      POST    /api/v1/domains/ldap/downsync
401     401  401     400    403    400     403   400    400       400      POST    /api/v1/domains/ldap/importUser
401     401  401     400    403    400     403   400    400       400      DELETE  /api/v1/domains/ldap/check
401     401  401     400    403    400     403   400    400       400      POST    /api/v1/domains/{domainID}/ldap/downsync
401     401  401     400    403    400     403   400    400       400      POST    /api/v1/domains/{domainID}/mlists
401     401  401     400    403    400     403   400    400       400      POST    /api/v1/domains/{domainID}/folders
401     401  401     400    403    400     403   400    400       400      POST    /api/v1/domains/{domainID}/users
401     401  401     400    403    400     403   400    400       400      PATCH   /api/v1/domains/{domainID}/users/{userID}
401     401  401     400    403    400     403   400    400       400      DELETE  /api/v1/domains/{domainID}/users/{userID}
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/domains/{domainID}/users/{userID}/password
401     401  401     400    403    400     403   400    400       400      PATCH   /api/v1/domains/{domainID}/users/{userID}/roles
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/domains/{domainID}/users/{userID}/delegates
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/domains/{domainID}/users/{userID}/sendas
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/domains/{domainID}/users/{userID}/storeAccess
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/domains/{domainID}/users/{userID}/downsync
401     401  401     400    403    400     403   400    400       400      DELETE  /api/v1/domains/{domainID}/users/{userID}/sync
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/passwd
401     401  401     400    403    400     403   400    400       400      PUT     /api/v1/passwd/{username}
401     401  200     403    403    200     403   200    200       200      GET     /api/v1/domains/{domainID}/users/{userID}/oof
401     401  401     403    403    200     403   200    200       200      HEAD    /api/v1/domains/{domainID}/users/{userID}/oof
401     401  401     403    403    403     403   200    403       200      PUT     /api/v1/domains/{domainID}/users/{userID}/oof
""")

#: Routes without a token or login: every caller gets the same. `/` serves admin-web.
OPEN: Final = table("""
anybody
200       GET     /healthz
503       GET     /readyz
200       GET     /metrics
200       GET     /openapi.json
200       HEAD    /openapi.json
200       GET     /docs
200       GET     /docs-files/{path}
200       HEAD    /docs-files/{path}
200       GET     /icons/{iconType}.svg
200       GET     /presently/v1/problems
200       GET     /presently/v1/problems/{name}
404       GET     /presently/v1/calendar/{secret}.ics
404       HEAD    /presently/v1/calendar/{secret}.ics
200       GET     /config.json
200       GET     /
200       HEAD    /
200       GET     /.well-known/oauth-authorization-server
200       GET     /.well-known/jwks.json
401       POST    /oauth2/v2.0/token
401       POST    /oauth2/v2.0/revoke
401       POST    /api/v1/login
200       GET     /api/v1/about
200       GET     /api/v1/status
200       GET     /api/v1/defaults/storeLangs
200       OPTIONS /api/v1/domains/{domainID}/users/{userID}/oof
""")

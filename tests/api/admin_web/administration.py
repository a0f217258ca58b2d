"""Every route for admin-web, with all its responses."""

from typing import Final

_OF_LOGINS: Final = {"200", "401", "403", "429", "500", "503"}
_OF_LISTS: Final = _OF_LOGINS | {"400"}
_OF_ITEMS: Final = _OF_LOGINS | {"404"}

_DOMAIN: Final = "/api/v1/domains/{domainID}"
_USER: Final = f"{_DOMAIN}/users/{{userID}}"

#: Routes whose lists are always empty.
NOTHING_OF_THE_SYSTEM: Final = (
    "logs",
    "sync/top",
    "servers/dnsCheck",
    "mailq",
    "antispam/history",
    "dbconf/",
    "dbconf/commands",
    "dbconf/grommunio-admin/multi-server/",
    "license/creds",
    "mconf/ldap",
    "mconf/authmgr",
    "vhostStatus",
    "vhostStatus/local",
)
NOTHING_OF_A_DOMAIN: Final = ("mlists", "folders", "folders/tree", "folders/144115188075855873/owners")
NOTHING_OF_A_USER: Final = ("sync", "delegates", "sendas", "storeAccess")

NOT_DONE_HERE: Final = (
    ("post", "/api/v1/system/dashboard/services/{unit}/{action}"),
    ("post", "/api/v1/system/updates/{action}"),
    ("post", "/api/v1/system/domains"),
    ("patch", "/api/v1/system/domains/{domainID}"),
    ("delete", "/api/v1/system/domains/{domainID}"),
    ("put", "/api/v1/system/domains/{domainID}/password"),
    ("post", "/api/v1/system/orgs"),
    ("patch", "/api/v1/system/orgs/{orgID}"),
    ("delete", "/api/v1/system/orgs/{orgID}"),
    ("put", "/api/v1/system/orgs/{orgID}/ldap"),
    ("delete", "/api/v1/system/orgs/{orgID}/ldap"),
    ("post", "/api/v1/system/orgs/{orgID}/ldap/downsync"),
    ("post", "/api/v1/system/roles"),
    ("patch", "/api/v1/system/roles/{roleID}"),
    ("delete", "/api/v1/system/roles/{roleID}"),
    ("post", "/api/v1/system/servers"),
    ("patch", "/api/v1/system/dbconf/grommunio-admin/multi-server/"),
    ("put", "/api/v1/system/dbconf/grommunio-admin/multi-server/"),
    ("put", "/api/v1/system/dbconf/{service}/{file}/"),
    ("put", "/api/v1/system/mconf/ldap"),
    ("delete", "/api/v1/system/mconf/ldap"),
    ("put", "/api/v1/system/mconf/authmgr"),
    ("put", "/api/v1/system/license"),
    ("put", "/api/v1/system/license/creds"),
    ("post", "/api/v1/system/mailq/{action}"),
    ("put", "/api/v1/defaults/createParams"),
    ("put", "/api/v1/defaults/createParams/{domainID}"),
    ("post", "/api/v1/tasq/start"),
    ("post", "/api/v1/tasq/stop"),
    ("post", "/api/v1/domains/ldap/downsync"),
    ("post", "/api/v1/domains/ldap/importUser"),
    ("delete", "/api/v1/domains/ldap/check"),
    ("post", f"{_DOMAIN}/ldap/downsync"),
    ("post", f"{_DOMAIN}/mlists"),
    ("post", f"{_DOMAIN}/folders"),
    ("post", f"{_DOMAIN}/users"),
    ("patch", _USER),
    ("delete", _USER),
    ("put", f"{_USER}/password"),
    ("patch", f"{_USER}/roles"),
    ("put", f"{_USER}/delegates"),
    ("put", f"{_USER}/sendas"),
    ("put", f"{_USER}/storeAccess"),
    ("put", f"{_USER}/downsync"),
    ("delete", f"{_USER}/sync"),
    ("put", "/api/v1/passwd"),
    ("put", "/api/v1/passwd/{username}"),
)

FOR_EVERYBODY: Final = {
    ("post", "/api/v1/login"): {"200", "400", "401", "413", "429", "500", "503"},
    ("get", "/api/v1/about"): {"200", "500"},
    ("get", "/api/v1/status"): {"200", "500"},
    ("get", "/api/v1/defaults/storeLangs"): {"200", "500"},
}

FOR_ADMINISTRATORS: Final = {
    ("get", "/api/v1/profile"): _OF_LOGINS,
    ("get", "/api/v1/domains"): _OF_LISTS,
    ("get", "/api/v1/domains/{domainID}/users/{userID}"): _OF_ITEMS,
    ("get", "/api/v1/domains/{domainID}/syncPolicy"): _OF_ITEMS,
    ("get", "/api/v1/domains/{domainID}/dnsCheck"): _OF_ITEMS - {"200"} | {"400"},
    ("get", "/api/v1/service/syncPolicy/default"): _OF_LOGINS,
    ("get", "/api/v1/defaults/createParams"): _OF_LISTS,
    ("get", "/api/v1/system/domains/{domainID}"): _OF_ITEMS,
    ("get", "/api/v1/system/roles"): _OF_LISTS,
    ("get", "/api/v1/system/servers"): _OF_LOGINS,
    ("get", "/api/v1/system/license"): _OF_LOGINS,
    ("get", "/api/v1/system/dashboard"): _OF_LOGINS,
    ("get", "/api/v1/system/dashboard/services"): _OF_LOGINS,
    ("get", "/api/v1/system/antispam/stat"): _OF_LOGINS,
    ("get", "/api/v1/system/domains"): _OF_LISTS,
    ("get", "/api/v1/system/users"): _OF_LISTS,
    ("get", "/api/v1/system/orgs"): _OF_LISTS,
    ("get", "/api/v1/system/orgs/{orgID}"): _OF_ITEMS,
    ("get", "/api/v1/system/roles/{roleID}"): _OF_ITEMS,
    ("get", "/api/v1/system/roles/permissions"): _OF_LOGINS,
    ("get", "/api/v1/defaults/createParams/{domainID}"): _OF_ITEMS,
    ("get", "/api/v1/tasq/tasks"): _OF_LOGINS,
    ("get", "/api/v1/tasq/status"): _OF_LOGINS,
    ("get", "/api/v1/domains/ldap/search"): _OF_LOGINS,
    ("get", "/api/v1/domains/ldap/check"): _OF_LOGINS,
    **{("get", f"/api/v1/system/{path}"): _OF_LOGINS for path in NOTHING_OF_THE_SYSTEM},
    ("get", "/api/v1/system/orgs/{orgID}/ldap"): _OF_ITEMS,
    **{("get", f"{_DOMAIN}/{path}"): _OF_ITEMS for path in NOTHING_OF_A_DOMAIN},
    **{("get", f"{_USER}/{path}"): _OF_ITEMS for path in NOTHING_OF_A_USER},
    **{
        (method, path): _OF_LISTS - {"200"} | ({"404"} if "ID}" in path else set())
        for method, path in NOT_DONE_HERE
    },
}

FOR_BEARERS_TOO: Final = {("get", f"{_DOMAIN}/users"): _OF_LISTS | _OF_ITEMS}

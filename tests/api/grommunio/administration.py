"""Every route that is there for admin-web, with all that it answers."""

from typing import Final

_OF_LOGINS: Final = {"200", "401", "403", "429", "500", "503"}
_OF_LISTS: Final = _OF_LOGINS | {"400"}
_OF_ITEMS: Final = _OF_LOGINS | {"404"}

FOR_EVERYBODY: Final = {
    ("post", "/api/v1/login"): {"200", "400", "401", "413", "429", "500", "503"},
    ("get", "/api/v1/about"): {"200", "500"},
    ("get", "/api/v1/status"): {"200", "500"},
    ("get", "/api/v1/defaults/storeLangs"): {"200", "500"},
}

FOR_ADMINISTRATORS: Final = {
    ("get", "/api/v1/profile"): _OF_LOGINS,
    ("get", "/api/v1/domains"): _OF_LISTS,
    ("get", "/api/v1/domains/{domainID}/users"): _OF_LISTS | _OF_ITEMS,
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
}

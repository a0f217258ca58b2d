"""admin-web's requests: section 11.2, row by row, and who may see what (section 8)."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from sqlalchemy import insert

from domain.directory import Person
from domain.events import Author
from domain.permissions import Permission
from services.people import deactivate_all
from store import tables
from store.store import Store
from tests.api.admin_web.browser import KEPT_OF_IT, SENT, Browser, let_in, opened
from tests.api.clients import TestClient
from tests.api.grommunio.answers import assert_bad, assert_kept_by_no_cache, assert_refused
from tests.store.builders import add_domain_with_people, events_of

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

FORBIDDEN = "Access denied: Insufficient permissions for this operation"

DOMAINS = "/domains?domainType=0&sort=domainname,asc&level=1&limit=1000000000"
USERS = (
    "/domains/1/users?sort=username,asc&filterProp=displaytypeex:0,7,8&status=0,4&matchProps=displayname"
    "&properties=displayname,storagequotalimit,displaytypeex&addressType=0"
)
#: Requests that only administrators of domain 1 may make.
OF_THE_DOMAIN = (
    USERS,
    "/domains/1/users?limit=0&status=0",
    "/domains/1/users/1",
    "/domains/1/users/1/oof",
    "/domains/1/syncPolicy",
    "/system/domains/1",
    "/defaults/createParams?domain=1",
    "/defaults/createParams/1",
    "/domains/1/mlists?sort=listname,asc&limit=50",
    "/domains/1/folders/tree",
    "/domains/1/users/1/delegates",
)
OF_ANY_ADMINISTRATOR = (
    "/profile",
    DOMAINS,
    "/service/syncPolicy/default",
    "/defaults/createParams",
    "/tasq/status",
    "/tasq/tasks?limit=200&sort=created,desc",
)
OF_THE_SYSTEM = (
    "/system/roles?sort=name,asc&level=0&limit=100000",
    "/system/roles?level=2&sort=name,asc&limit=100000",
    "/system/servers?sort=hostname,asc&limit=1000000&level=0",
    "/system/dashboard",
    "/system/dashboard/services",
    "/system/antispam/stat",
    "/system/domains?sort=domainname,asc&limit=10000000&level=0&domainType=0",
    "/system/users?sort=username,asc&status=0,4&addressType=0&matchProps=displayname",
    "/system/orgs?sort=name,asc&limit=1000000&level=0",
    "/system/orgs/5",
    "/system/orgs/5/ldap",
    "/system/roles/permissions",
    "/system/logs?sort=name,asc",
    "/system/mailq",
)
LICENCE = "/system/license"


@pytest.fixture
def login_as(anonymous: TestClient, store: Store, people: list[Person]) -> Any:
    """Return a function that opens a browser for u10 with these roles.

    The domain belongs to organisation 5. There is a second domain, with two people.
    """
    with store.writing() as transaction:
        transaction.directory.save_domain(replace(people[0].domain, organisation_id=5))
    add_domain_with_people(store, count=2, name="other.example")

    def open_with(*roles: str) -> Browser:
        let_in(store, people[9], *roles)
        return opened(anonymous, people[9].email)

    return open_with


@pytest.mark.parametrize(
    ("role", "is_told"),
    [
        ("SystemAdmin", {*OF_ANY_ADMINISTRATOR, *OF_THE_DOMAIN, *OF_THE_SYSTEM, LICENCE}),
        ("SystemAdminRO", {*OF_ANY_ADMINISTRATOR, *OF_THE_DOMAIN, *OF_THE_SYSTEM}),
        ("OrgAdmin *", {*OF_ANY_ADMINISTRATOR, *OF_THE_DOMAIN}),
        ("OrgAdmin 5", {*OF_ANY_ADMINISTRATOR, *OF_THE_DOMAIN}),
        ("OrgAdmin 1", {*OF_ANY_ADMINISTRATOR}),
        ("DomainAdmin 1", {*OF_ANY_ADMINISTRATOR, *OF_THE_DOMAIN}),
        ("DomainAdmin *", {*OF_ANY_ADMINISTRATOR, *OF_THE_DOMAIN}),
        ("DomainAdmin 2", {*OF_ANY_ADMINISTRATOR}),
        ("DomainAdminRO 1", {*OF_ANY_ADMINISTRATOR, *OF_THE_DOMAIN}),
        ("DomainAdminRO 2", {*OF_ANY_ADMINISTRATOR}),
        ("ResetPasswd", {*OF_ANY_ADMINISTRATOR}),
        ("DomainPurge", {*OF_ANY_ADMINISTRATOR}),
    ],
)
def test_each_role_is_told_what_it_may_see(login_as: Any, role: str, is_told: set[str]):
    browser = login_as(role)
    for path in (*OF_ANY_ADMINISTRATOR, *OF_THE_DOMAIN, *OF_THE_SYSTEM, LICENCE):
        answer = browser.get(path)
        if path in is_told:
            assert answer.status_code == 200, f"{path}: {answer.text}"
            assert_kept_by_no_cache(answer)
        else:
            assert_refused(answer, 403, FORBIDDEN)


@pytest.mark.parametrize(
    ("role", "may_write"),
    [
        ("SystemAdmin", True),
        ("SystemAdminRO", False),
        ("OrgAdmin *", True),
        ("OrgAdmin 5", True),
        ("OrgAdmin 1", False),
        ("DomainAdmin 1", True),
        ("DomainAdmin *", True),
        ("DomainAdmin 2", False),
        ("DomainAdminRO 1", False),
        ("DomainAdminRO *", False),
        ("ResetPasswd", False),
        ("DomainPurge", False),
    ],
)
def test_each_role_saves_what_it_may(
    login_as: Any, store: Store, people: list[Person], role: str, may_write: bool
):
    answer = login_as(role).put("/domains/1/users/1/oof", state=1, internalReply="<p>Away</p>")
    if may_write:
        assert answer.status_code == 200, answer.text
        assert {event.actor for event in events_of(store, people[0])} == {"u10@example.com"}
    else:
        assert_refused(answer, 403, FORBIDDEN)
        assert events_of(store, people[0]) == []


def test_the_profile_says_who_is_logged_in_and_what_they_can_do(login_as: Any):
    browser = login_as("DomainAdmin 1")
    profile = browser.get("/profile").json()
    assert sorted(profile["capabilities"]) == ["DomainAdminRead", "DomainAdminWrite", "ResetPasswd"]
    assert profile["user"]["username"] == "u10@example.com"
    assert profile["user"]["roles"] == [{"ID": 18, "name": "DomainAdmin 1"}]
    assert profile["user"] | {"fetchmail": []} == browser.get("/domains/1/users/10").json()
    assert "fetchmail" not in profile["user"]


def test_a_user_has_every_key_that_clients_know(login_as: Any):
    user = login_as("DomainAdmin 1").get("/domains/1/users/1").json()
    names = (
        "pop3_imap smtp changePassword publicAddress privChat privVideo privFiles privArchive privWeb privEas"
    )
    off = dict.fromkeys([*names.split(), "privDav", "chat", "chatAdmin"], False)
    assert user == off | {
        "ID": 1,
        "username": "u1@example.com",
        "domainID": 1,
        "orgID": 5,
        "status": 0,
        "ldapID": None,
        "lang": "en_US",
        "aliases": [],
        "altnames": [],
        "fetchmail": [],
        "properties": {"displayname": "Person 1", "displaytypeex": 0},
        "roles": [],
        "forward": None,
        "mlist": None,
        "syncPolicy": None,
        "homeserver": None,
    }


def test_a_user_has_their_other_login_names(login_as: Any, store: Store, person: Person):
    with store.writing() as transaction:
        transaction.accounts.add_login_name(person.id, "boss")
    assert login_as("DomainAdmin 1").get("/domains/1/users/1").json()["altnames"] == [{"altname": "boss"}]


def test_the_domains_are_those_that_one_administers(login_as: Any):
    domains = login_as("DomainAdmin 1").get(DOMAINS).json()
    assert domains["count"] == 1
    assert domains["data"] == [
        {
            "ID": 1,
            "domainname": "example.com",
            "displayname": "example.com",
            "orgID": 5,
            "title": "",
            "address": "",
            "adminName": "",
            "tel": "",
            "endDay": "9999-12-31",
            "maxUser": 2**31 - 1,
            "activeUsers": 10,
            "inactiveUsers": 0,
            "virtualUsers": 0,
            "domainStatus": 0,
        }
    ]


@pytest.mark.parametrize(
    ("query", "names", "count"),
    [
        ("", ["example.com", "other.example"], 2),
        ("?sort=domainname,desc", ["other.example", "example.com"], 2),
        ("?limit=1", ["example.com"], 2),
        ("?limit=1&offset=1", ["other.example"], 2),
        ("?limit=", ["example.com", "other.example"], 2),
        ("?match=other", ["other.example"], 1),
        ("?domainType=1", [], 0),
    ],
)
def test_the_list_of_domains_in_parts(login_as: Any, query: str, names: list[str], count: int):
    domains = login_as("SystemAdmin").get(f"/domains{query}").json()
    assert [domain["domainname"] for domain in domains["data"]] == names
    assert domains["count"] == count


def test_little_is_told_at_level_zero(login_as: Any):
    browser = login_as("DomainAdmin 1")
    assert browser.get("/domains?level=0").json()["data"] == [{"ID": 1, "domainname": "example.com"}]
    users = browser.get("/domains/1/users?level=0&limit=1").json()
    assert users == {"count": 10, "data": [{"ID": 1, "username": "u1@example.com"}]}


@pytest.mark.parametrize(
    ("query", "numbers", "count"),
    [
        ("", list(range(1, 11)), 10),
        ("?limit=0&status=0", [], 10),
        ("?status=1,0,4", list(range(1, 11)), 10),
        ("?status=1", [], 0),
        ("?status=5", [], 0),
        ("?filterProp=displaytypeex:0,7,8", list(range(1, 11)), 10),
        ("?filterProp=displaytypeex:7", [], 0),
        ("?filterProp=storagequotalimit:1", list(range(1, 11)), 10),
        ("?sort=displayname,desc&limit=2", [9, 8], 10),
        ("?sort=username,desc&limit=2&offset=1", [8, 7], 10),
        ("?match=u3", [3], 1),
        ("?match=%00", [], 0),
        ("?match=person%2010&matchProps=displayname", [10], 1),
        (f"?limit={'9' * 50}", list(range(1, 11)), 10),
        (f"?limit=5&offset={'9' * 50}", [], 10),
        ("?limit=0002", [1, 2], 10),
    ],
)
def test_the_list_of_users_in_parts(login_as: Any, query: str, numbers: list[int], count: int):
    users = login_as("DomainAdmin 1").get(f"/domains/1/users{query}").json()
    assert [user["ID"] for user in users["data"]] == numbers
    assert users["count"] == count


def test_a_user_in_a_list_has_the_properties_that_its_table_shows(login_as: Any):
    user = login_as("DomainAdmin 1").get(USERS.replace("username,asc", "ID,asc")).json()["data"][0]
    assert user["properties"] == {"displayname": "Person 1", "displaytypeex": 0}
    assert (user["username"], user["status"], user["ldapID"]) == ("u1@example.com", 0, None)


@pytest.mark.parametrize(
    "query",
    [
        "limit=-1",
        "limit=many",
        "offset=1.5",
        "offset=%0A",
        "level=3",
        "level=x",
        "sort=username,sideways",
        "sort=ID,asc&sort=ID,asc,desc",
    ],
)
def test_a_list_that_cannot_be_meant_is_bad(login_as: Any, query: str):
    browser = login_as("SystemAdmin")
    for path in ("/domains", "/domains/1/users"):
        refused = browser.get(f"{path}?{query}")
        assert_bad(refused, query.partition("=")[0])
        assert "[0-9]" not in refused.text


@pytest.mark.parametrize(
    "path",
    [
        *(
            f"/{where}?status={status}"
            for where in ("domains/1/users", "system/users")
            for status in ("x", "9", "0,")
        ),
        *(
            f"/{where}?domainType={kind}"
            for where in ("domains", "system/domains")
            for kind in ("x", "2", "")
        ),
    ],
)
def test_numbers_that_mean_nothing_are_bad(login_as: Any, path: str):
    name = path.partition("?")[2].partition("=")[0]
    assert_bad(login_as("SystemAdmin").get(path), f"{name}: It must be ")


def test_fields_of_other_tables_do_not_order_a_list(login_as: Any):
    """admin-web orders by columns that only grommunio has; grommunio ignores what it does not know, too."""
    users = login_as("DomainAdmin 1").get("/domains/1/users?sort=ldapID,asc&sort=username,desc").json()
    assert [user["ID"] for user in users["data"]][:2] == [9, 8]


@pytest.mark.parametrize("path", ["/domains/1/users/99", "/domains/1/users/11", "/domains/1/users/99/oof"])
@pytest.mark.parametrize("role", ["SystemAdmin", "DomainAdmin 1"])
def test_a_user_of_elsewhere_is_not_found(login_as: Any, role: str, path: str):
    assert_refused(login_as(role).get(path), 404, "User not found")


@pytest.mark.parametrize("domain", ["99", str(2**31), "9" * 100])
def test_a_domain_that_does_not_exist(login_as: Any, domain: str):
    browser = login_as("SystemAdmin")
    assert_refused(browser.get(f"/domains/{domain}/users/1"), 404, "User not found")
    assert_refused(browser.get(f"/domains/{domain}/users/1/oof"), 404, "User not found")
    assert_refused(browser.get(f"/system/domains/{domain}"), 404, "Domain not found")
    assert browser.get(f"/domains/{domain}/users").json() == {"count": 0, "data": []}


def test_a_domain_in_full(login_as: Any):
    browser = login_as("DomainAdmin 1")
    [listed] = browser.get(DOMAINS).json()["data"]
    only_in_full = {"chat": False, "homeserver": None, "syncPolicy": None}
    assert browser.get("/system/domains/1").json() == listed | only_in_full


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/domains/1/syncPolicy", {"data": {}}),
        ("/service/syncPolicy/default", {"data": {}}),
        ("/defaults/createParams?domain=1", {"data": {"user": {}, "domain": {}}}),
        ("/system/servers", {"count": 0, "data": []}),
        (
            "/system/license",
            {
                "product": "Presently",
                "currentUsers": 12,
                "maxUsers": 2**31 - 1,
                "certificate": None,
                "notBefore": "1000-01-01 00:00:00",
                "notAfter": "9999-12-31 23:59:59",
            },
        ),
        ("/system/antispam/stat", {"scanned": 0, "learned": 0, "spam_count": 0, "bytes_allocated": 0}),
        ("/system/antispam/history", {"version": 2, "rows": []}),
        ("/system/logs", {"data": []}),
        ("/system/mailq", {"postfixMailq": "", "gromoxMailq": "", "postqueue": []}),
        ("/system/dbconf/", {"data": []}),
        ("/system/dbconf/commands", {"key": [], "file": [], "service": []}),
        ("/system/dbconf/grommunio-admin/multi-server/", {"data": {}}),
        ("/system/servers/dnsCheck", {"host": {}, "ext": {}}),
        ("/system/license/creds", {"username": None, "password": None}),
        ("/system/mconf/ldap", {"ldapAvailable": False, "data": {}}),
        ("/system/orgs/5/ldap", {"ldapAvailable": False, "data": {}}),
        ("/system/vhostStatus", {"data": []}),
        ("/system/sync/top?filterEnded=20&filterUpdated=120", {"data": []}),
        ("/tasq/tasks", {"count": 0, "data": []}),
        ("/tasq/status", {"running": False, "queued": 0, "workers": 0}),
        ("/domains/ldap/search?query=kim", {"data": []}),
        ("/domains/ldap/check?organization=0&domain=1", {"orphaned": []}),
        ("/domains/1/mlists", {"count": 0, "data": []}),
        (
            "/domains/1/folders/tree",
            {"folderid": "144115188075855873", "name": "IPM_SUBTREE", "container": "", "children": []},
        ),
        ("/domains/1/users/1/delegates", {"data": []}),
        ("/domains/1/users/1/sendas", {"data": []}),
        ("/domains/1/users/1/storeAccess", {"data": []}),
        ("/domains/1/users/1/sync", {"data": []}),
    ],
)
def test_what_there_is_none_of_is_told_in_the_shape_that_clients_know(
    login_as: Any, path: str, body: dict[str, Any]
):
    assert login_as("SystemAdmin").get(path).json() == body


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/system/dashboard/services/beat/restart"),
        ("POST", "/tasq/start"),
        ("PUT", "/passwd"),
        ("PUT", "/domains/1/users/1/password"),
        ("PATCH", "/domains/1/users/1/roles"),
        ("PATCH", "/domains/1/users/1"),
        ("DELETE", "/domains/1/users/1?deleteFiles=false"),
        ("POST", "/domains/1/users"),
        ("PUT", "/domains/1/users/1/delegates"),
        ("PUT", "/domains/1/users/1/sendas"),
        ("PATCH", "/system/domains/1"),
        ("POST", "/system/roles"),
        ("DELETE", "/system/orgs/5"),
        ("POST", "/domains/1/ldap/downsync?import=true"),
    ],
)
def test_what_is_not_done_here_is_said_to_be_so(login_as: Any, method: str, path: str):
    message = "Presently keeps statuses and out-of-offices only. This is not done here."
    browser = login_as("SystemAdmin")
    headers = {**browser.cookie, "X-CSRF-TOKEN": browser.csrf}
    assert_refused(browser.http.request(method, f"/api/v1{path}", headers=headers, json={}), 400, message)


@pytest.mark.parametrize("role", ["SystemAdmin", "SystemAdminRO"])
def test_the_pages_of_all_domains_and_of_all_users_show_them(login_as: Any, role: str):
    browser = login_as(role)
    domains = browser.get("/system/domains?sort=domainname,desc&limit=1&domainType=0").json()
    assert (domains["count"], [domain["domainname"] for domain in domains["data"]]) == (2, ["other.example"])
    assert domains["data"] == browser.get("/domains?sort=domainname,desc&limit=1").json()["data"]
    users = browser.get("/system/users?sort=ID,desc&status=0,4&offset=1&limit=2").json()
    assert users["count"] == 12
    assert [user["username"] for user in users["data"]] == ["u1@other.example", "u10@example.com"]
    assert [user["domainID"] for user in users["data"]] == [2, 1]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("orgID=5", 10),
        ("orgID=0", 2),
        ("orgID=7", 0),
        (f"orgID={2**40}", 0),
        ("match=other", 2),
        ("status=5", 0),
    ],
)
def test_the_users_of_all_domains_in_parts(login_as: Any, query: str, count: int):
    assert login_as("SystemAdmin").get(f"/system/users?level=0&{query}").json()["count"] == count


def test_the_organisations_are_those_that_domains_belong_to(login_as: Any):
    browser = login_as("SystemAdmin")
    item = {"ID": 5, "name": "Organization 5", "description": "", "domainCount": 1}
    assert browser.get("/system/orgs").json() == {"count": 1, "data": [item]}
    assert browser.get("/system/orgs?level=0").json()["data"] == [{"ID": 5, "name": "Organization 5"}]
    assert browser.get("/system/orgs/5").json() == item | {
        "domains": [{"ID": 1, "domainname": "example.com"}]
    }
    assert_refused(browser.get("/system/orgs/6"), 404, "Organization not found")


def test_dns_checks_are_said_to_be_disabled(login_as: Any):
    browser = login_as("DomainAdmin 1")
    assert_refused(browser.get("/domains/1/dnsCheck"), 400, "DNS checks are disabled.")
    assert_refused(browser.get("/domains/2/dnsCheck"), 403, FORBIDDEN)


def test_the_roles_are_those_that_somebody_has(login_as: Any, store: Store, people: list[Person]):
    let_in(store, people[0], "DomainAdmin 1")
    browser = login_as("SystemAdmin", "DomainAdmin 1")
    assert browser.get("/system/roles?level=0").json() == {
        "count": 2,
        "data": [{"ID": 1, "name": "SystemAdmin"}, {"ID": 18, "name": "DomainAdmin 1"}],
    }
    full = browser.get("/system/roles?level=2").json()["data"][1]
    assert full["permissions"] == [{"permission": "DomainAdmin", "params": 1}]
    assert [user["username"] for user in full["users"]] == ["u1@example.com", "u10@example.com"]


def test_a_role_in_full_and_what_roles_can_permit(login_as: Any):
    browser = login_as("SystemAdmin")
    [listed] = browser.get("/system/roles").json()["data"]
    assert browser.get("/system/roles/1").json() == listed
    assert_refused(browser.get("/system/roles/18"), 404, "Role not found")
    assert set(browser.get("/system/roles/permissions").json()["data"]) == set(Permission)


def test_every_part_on_the_dashboard_starts_by_itself(login_as: Any):
    services = login_as("SystemAdmin").get("/system/dashboard/services").json()["services"]
    assert {service["autostart"] for service in services} == {"enabled"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        # Accepted by grommunio:
        ({"state": 2, "startTime": "2020-01-01 00:00:00", "endTime": "2020-01-02 00:00:00"}, "endTime: "),
        ({"state": 2}, "startTime and endTime: A value is required here. "),
        ({"state": 1, "internalReply": "", "internalSubject": "a\nb"}, "internalSubject: "),
        ({"state": 2, "startTime": "2036-02-30 00:00:00"}, "startTime: "),
        ({"State": 1}, "State: "),
        # Refused by grommunio:
        ({"state": 3}, "Bad Request"),
        ({"state": "1"}, "Bad Request"),
        ({"state": 2, "startTime": "2036-01-01T00:00:00"}, "Bad Request"),
        ({"state": 3, "internalReply": "", "internalSubject": "a\nb"}, "Bad Request"),
    ],
)
def test_a_refused_save_says_why_where_grommunio_has_no_words_for_it(
    login_as: Any, body: dict[str, Any], message: str
):
    answer = login_as("DomainAdmin 1").put("/domains/1/users/1/oof", **body)
    said, errors = answer.json()["message"], answer.json()["errors"]
    assert answer.status_code == 400
    assert said.startswith(message)
    assert said in {"Bad Request", " ".join(errors)}


def test_the_dashboard_tells_how_the_machine_and_the_parts_do(login_as: Any):
    browser = login_as("SystemAdmin")
    machine = browser.get("/system/dashboard").json()
    assert set(machine) == {"booted", "cpuPercent", "disks", "load", "memory", "swap"}
    assert machine["memory"]["total"] > machine["memory"]["used"] > 0
    states = {
        service["name"]: service["state"]
        for service in browser.get("/system/dashboard/services").json()["services"]
    }
    assert states["store"] == "active"
    assert states["broker"] == "failed"


def test_a_disk_that_cannot_be_looked_into_is_left_out(login_as: Any, monkeypatch: pytest.MonkeyPatch):
    def usage(mountpoint: str) -> Any:
        if mountpoint == "/root/backup":
            raise PermissionError
        return SimpleNamespace(total=100, used=25, free=75, percent=25.0)

    mounted = [
        SimpleNamespace(device="/dev/vda", mountpoint=point, fstype="ext4") for point in ("/", "/root/backup")
    ]
    monkeypatch.setattr(psutil, "disk_partitions", lambda: mounted)
    monkeypatch.setattr(psutil, "disk_usage", usage)
    disks = login_as("SystemAdmin").get("/system/dashboard").json()["disks"]
    assert [(disk["mountpoint"], disk["percent"]) for disk in disks] == [("/", 25.0)]


def test_a_tenants_administrator_saves_and_reads_back_as_admin_web_does(login_as: Any):
    browser = login_as("DomainAdmin 1")
    saved = browser.put("/domains/1/users/1/oof", **SENT)
    assert (saved.status_code, saved.json()) == (200, {"message": "Success"})
    assert browser.get("/domains/1/users/1/oof").json() == KEPT_OF_IT


# 9.1 and 9.2, with a login


def test_the_order_of_the_checks(login_as: Any, anonymous: TestClient):
    browser = login_as("DomainAdmin 1")
    own, foreign = "/api/v1/domains/1/users/{}/oof", "/api/v1/domains/2/users/{}/oof"
    assert anonymous.post(own.format(1)).status_code == 405
    assert anonymous.get("/api/v1/domains/one/users/1/oof").status_code == 404
    csrf = {**browser.cookie, "X-Csrf-Token": browser.csrf}
    bad = {"json": {"state": 3}}
    assert anonymous.put(foreign.format(99), **bad).json()["error"] == "No token provided"
    wrong = anonymous.put(foreign.format(99), **bad, headers=browser.cookie)
    assert wrong.json()["error"] == "Invalid or missing CSRF token"
    assert_bad(anonymous.put(foreign.format(99), **bad, headers=csrf), "state")
    for content in (b"", b"{}", b'{"state": 1}'):
        json = {**csrf, "Content-Type": "application/json"}
        assert_refused(anonymous.put(foreign.format(99), content=content, headers=json), 403, FORBIDDEN)
    assert_refused(anonymous.put(own.format(99), headers=csrf), 400, "Missing or incomplete data")
    assert_refused(anonymous.put(own.format(99), json={"state": 1}, headers=csrf), 404, "User not found")


def test_who_was_deactivated_is_shown_as_such_and_has_no_out_of_office(
    login_as: Any, store: Store, people: list[Person]
):
    browser = login_as("DomainAdmin 1")
    with store.writing() as transaction:
        deactivate_all(transaction, [people[6].id], by=Author("operator"))
    assert browser.get("/domains/1/users/7").json()["status"] == 1
    assert browser.get("/domains/1/users?status=0").json()["count"] == 9
    assert [user["ID"] for user in browser.get("/domains/1/users?status=1").json()["data"]] == [7]
    domain = browser.get("/system/domains/1").json()
    assert (domain["activeUsers"], domain["inactiveUsers"]) == (9, 1)
    assert_refused(browser.get("/domains/1/users/7/oof"), 404, "User not found")
    assert_refused(browser.put("/domains/1/users/7/oof", state=1), 404, "User not found")


def test_a_users_further_addresses_are_shown(login_as: Any, store: Store, people: list[Person]):
    browser = login_as("DomainAdmin 1")
    with store.writing() as transaction:
        transaction.connection.execute(
            insert(tables.alias), {"email": "kim@example.com", "person_id": people[0].id}
        )
    assert browser.get("/domains/1/users/1").json()["aliases"] == ["kim@example.com"]
    assert browser.get("/domains/1/users?limit=1").json()["data"][0]["aliases"] == ["kim@example.com"]


def test_every_list_takes_an_empty_limit_as_none(login_as: Any):
    browser = login_as("SystemAdmin")
    for path in ("/system/roles", "/domains", "/domains/1/users"):
        assert browser.get(path + "?limit=").json()["data"] == browser.get(path + "?limit=100").json()["data"]
        for wrong in ("-1", "x", "1.5"):
            assert browser.get(f"{path}?limit={wrong}").status_code == 400

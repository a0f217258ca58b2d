"""A misspelt name is refused with the right one: every name in the document, in every wrong spelling."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import pytest

from domain.directory import Person
from store.store import Store
from tests.api.admin_web.browser import let_in, opened
from tests.api.clients import Oof, TestClient, Works
from tests.api.document import DOCUMENT

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
V1: Final = "/presently/v1"
IN_PATHS: Final = {
    "userId": "u1@example.com",
    "userProfileStatusId": "uprofile-b785-4aae-c330-01e94337846b",
    "profileStatusId": "BUSY",
    "domainID": "1",
    "userID": "1",
    "ref": "u1@example.com",
    "statusId": "uprofile-b785-4aae-c330-01e94337846b",
    "externalId": "leave-1",
    "id": "00000000-0000-0000-0000-000000000000",
}
#: A method, a path, and the location in the request: the query, or a body of this media type.
Location = tuple[str, str, str]
#: A name, and the names of the objects around it.
Name = tuple[tuple[str, ...], str]
Send = Callable[..., httpx.Response]


def names_in(schema: dict[str, Any], inside: tuple[str, ...] = ()) -> Iterator[Name]:
    """Yield every name of a schema; a list counts as its first item."""
    for part in (schema, *schema.get("anyOf", ()), *schema.get("allOf", ())):
        if "$ref" in part:
            yield from names_in(DOCUMENT["components"]["schemas"][part["$ref"].rpartition("/")[2]], inside)
        if "items" in part:
            yield from names_in(part["items"], (*inside, "[]"))
        for name, child in part.get("properties", {}).items():
            yield inside, name
            yield from names_in(child, (*inside, name))


def names_known() -> dict[Location, list[Name]]:
    """Return every name that a caller can send."""
    found: dict[Location, list[Name]] = {}
    for path, methods in DOCUMENT["paths"].items():
        for method, said in methods.items():
            for parameter in said.get("parameters", []):
                if parameter["in"] == "query":
                    found.setdefault((method, path, "query"), []).append(((), parameter["name"]))
            for kind, content in said.get("requestBody", {}).get("content", {}).items():
                if names := list(names_in(content["schema"])):
                    found[method, path, kind] = names
    return found


KNOWN: Final = names_known()


def example(method: str, path: str) -> dict[str, Any]:
    """Return a valid body."""
    schema = DOCUMENT["paths"][path][method]["requestBody"]["content"][JSON]["schema"]
    reference = schema.get("$ref") or schema["allOf"][0]["$ref"]
    return dict(DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]]["examples"][0])


def wrong_spellings(name: str) -> set[str]:
    """Return spellings of a name that are not the right one."""
    with_lines = re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower()
    tried = {
        name.lower(),
        name.upper(),
        name.swapcase(),
        name.capitalize(),
        with_lines,
        f"_{name}",
        f"{name}-",
    }
    tried |= {with_lines.replace("_", "-"), with_lines.replace("_", ""), with_lines.title().replace("_", "")}
    return tried - {name}


def wrapped(inside: tuple[str, ...], innermost: dict[str, Any]) -> Any:
    """Return the object that contains this one in that location."""
    value: Any = innermost
    for name in reversed(inside):
        value = [value] if name == "[]" else {name: value}
    return value


@pytest.fixture
def callers(http: httpx.Client, anonymous: TestClient, store: Store, people: list[Person]) -> Send:
    """Return a function that sends a request as a permitted caller."""
    let_in(store, people[9], "SystemAdmin")
    browser = opened(anonymous, people[9].email)

    def send(method: str, path: str, **said: Any) -> httpx.Response:
        csrf = {**browser.cookie, "X-Csrf-Token": browser.csrf}
        headers = {"Authorization": http.headers["Authorization"]} if path.startswith(("/v1.0", V1)) else csrf
        headers |= said.pop("headers", {})
        answer: httpx.Response = anonymous.request(method, path.format_map(IN_PATHS), headers=headers, **said)
        return answer

    return send


def sent(callers: Send, location: Location, inside: tuple[str, ...], wrong: str) -> httpx.Response:
    """Send a request with this spelling in that location, and return the response."""
    method, path, where = location
    if where == "query":
        return callers(method, path, params={wrong: "1"})
    if where == FORM:
        return callers(method, path, content=urlencode({wrong: "1"}), headers={"Content-Type": FORM})
    body = example(method, path) | wrapped(inside, {wrong: None})
    return callers(method, path, json=body)


def test_names_are_found_everywhere():
    assert {where for _, _, where in KNOWN} == {"query", FORM, JSON}
    names = {(*inside, name) for location in KNOWN.values() for inside, name in location}
    assert names >= {
        ("autoReplyMail", "internal", "content"),
        ("i18nNames", "[]", "language"),
        ("startTime",),
        ("state",),
        ("grant_type",),
        ("pass",),
        ("cursor",),
        ("filterProp",),
    }


@pytest.mark.parametrize("location", KNOWN, ids=" ".join)
def test_a_misspelt_name_is_refused_and_the_right_one_told(callers: Send, location: Location):
    for inside, name in KNOWN[location]:
        for wrong in wrong_spellings(name):
            answer = sent(callers, location, inside, wrong)
            is_native = location[1].startswith(V1)
            assert answer.status_code == (422 if is_native else 400), (wrong, answer.text)
            hint = (
                f"`{wrong}`; did you mean `{name}`?"
                if is_native
                else f"{wrong}: There is no such name. Use {name}."
            )
            assert hint in answer.text


def test_the_right_name_beside_the_misspelt_one_does_not_help(works: Works, oof: Oof):
    both = {"endTime": "2036-01-01T00:00:00Z", "endtime": "2036-01-01T00:00:00Z"}
    assert works.post(**both).status_code == 400
    assert works.list() == []
    assert oof.put(state=1, State=1).status_code == 400
    assert oof.read()["state"] == 0


def test_every_misspelt_name_of_a_grommunio_body_is_told(oof: Oof):
    errors = oof.put(State=2, starttime="2036-08-01 08:00:00").json()["errors"]
    assert [error.partition(":")[0] for error in errors] == ["State", "starttime"]


@pytest.mark.parametrize(
    "name", ["colour", "", "_", "states", "stat", "st\u0430te", "s" + "_" * 100 + "tate"]
)
def test_other_names_are_welcome(works: Works, oof: Oof, name: str):
    assert works.http.post(works.path, json={"profileStatusId": "BUSY", name: 1}).status_code == 201
    assert works.post(autoReplyMail={"internal": {name: 1}, name: 2}).status_code == 201
    assert oof.put(state=1, **{name: 1}).status_code == 200
    assert works.http.get("/v1.0/users", params={name: "1"}).status_code == 200

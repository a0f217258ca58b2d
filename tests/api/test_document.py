"""The OpenAPI document is correct and complete, and its page works without internet."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from fastapi.routing import iter_route_contexts
from jsonschema_rs import Draft202012Validator

from api.openapi import TAGS
from tests.api.admin_web.administration import FOR_ADMINISTRATORS, FOR_BEARERS_TOO, FOR_EVERYBODY
from tests.api.clients import Oof, TestClient, Works
from tests.api.document import DOCUMENT

STATUSES: Final = "/v1.0/users/{userId}/user-profile-statuses"
STATUS: Final = f"{STATUSES}/{{userProfileStatusId}}"
USERS: Final = "/v1.0/users"
USER: Final = f"{USERS}/{{userId}}"
DEFINITIONS: Final = "/v1.0/directory/profile-statuses"
DEFINITION: Final = f"{DEFINITIONS}/{{profileStatusId}}"
OOF: Final = "/api/v1/domains/{domainID}/users/{userID}/oof"
TOKEN: Final = "/oauth2/v2.0/token"  # noqa: S105 (a path)
REVOKE: Final = "/oauth2/v2.0/revoke"

#: Each route, with all its status codes.
WORKS_ERRORS: Final = {"400", "401", "403", "404", "429", "500", "503"}
OOF_ERRORS: Final = {"401", "403", "404", "429", "500", "503"}
OAUTH_ERRORS: Final = {"400", "401", "429", "500", "503"}
V1: Final = "/presently/v1"
V1_BODY_ERRORS: Final = {"400", "409", "413", "415"}
PLANS: Final = f"{V1}/people/{{ref}}/statuses"
PLAN: Final = f"{PLANS}/{{statusId}}"
V1_ERRORS: Final = {"401", "403", "404", "422", "429", "500", "503"}
ANSWERS: Final = {
    ("get", STATUSES): {"200"} | WORKS_ERRORS,
    ("post", STATUSES): {"201"} | WORKS_ERRORS,
    ("get", STATUS): {"200"} | WORKS_ERRORS,
    ("put", STATUS): {"200"} | WORKS_ERRORS,
    ("patch", STATUS): {"200"} | WORKS_ERRORS,
    ("delete", STATUS): {"204"} | WORKS_ERRORS,
    ("get", USERS): {"200"} | WORKS_ERRORS,
    ("get", USER): {"200"} | WORKS_ERRORS,
    ("get", DEFINITIONS): {"200"} | WORKS_ERRORS,
    ("post", DEFINITIONS): {"201", "409"} | WORKS_ERRORS,
    ("get", DEFINITION): {"200"} | WORKS_ERRORS,
    ("put", DEFINITION): {"200"} | WORKS_ERRORS,
    ("patch", DEFINITION): {"200"} | WORKS_ERRORS,
    ("delete", DEFINITION): {"204"} | WORKS_ERRORS,
    ("post", f"{DEFINITIONS}/enable"): {"204"} | WORKS_ERRORS,
    ("post", f"{DEFINITIONS}/disable"): {"204"} | WORKS_ERRORS,
    ("get", OOF): {"200"} | OOF_ERRORS,
    ("head", OOF): {"200"} | OOF_ERRORS,
    ("put", OOF): {"200", "400", "413"} | OOF_ERRORS,
    ("options", OOF): {"200", "404"},
    ("post", TOKEN): {"200"} | OAUTH_ERRORS,
    ("post", REVOKE): {"200"} | OAUTH_ERRORS,
    ("get", "/.well-known/oauth-authorization-server"): {"200", "500"},
    ("get", "/.well-known/jwks.json"): {"200", "500"},
    ("get", f"{V1}/people"): {"200", "304"} | V1_ERRORS,
    ("get", f"{V1}/people/{{ref}}"): {"200", "304"} | V1_ERRORS,
    **{
        (method, f"{V1}{owner}/feeds{one}"): answers | V1_ERRORS
        for owner in ("/people/{ref}", "")
        for method, one, answers in (
            ("get", "", {"200", "304"}),
            ("post", "", {"201", "400", "409", "413", "415"}),
            ("delete", "/{id}", {"204"}),
        )
    },
    ("get", f"{V1}/domain"): {"200", "304"} | V1_ERRORS,
    ("get", f"{V1}/definitions"): {"200", "304"} | V1_ERRORS,
    ("get", f"{V1}/clients"): {"200", "304"} | V1_ERRORS,
    ("get", PLANS): {"200", "304"} | V1_ERRORS,
    ("post", PLANS): {"200", "201"} | V1_ERRORS | V1_BODY_ERRORS,
    ("put", f"{PLANS}/external/{{externalId}}"): {"200", "201"} | V1_ERRORS | V1_BODY_ERRORS,
    ("get", PLAN): {"200", "304"} | V1_ERRORS,
    ("put", PLAN): {"200", "412"} | V1_ERRORS | V1_BODY_ERRORS,
    ("patch", PLAN): {"200", "412"} | V1_ERRORS | V1_BODY_ERRORS,
    ("delete", PLAN): {"204", "412"} | V1_ERRORS,
    ("post", f"{PLAN}:end"): {"204", "409"} | V1_ERRORS,
    ("get", f"{V1}/people/{{ref}}/timeline"): {"200", "304"} | V1_ERRORS,
    ("get", f"{V1}/people/{{ref}}/history"): {"200", "304"} | V1_ERRORS,
    ("get", f"{V1}/audit"): {"200", "304"} | V1_ERRORS,
    ("post", f"{V1}/changes"): {"201", "202", "400", "409", "413", "415"} | V1_ERRORS,
    ("get", f"{V1}/changes"): {"200", "304"} | V1_ERRORS,
    ("get", f"{V1}/changes/{{id}}"): {"200", "304"} | V1_ERRORS,
    ("post", f"{V1}/changes/{{id}}:apply"): {"200", "202", "409"} | V1_ERRORS,
    ("post", f"{V1}/changes/{{id}}:undo"): {"200", "202", "409"} | V1_ERRORS,
    ("delete", f"{V1}/changes/{{id}}"): {"204", "409"} | V1_ERRORS,
    ("get", "/icons/{iconType}.svg"): {"200", "400"},
    ("get", "/healthz"): {"200"},
    ("get", "/readyz"): {"200", "503"},
    ("get", "/metrics"): {"200"},
    **FOR_EVERYBODY,
    **FOR_ADMINISTRATORS,
    **FOR_BEARERS_TOO,
}
ROUTES: Final = pytest.mark.parametrize(("method", "path"), list(ANSWERS))


def test_every_group_of_routes_has_its_place_in_the_reference():
    used = {tag for path in DOCUMENT["paths"].values() for said in path.values() for tag in said["tags"]}
    assert [tag["name"] for tag in DOCUMENT["tags"] if tag["name"] in used] == [tag["name"] for tag in TAGS]
    assert used <= {tag["name"] for tag in TAGS}


def operation(method: str, path: str) -> dict[str, Any]:
    """Return the document's description of a route."""
    said: dict[str, Any] = DOCUMENT["paths"][path][method]
    return said


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    """Return a validator for this schema of the document."""
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema, with a reference resolved."""
    if "$ref" not in schema:
        return schema
    return dict(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])


def examples(content: dict[str, Any]) -> list[Any]:
    """Return the examples of a body, which are beside its schema or in it."""
    return (
        [content["example"]]
        if "example" in content
        else list(resolved(content["schema"]).get("examples", []))
    )


def bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each JSON body in the document, with its place."""
    for method, path in ANSWERS:
        said = operation(method, path)
        wrapped = [("request", said.get("requestBody", {})), *said["responses"].items()]
        for where, body in wrapped:
            for media_type, content in body.get("content", {}).items():
                if media_type.startswith(("application/json", "application/problem+json")):
                    yield f"{method} {path} {where}", content


BODIES: Final = dict(bodies())


def test_every_route_is_in_the_document_with_all_its_answers():
    documented = {
        (method, path): set(said["responses"])
        for path, methods in DOCUMENT["paths"].items()
        for method, said in methods.items()
    }
    assert documented == ANSWERS


def test_every_route_of_the_application_is_in_the_document(anonymous: TestClient):
    app: Any = anonymous.app
    routes = {
        (method.lower(), context.path_format)
        for context in iter_route_contexts(app.routes)
        if getattr(context, "include_in_schema", False) and (context.methods or ())
        for method in context.methods or ()
    }
    assert routes == set(ANSWERS)


def test_the_framework_s_own_validation_answer_is_nowhere():
    text = str(DOCUMENT)
    assert "HTTPValidationError" not in text
    assert "detail" not in DOCUMENT["components"]["schemas"]["Error"]["properties"]


@ROUTES
def test_every_route_says_what_it_does(method: str, path: str):
    said = operation(method, path)
    assert said["summary"]
    assert said["tags"]
    assert all(response["description"] for response in said["responses"].values())


#: A client authenticates in a header, or in the form.
HEADER_OR_FORM: Final[Any] = [{"HTTPBasic": []}, {}]
CLIENTS_ROUTES: Final = {TOKEN: HEADER_OR_FORM, REVOKE: HEADER_OR_FORM}


@ROUTES
def test_the_routes_that_need_a_token_or_a_login_say_so(method: str, path: str):
    token: dict[str, list[str]] = {"HTTPBearer": []}
    login: dict[str, list[str]] = {"APIKeyCookie": []}
    needs = [token] if path.startswith(("/v1.0", V1)) else CLIENTS_ROUTES.get(path, [])
    if (method, path) in FOR_ADMINISTRATORS:
        needs = [login]
    if (path == OOF and method != "options") or (method, path) in FOR_BEARERS_TOO:
        needs = [token, login]
    assert operation(method, path).get("security", []) == needs


@ROUTES
def test_every_parameter_has_an_example_or_a_list_of_its_values(method: str, path: str):
    for parameter in operation(method, path).get("parameters", []):
        assert parameter["schema"].get("examples") or parameter["schema"].get("enum")
        # Swagger UI fills in the example of a parameter, and not those of its schema. A query stays empty.
        has_examples = bool(parameter["schema"].get("examples"))
        assert ("example" in parameter) is (parameter["in"] == "path" and has_examples)


@pytest.mark.parametrize("where", BODIES)
def test_every_body_has_examples_that_are_what_they_show(where: str):
    content = BODIES[where]
    shown = examples(content)
    assert shown
    for example in shown:
        validator(content["schema"]).validate(example)


@ROUTES
def test_the_routes_that_have_a_rate_limit_tell_of_its_headers(method: str, path: str):
    answers = operation(method, path)["responses"]
    has_limit = (
        path.startswith(("/v1.0", V1, "/api", "/oauth2"))
        and method != "options"
        and ((method, path) not in FOR_EVERYBODY or path == "/api/v1/login")
    )
    assert ("429" in answers) == has_limit
    for status, answer in answers.items():
        told = {name for name in answer.get("headers", {}) if name.startswith("RateLimit-")}
        assert len(told) == (4 if has_limit else 0)
        assert ("Retry-After" in answer.get("headers", {})) == (status == "429")


#: The keys of an error, by the path prefix of its dialect.
SHAPES: Final = {
    " /v1.0/": {"code", "description"},
    " /api/": {"message"},
    " /presently/": {"type", "title", "status", "detail"},
    " /oauth2/": {"error", "error_description"},
    " /.well-known/": {"error", "error_description"},
}


def test_the_examples_of_errors_are_in_the_dialects_shapes():
    for where, content in BODIES.items():
        status = where.rpartition(" ")[2]
        if status.isdigit() and int(status) >= 400 and "/icons" not in where and where != "get /readyz 503":
            (example,) = examples(content)
            assert any(begins in where and keys <= set(example) for begins, keys in SHAPES.items())


def test_what_the_examples_show_is_accepted(works: Works, oof: Oof):
    (status,) = examples(BODIES[f"post {STATUSES} request"])
    posted = works.http.post(works.path, json=status)
    assert posted.status_code == 201
    item = f"{works.path}/{posted.json()['userProfileStatusId']}"
    (patch,) = examples(BODIES[f"patch {STATUS} request"])
    assert works.http.patch(item, json=patch).status_code == 200
    assert works.http.put(item, json=status).status_code == 200
    (setting,) = examples(BODIES[f"put {OOF} request"])
    assert oof.http.put(oof.path, json=setting).json() == {"message": "Success"}


def test_what_is_answered_has_the_keys_of_the_example(works: Works, oof: Oof):
    (status,) = examples(BODIES[f"post {STATUSES} request"])
    (shown,) = examples(BODIES[f"post {STATUSES} 201"])
    assert set(works.http.post(works.path, json=status).json()) == set(shown)
    (setting,) = examples(BODIES[f"put {OOF} request"])
    oof.http.put(oof.path, json=setting)
    (read,) = examples(BODIES[f"get {OOF} 200"])
    assert oof.read() == read


def test_no_out_of_office_is_said_to_be_null():
    assert "null" not in str(DOCUMENT["components"]["schemas"]["OofAnswer"])


def test_what_takes_no_idempotency_key_says_so():
    """Where a key cannot be sent, whoever reads the reference must know what a repeated request does."""
    silent = [
        (method, path)
        for path, methods in DOCUMENT["paths"].items()
        for method, route in methods.items()
        if path.startswith(V1) and method in {"post", "patch"}
        if "Idempotency-Key" not in {one["name"] for one in route.get("parameters", ())}
        and "`Idempotency-Key`" not in route["description"]
    ]
    assert silent == []


def test_of_now_a_timeline_says_that_it_is_never_the_same():
    said = DOCUMENT["paths"][f"{V1}/people/{{ref}}/timeline"]["get"]["description"]
    assert "To be answered 304, say `from`" in said


def test_a_patch_is_said_to_require_nothing_and_to_assume_nothing():
    schema = DOCUMENT["components"]["schemas"]["StatusPatch"]
    assert "required" not in schema
    assert "default" not in schema["properties"]["profileStatusId"]


def test_the_document_is_published(anonymous: TestClient):
    answer = anonymous.get("/openapi.json")
    assert answer.json()["paths"] == DOCUMENT["paths"]


def test_the_root_leads_to_the_page(anonymous: TestClient):
    answer = anonymous.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, "docs")
    assert anonymous.get("/").url.path == "/docs"


def test_the_reference_asks_for_the_bearer_token_last_where_the_focus_is():
    assert list(DOCUMENT["components"]["securitySchemes"])[-1] == "HTTPBearer"


def test_the_page_refers_to_no_other_host_and_its_files_are_served_here(anonymous: TestClient):
    page = anonymous.get("/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    assert not re.search(r"(https?:)?//(?!testserver)[\w-]+\.", page.text)
    files = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(files) >= 3
    for file in files:
        served = anonymous.get(f"/{file.lstrip('/')}")
        assert served.status_code == 200, file
        assert served.content
    assert "openapi.json" in page.text


def test_every_schema_is_referred_to():
    names = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)))
    assert DOCUMENT["components"]["schemas"].keys() == names


def test_the_parameters_of_a_path_are_in_its_order():
    """Generated clients take them by position."""
    for path, operations in DOCUMENT["paths"].items():
        for operation in operations.values():
            named = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "path"]
            assert named == re.findall(r"{(\w+)}", path)


@pytest.mark.parametrize(
    ("method", "path", "status", "header"),
    [
        ("get", "/people/{ref}", "200", "ETag"),
        ("get", "/people/{ref}", "304", "ETag"),
        ("post", "/people/{ref}/statuses", "201", "Location"),
        ("post", "/people/{ref}/statuses", "201", "Idempotency-Replayed"),
        ("post", "/changes", "201", "Location"),
    ],
)
def test_what_a_client_needs_of_the_headers_is_told(method: str, path: str, status: str, header: str):
    response = operation(method, f"{V1}{path}")["responses"][status]
    assert header in response["headers"]
    assert "RateLimit-Limit" in response["headers"]

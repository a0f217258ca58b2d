"""A further dialect needs a `Dialect`, and nothing else of the API changes."""

from http import HTTPStatus
from typing import Any, Final

import pytest
from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.app import create_app
from api.auth.guards import by_bearer
from api.dialect import Dialect, Failure, dialect_of
from api.dialects import DIALECTS
from api.documented_errors import DocumentedErrors
from api.guarded_route import guarded_by
from api.misspelt_names import CheckedNames
from domain.refusals import PersonUnknown, Refusal, WindowIsOver
from store.store import Store
from tests.api.clients import TestClient
from tests.api.conftest import TokenFor
from tests.api.deployment import BROKERLESS


class Wish(CheckedNames):
    """The body of the toy dialect."""

    endsAt: int  # noqa: N815 (the wire's name)


class Wrong(BaseModel):
    """The error of the toy dialect."""

    wrong: str


def wrong(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"wrong": sentence}, status_code=status)


def refusal_response(refusal: Refusal) -> JSONResponse:
    return wrong(409, refusal.message({"ends_at": "endsAt"}))


def validation_response(errors: Any) -> JSONResponse:
    return wrong(400, str(errors[0]["loc"][-1]))


def failure_response(failure: Failure) -> JSONResponse:
    headers = dict(failure.headers or {})
    return JSONResponse({"wrong": failure.status.phrase}, status_code=failure.status, headers=headers)


ERRORS: Final = DocumentedErrors(
    ("It is over", Wrong, refusal_response(WindowIsOver("ends_at"))),
    ("It broke", Wrong, failure_response(Failure(status=HTTPStatus.INTERNAL_SERVER_ERROR))),
)

router = APIRouter(prefix="/toy", tags=["Toy"])
hidden = APIRouter(prefix="/hidden", route_class=guarded_by(by_bearer))


@router.post("/wishes")
def wish(body: Wish) -> Wish:
    if body.endsAt == 0:
        raise WindowIsOver("ends_at")
    return body


@hidden.get("/people")
def nobody() -> None:
    raise PersonUnknown


TOY: Final = Dialect(
    prefixes=("/toy/",),
    routers=(router,),
    documented_errors=ERRORS(409, 500),
    refusal_response=refusal_response,
    validation_response=validation_response,
    failure_response=failure_response,
)
HIDDEN: Final = Dialect(
    prefixes=("/hidden/",),
    routers=(hidden,),
    refusal_response=refusal_response,
    validation_response=validation_response,
    failure_response=failure_response,
    hides_paths=True,
)


@pytest.fixture
def http(store: Store) -> TestClient:
    app = create_app(BROKERLESS, store, (*DIALECTS, TOY, HIDDEN))
    return TestClient(app, raise_server_exceptions=False)


def test_its_routes_are_served(http: TestClient):
    answer = http.post("/toy/wishes", json={"endsAt": 1})
    assert (answer.status_code, answer.json()) == (200, {"endsAt": 1})


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "sentence"),
    [
        ("POST", "/toy/wishes", {"endsAt": 0}, 409, "endsAt: The end must lie in the future."),
        ("POST", "/toy/wishes", {"endsAt": "soon"}, 400, "endsAt"),
        ("POST", "/toy/wishes", {"ends_at": 1}, 400, "ends_at"),
        ("GET", "/toy/wishes", None, 405, "Method Not Allowed"),
        ("GET", "/toy/other", None, 404, "Not Found"),
    ],
)
def test_its_errors_have_its_form(
    http: TestClient, method: str, path: str, body: Any, status: int, sentence: str
):
    answer = http.request(method, path, json=body)
    assert (answer.status_code, answer.json()) == (status, {"wrong": sentence})


def test_a_wrong_method_is_answered_with_the_right_ones(http: TestClient):
    assert http.get("/toy/wishes").headers["Allow"] == "POST"


@pytest.mark.parametrize(("method", "path"), [("GET", "/hidden/other"), ("PUT", "/hidden/people")])
def test_it_can_hide_its_paths_from_callers_without_a_token(
    http: TestClient, token_for: TokenFor, method: str, path: str
):
    unknown = http.request(method, path)
    assert unknown.json()["wrong"].startswith("A bearer token is required")
    known = http.request(method, path, headers={"Authorization": f"Bearer {token_for('user')}"})
    assert known.status_code in {404, 405}


def test_its_errors_are_documented(http: TestClient):
    document = http.get("/openapi.json").json()
    responses = document["paths"]["/toy/wishes"]["post"]["responses"]
    assert set(responses) == {"200", "409", "500"}
    (content,) = responses["409"]["content"].values()
    assert content["example"] == {"wrong": "endsAt: The end must lie in the future."}
    assert content["schema"] == {"$ref": "#/components/schemas/Wrong"}


def test_the_others_answer_as_before(http: TestClient):
    assert http.get("/v1.0/other").json()["code"] == "UNAUTHORIZED"
    assert http.get("/api/other").json() == {"message": "Resource not found"}
    assert http.get("/oauth2/other").json()["error"] == "invalid_request"


@pytest.mark.parametrize("path", ["/", "/toy", "/other", "/v1.0"])
def test_a_path_of_no_dialect_is_answered_by_the_first(path: str):
    assert dialect_of(path, (*DIALECTS, TOY)) is DIALECTS[0]

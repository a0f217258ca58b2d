"""The OpenAPI document, corrected: it has every response that the API sends, and no other."""

import json
import re
from collections.abc import Iterable
from functools import partial
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

DESCRIPTION: Final = """\
Presently keeps people's status **now** and what it will be **presently**. Other systems book a status for a future
window. It starts and ends on time, by itself.

There are three dialects over one store. What you write in one, the others show:

* **Presently's own**, under `/presently/v1`, for new programs: any number of planned statuses, by days or by times; who
  is away; what was, is and will be shown; changes of many people's plans, which can be taken back. It tells the faults
  of a request, and which name was probably meant. A POST or PATCH that is repeated with its
  `Idempotency-Key` is carried out once; changes of many people's plans do not take that header, and need none
* **NAVER WORKS API 2.0**, user profile statuses, under `/v1.0`. It shows one planned status of its own
* **grommunio's admin API**, out-of-office, under `/api/v1`. It shows one planned out-of-office of its own

If you write a new program, begin with `GET /presently/v1/people?away=now`, and book with
`PUT /presently/v1/people/{ref}/statuses/external/{externalId}`.

A bearer token gives access to all of `/v1.0` and `/presently/v1`. In `/api/v1` it gives access to the out-of-office
and to the list of a domain's users, which has the numbers for the path of an out-of-office. Programs get tokens by
**OAuth 2.0**, under `/oauth2/v2.0`, as clients that `./presently client add` registers. The rest of `/api/v1` is for
grommunio's administrators. They log in with a password, which `./presently person password` sets. `./presently demo`
prints a client, a token and an administrator.

A **person's own token** with the scope `user` writes that person's statuses and out-of-office in every dialect, and
reads those of everybody in the domain. The event of each change names its author and its person.
"""


#: The groups of routes in the order in which the reference shows them.
TAGS: Final = (
    {"name": "Presently: people", "description": "Who is there, what they show, and who is away"},
    {"name": "Presently: statuses", "description": "Planned statuses of a person: any number"},
    {
        "name": "Presently: changes",
        "description": "Plans of many people: look at what would change, apply it, take it back",
    },
    {"name": "Presently: calendar feeds", "description": "Addresses for calendar programs"},
    {
        "name": "Presently: domain",
        "description": "The domain of the token: its zone, profile statuses and clients",
    },
    {"name": "Presently: audit", "description": "Who changed what, and for whom"},
    {"name": "NAVER WORKS: user profile statuses", "description": "What a person shows, and shows next"},
    {"name": "NAVER WORKS: directory profile statuses", "description": "The profile statuses of a domain"},
    {"name": "NAVER WORKS: users", "description": "People by name and address"},
    {"name": "grommunio: out of office", "description": "A person's automatic replies"},
    {"name": "grommunio: administration", "description": "What grommunio's admin-web asks for besides"},
    {"name": "OAuth 2.0", "description": "Tokens for programs"},
    {"name": "Icons", "description": "The icons of profile statuses"},
    {"name": "Operations", "description": "Health and metrics"},
)


def install(app: FastAPI) -> None:
    """Make `app` publish the corrected document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            generated = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                description=app.description,
                tags=list(TAGS),
                routes=app.routes,
            )
            app.openapi_schema = _corrected(_with_short_names(generated))
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign] # FastAPI's own way to extend the document


def _with_short_names(document: dict[str, Any]) -> dict[str, Any]:
    """Name schemas of the same name by their dialects, and not by their modules."""

    def short(name: re.Match[str]) -> str:
        return f"{_PREFIXES[name[1]]}{name[2]}"

    named: dict[str, Any] = json.loads(
        re.sub(r"\bapi__(\w+?)__\w*schemas__(\w+)", short, json.dumps(document))
    )
    return named


_PREFIXES: Final = {"v1": "Presently", "works": "Works", "grommunio": "Grommunio", "admin_web": "AdminWeb"}


# docs/workarounds.md#fastapi-documented-422
def _corrected(document: dict[str, Any]) -> dict[str, Any]:
    """Remove what is never sent (the framework's 422, bodies of HEAD, schemas without a reference), and add headers.

    Parameters are put in the order of the path.
    """
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            # Dependencies' parameters come last; those of the path belong in its order.
            operation.get("parameters", []).sort(key=partial(_position, path))
            _prefill(operation.get("parameters", []))
            _drop_frameworks_errors(operation["responses"])
            _unite_contents(operation["responses"])
            _add_rate_limit_headers(operation["responses"])
            _add_etags(operation)
            if method == "head":
                for response in operation["responses"].values():
                    response.pop("content", None)
    schemas = document.get("components", {}).get("schemas", {})
    for name in schemas.keys() - _referenced(document):
        del schemas[name]
    document["components"]["headers"] = _RATE_LIMIT | _RETRY
    schemes = document["components"]["securitySchemes"]
    # Swagger UI moves the focus to the field of the last one. The bearer token is what most people have.
    schemes[_BEARER] = schemes.pop(_BEARER)
    return document


def _prefill(parameters: Iterable[dict[str, Any]]) -> None:
    """Give the parameters of a path their first example as Swagger UI reads it; those of a query stay empty there."""
    for parameter in parameters:
        if parameter["in"] == "path" and (examples := parameter["schema"].get("examples")):
            parameter["example"] = examples[0]


def _drop_frameworks_errors(responses: dict[str, Any]) -> None:
    """Remove a 422 that a dialect has not documented itself."""
    if "HTTPValidationError" in str(responses.get("422")):
        del responses["422"]


def _unite_contents(responses: dict[str, Any]) -> None:
    """Give an error with a media type of its own its schema, which FastAPI documents under that of the route."""
    for response in responses.values():
        content = response.get("content", {})
        if _PROBLEM in content and len(content) > 1:
            (schema,) = (body for media_type, body in content.items() if media_type != _PROBLEM)
            response["content"] = {_PROBLEM: {**schema, **content[_PROBLEM]}}


#: The media type of RFC 9457.
_PROBLEM: Final = "application/problem+json"


def _position(path: str, parameter: dict[str, Any]) -> int:
    """Return where a path names a parameter; those of the query come after all."""
    return path.find(f"{{{parameter['name']}}}") if parameter["in"] == "path" else len(path)


def _referenced(document: dict[str, Any]) -> set[str]:
    """Return the names of the schemas that the document refers to, but for the framework's own errors."""
    names = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    return names - {"HTTPValidationError", "ValidationError"}


def _add_rate_limit_headers(responses: dict[str, Any]) -> None:
    """Add the rate limit headers to the responses of a route that has a rate limit."""
    if "429" not in responses:
        return
    for status, response in responses.items():
        headers = _RATE_LIMIT | _RETRY if status == "429" else _RATE_LIMIT
        response["headers"] = response.get("headers", {}) | {
            name: {**header, "required": False}
            if status in _SOMETIMES_BEFORE_THE_LIMIT
            else {"$ref": f"#/components/headers/{name}"}
            for name, header in headers.items()
        }


def _add_etags(operation: dict[str, Any]) -> None:
    """Add `If-None-Match` and `ETag` to a route that answers 304, `Idempotency-Replayed` to one that takes a key."""
    responses, parameters = operation["responses"], operation.setdefault("parameters", [])
    takes_key = any(parameter["name"] == "Idempotency-Key" for parameter in parameters)
    added = {"ETag": _ETAG} if "304" in responses else {}
    if takes_key:
        added["Idempotency-Replayed"] = _REPLAYED
    for status, response in responses.items():
        if added and status.startswith(("2", "3")):
            response["headers"] = response.get("headers", {}) | added
    if "304" in responses:
        parameters.append(_IF_NONE_MATCH)


_ETAG: Final = {
    "description": "Names this representation, for `If-None-Match`; that of one resource for `If-Match` too",
    "schema": {"type": "string"},
    "example": '"NxSqXqUAZmxlfp8sr_w2"',
}
_REPLAYED: Final = {
    "description": "`true` if the request was carried out before, and this is the answer of then",
    "schema": {"type": "string"},
    "example": "true",
}
_IF_NONE_MATCH: Final = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of what you have; 304 says that it is still that",
    "schema": {"type": "string", "examples": ['"NxSqXqUAZmxlfp8sr_w2"']},
}

_BEARER: Final = "HTTPBearer"

#: These are also sent before the caller is known, or where there is no route, and then without the headers.
_SOMETIMES_BEFORE_THE_LIMIT: Final = ("401", "404", "503")


def _number(description: str, example: int) -> dict[str, Any]:
    return {
        "description": description,
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
        "example": example,
    }


_RATE_LIMIT: Final = {
    "RateLimit-Limit": _number("How many requests the client may send to this API within a window", 6000),
    "RateLimit-Used": _number("How many of them it has sent in the current window", 1),
    "RateLimit-Remaining": _number("How many are left", 5999),
    "RateLimit-Reset": _number("In how many seconds the next window begins", 60),
}
_RETRY: Final = {"Retry-After": _number("In how many seconds to try again", 60)}

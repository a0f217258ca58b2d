"""The OpenAPI document, told as it is: no answer in it that is never given, none missing that is."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

VERSION: Final = "0.1.0"

DESCRIPTION: Final = """\
Presently keeps what people's status is **now** and what it will be **presently**. Other systems book a status for a
window ahead; it starts at its start and ends at its end, by itself.

It speaks two dialects over one store. What one writes, the other shows:

* **NAVER WORKS API 2.0**, user profile statuses, under `/v1.0`
* **grommunio's admin API**, out-of-office, under `/api/v1`

Both take a bearer token. Programs get theirs by **OAuth 2.0**, under `/oauth2/v2.0`, as clients that
`./presently client add` registers; `./presently demo` prints a client and a token to try.
"""


def install(app: FastAPI) -> None:
    """Make `app` publish its true document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title,
                version=app.version,
                summary=app.summary,
                description=app.description,
                routes=app.routes,
            )
            app.openapi_schema = _as_it_is(made)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign] # FastAPI's own way to extend the document


def _as_it_is(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document without what is never given: the framework's 422 (both dialects say 400), bodies of HEAD."""
    for path in document["paths"].values():
        for method, operation in path.items():
            operation["responses"].pop("422", None)
            if method == "head":
                for response in operation["responses"].values():
                    response.pop("content", None)
    schemas = document.get("components", {}).get("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document

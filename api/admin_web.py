"""A web application that others built, served at `/`: its files, and its first page for every path that it makes up."""

import re
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.routing import iter_route_contexts

_CONFIGURATION: Final = "config.json"


def install(app: FastAPI, page: Path) -> str:
    """Serve the build whose first page this is wherever `app` has nothing of its own, and return that page's text.

    It is told so after all else.
    """
    own = frozenset(_beginning(route.path) for route in iter_route_contexts(app.routes) if route.path)

    async def keep_out(request: Request) -> None:
        """Leave to the API what begins as its paths do, though it has nothing there; and serve nothing hidden."""
        if _beginning(request.url.path) in own or _is_hidden(request.scope["path"]):
            raise HTTPException(404)

    router = APIRouter(include_in_schema=False)
    if not (page.parent / _CONFIGURATION).is_file():
        router.add_api_route(f"/{_CONFIGURATION}", _nothing_to_configure)
    router.frontend("/", directory=page.parent, fallback="index.html")
    app.include_router(router, dependencies=[Depends(keep_out)])
    return page.read_text(errors="replace")


async def _nothing_to_configure() -> dict[str, str]:
    return {}


def _is_hidden(path: str) -> bool:
    """Tell whether a file or a folder on the way begins with a dot, as `.env` and `.git` do."""
    return any(part.startswith(".") for part in re.split(r"[/\\]", path))


def _beginning(path: str) -> str:
    return path.split("/")[1]

"""Serves a build of admin-web at `/`: its files, and `index.html` for every path of the single-page application."""

import re
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.routing import iter_route_contexts

_CONFIGURATION: Final = "config.json"


def install(app: FastAPI, page: Path) -> str:
    """Serve the build of this `index.html` at every path that `app` does not use, and return the page's text.

    Call this last, when `app` has all its routes.
    """
    own = frozenset(_beginning(route.path) for route in iter_route_contexts(app.routes) if route.path)

    async def keep_out(request: Request) -> None:
        """Raise 404 for paths that begin like those of the API, and for hidden files."""
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
    """Return whether a file or folder in the path begins with a dot, as `.env` and `.git` do."""
    return any(part.startswith(".") for part in re.split(r"[/\\]", path))


def _beginning(path: str) -> str:
    return path.split("/")[1]

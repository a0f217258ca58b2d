"""Serves a build of admin-web at `/`: its files, and `index.html` for every path of the single-page application."""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.routing import iter_route_contexts

_CONFIGURATION: Final = "config.json"


def install(app: FastAPI, page: Path) -> str:
    """Serve the build of this `index.html` at every path that `app` does not use, and return the page's text.

    Call this last, when `app` has all its routes.
    """
    own = frozenset(_first_segment(route.path) for route in iter_route_contexts(app.routes) if route.path)

    async def check_path(request: Request) -> None:
        """Raise 404 for paths that begin like those of the API, and for hidden files."""
        if _first_segment(request.url.path) in own or _is_hidden(re.split(r"[/\\]", request.scope["path"])):
            raise HTTPException(404)

    def check_links(request: Request) -> None:
        """Raise 404 for links to hidden files, and for files that cannot be read."""
        path = os.path.normpath(request.scope["path"].lstrip("/"))
        if not all(_may_be_served(page.parent, each) for each in (path, f"{path}/index.html")):
            raise HTTPException(404)

    router = APIRouter(include_in_schema=False)
    if not (page.parent / _CONFIGURATION).is_file():
        router.add_api_route(f"/{_CONFIGURATION}", _empty_configuration)
    router.frontend("/", directory=page.parent, fallback="index.html")
    app.include_router(router, dependencies=[Depends(check_path), Depends(check_links)])
    return page.read_text(errors="replace")


async def _empty_configuration() -> dict[str, str]:
    return {}


def _is_hidden(parts: Iterable[str]) -> bool:
    """Check whether a file or folder in the path begins with a dot, as `.env` and `.git` do."""
    return any(part.startswith(".") for part in parts)


def _may_be_served(folder: Path, path: str) -> bool:
    """Check that `path` leads, through all links, to a readable file in `folder` that is not hidden, or to nothing.

    A path that leads to nothing may be one of the application's pages.
    """
    try:
        root, target = os.path.realpath(folder), Path(os.path.realpath(folder / path))
        if _is_hidden(target.relative_to(root).parts):
            return False
        target.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):  # a loop of links, a name too long; a path out of the folder, a null byte
        return False
    return target.is_dir() or os.access(target, os.R_OK)


def _first_segment(path: str) -> str:
    return path.split("/")[1]

"""The pages of the problems, to which `type` leads. Anybody may read them."""

from html import escape
from typing import Final

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from api.v1 import problems
from api.v1.problems import Problem

router = APIRouter(prefix=problems.PAGES, include_in_schema=False)

_FRAME: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{title} – Presently</title></head>
<body>
{content}
</body>
</html>
"""


@router.get("", response_class=HTMLResponse)
async def every_page() -> str:
    """Return the page of all problems."""
    return _page("Problems", "<h1>Problems</h1>\n" + "\n".join(map(_section, problems.listed())))


@router.get("/{name}", response_class=HTMLResponse)
async def page(name: str) -> str:
    """Return the page of one problem."""
    problem = _BY_NAME.get(name)
    if problem is None:
        raise HTTPException(404)
    return _page(problem.title, _section(problem) + f'\n<p><a href="{problems.PAGES}">All problems</a></p>')


_BY_NAME: Final = {problem.name: problem for problem in problems.listed()}


def _section(problem: Problem) -> str:
    heading = f'<h2 id="{problem.name}">{problem.status.value} {escape(problem.title)}</h2>'
    return f"{heading}\n<p>{escape(problem.meaning)} {escape(problem.remedy)}</p>"


def _page(title: str, content: str) -> str:
    return _FRAME.format(title=escape(title), content=content)

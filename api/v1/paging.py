"""Pages of lists: `?limit=&after=`, with the cursor of the next page in the body, and its address in `Link`."""

from typing import Annotated, Final

from fastapi import Depends, Query, Request

from api.deps import RootUrl
from api.v1.cursors import LONGEST

#: How many entries a page has by default, and at most.
USUAL: Final = 100
MOST: Final = 1000

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many entries at most", examples=[100])]
After = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=LONGEST,
        description="`next` of the previous page; without it, the first page",
        examples=["cGVvcGxlOjE"],
    ),
]


class Pages:
    """The pages of the list of a request."""

    def __init__(self, request: Request, root_url: str) -> None:
        self._request = request
        self._root_url = root_url

    def link(self, after: str | None) -> dict[str, str]:
        """Return the header `Link` (RFC 8288) to the page after this cursor; none after the last page."""
        if after is None:
            return {}
        query = self._request.url.include_query_params(after=after).query
        return {"Link": f'<{self._root_url}{self._request.url.path}?{query}>; rel="next"'}


async def _pages(request: Request, root_url: RootUrl) -> Pages:
    return Pages(request, root_url)


ThePages = Annotated[Pages, Depends(_pages)]

"""The routes of this dialect: they need a token, and ignore empty values in the query."""

from typing import Final

from fastapi import Request

from api.auth.guards import by_bearer
from api.guarded_route import guarded_by


async def _drop_empty_values(request: Request) -> None:
    """Remove empty values from the query: clients send `?cursor=&count=100` for the first page."""
    query = request.scope["query_string"]
    request.scope["query_string"] = b"&".join(part for part in query.split(b"&") if part.partition(b"=")[2])


WorksRoute: Final = guarded_by(_drop_empty_values, by_bearer)

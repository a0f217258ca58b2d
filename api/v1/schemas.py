"""Bodies that all routes of this dialect share."""

from typing import Annotated

from pydantic import BaseModel, Field, WithJsonSchema

#: A moment in an answer, with its offset from UTC.
Written = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]


class Fault(BaseModel):
    """A value that cannot be used."""

    pointer: Annotated[
        str,
        Field(
            description="`#/…` is a JSON Pointer into the body, `?…` a name in the query; else it is a header, or a "
            "name in the path"
        ),
    ]
    detail: Annotated[str, Field(description="What is wrong, and what would be right")]


class ProblemDetails(BaseModel):
    """Why a request was refused (RFC 9457)."""

    type: Annotated[str, Field(description="The path of the page that explains this kind of problem")]
    title: str
    status: int
    detail: Annotated[str, Field(description="What is wrong with this request")]
    errors: Annotated[list[Fault], Field(description="Every fault of the request")] = []

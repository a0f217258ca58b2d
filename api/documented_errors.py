"""Documents the errors of a dialect in OpenAPI, with real responses as examples."""

import json
from typing import Any

from fastapi import Response
from pydantic import BaseModel

#: The parameter `responses` of FastAPI's routes and routers.
Responses = dict[int | str, dict[str, Any]]


class DocumentedErrors:
    """The error responses of a dialect: for each a description, the model of its body, and an example."""

    def __init__(
        self, *errors: tuple[str, type[BaseModel], Response], media_type: str = "application/json"
    ) -> None:
        self._errors = {example.status_code: (text, model, example) for text, model, example in errors}
        self._media_type = media_type

    def __call__(self, *statuses: int, media_type: str | None = None) -> Responses:
        """Return the error responses with these statuses.

        `media_type` must be that of the route's response class: FastAPI documents the model of an error under it.
        """
        return {status: self._document(status, media_type or self._media_type) for status in statuses}

    def _document(self, status: int, media_type: str) -> dict[str, Any]:
        description, model, example = self._errors[status]
        return {
            "model": model,
            "description": description,
            "content": {media_type: {"example": json.loads(bytes(example.body))}},
        }

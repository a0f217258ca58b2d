"""Serves the icons of the profile statuses, which were drawn for Presently."""

from pathlib import Path as FilePath
from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse

from api.works.definition_schemas import IconType
from api.works.schemas import Error
from domain.definitions import ICON_TYPES

_FOLDER: Final = FilePath(__file__).parent

_NO_SUCH_ICON: Final = {
    "code": "INVALID_PARAMETER",
    "description": f"iconType: It must be one of {', '.join(ICON_TYPES[:-1])} or {ICON_TYPES[-1]}.",
}

router = APIRouter(tags=["Icons"])


@router.get(
    "/icons/{iconType}.svg",
    response_class=FileResponse,
    responses={
        200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}},
        400: {
            "model": Error,
            "description": "There is no such icon",
            "content": {"application/json": {"example": _NO_SUCH_ICON}},
        },
    },
    summary="Get an icon",
)
def icon(iconType: IconType) -> FileResponse:  # noqa: N803 (the name in the path)
    """Return an icon as SVG. The `iconUrl` of a status points here."""
    return FileResponse(
        _FOLDER / f"{iconType}.svg",
        media_type="image/svg+xml",
        headers={"Cache-Control": "public, max-age=86400"},
    )

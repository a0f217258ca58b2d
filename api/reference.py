"""The API reference page: Swagger UI from files that Presently serves itself, so that it opens without internet."""

from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

router = APIRouter(include_in_schema=False)


PAGE: Final = bytes(
    get_swagger_ui_html(
        openapi_url="openapi.json",
        title="Presently API reference",
        swagger_js_url="docs-files/swagger-ui-bundle.js",
        swagger_css_url="docs-files/swagger-ui.css",
        swagger_favicon_url="docs-files/favicon-32x32.png",
    ).body
).decode()


@router.get("/docs", response_class=HTMLResponse)
async def page() -> str:
    """Return the page."""
    return PAGE


def install(app: FastAPI) -> None:
    """Serve the page at `/docs`."""
    app.include_router(router)
    app.mount(
        "/docs-files",
        StaticFiles(packages=[("fastapi_swagger", "resources")]),
        name="docs-files",
    )

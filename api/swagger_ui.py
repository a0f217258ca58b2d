"""The API reference page: Swagger UI from files that Presently serves itself, so that it opens without internet."""

from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, RedirectResponse
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


async def _to_the_page() -> RedirectResponse:
    return RedirectResponse("docs")


def install(app: FastAPI, *, is_start_page: bool) -> None:
    """Serve the page at `/docs`; if `is_start_page`, redirect `/` to it."""
    app.include_router(router)
    if is_start_page:
        app.add_api_route("/", _to_the_page, include_in_schema=False)
    app.mount(
        "/docs-files",
        StaticFiles(packages=[("fastapi_swagger", "resources")]),
        name="docs-files",
    )

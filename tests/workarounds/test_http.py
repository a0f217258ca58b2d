"""What uvicorn, FastAPI and Starlette do by themselves."""

import asyncio
import inspect
from types import SimpleNamespace
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI, Request, Response
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from starlette.middleware.base import BaseHTTPMiddleware
from uvicorn import _subprocess, server
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import multiprocess

from tests.api.clients import TestClient

JSON = {"Content-Type": "application/json"}


class Body(BaseModel):
    number: int


def an_app(**settings: Any) -> FastAPI:
    app = FastAPI(**settings)

    @app.post("/")
    def post(body: Body) -> int:
        return body.number

    @app.put("/")
    def put() -> None: ...

    @app.post("/signed-in")
    def signed_in(body: Body, _: Annotated[object, Depends(HTTPBearer())]) -> int:
        return body.number

    @app.get("/fails")
    def fail() -> None:
        raise ZeroDivisionError

    return app


def test_uvicorn_limits():
    names = inspect.signature(uvicorn.Config).parameters
    assert [name for name in names if name.startswith(("limit_request", "limit_head", "timeout_"))] == [
        "timeout_keep_alive",
        "timeout_notify",
        "timeout_graceful_shutdown",
        "timeout_worker_healthcheck",
    ]


def test_uvicorn_shutdown():
    done: list[str] = []
    idle = SimpleNamespace(cycle=None, transport=SimpleNamespace(close=lambda: done.append("closed")))
    HttpToolsProtocol.shutdown(idle)  # type: ignore[arg-type] # as much of it as it takes
    assert done == ["closed"]


def test_uvicorn_restarts():
    # `sys.exit` with a message ends with 1, which is taken for a crash.
    assert STARTUP_FAILURE != 1
    assert "process.exitcode == STARTUP_FAILURE" in inspect.getsource(multiprocess.Multiprocess)


def test_uvicorn_orphans():
    for module in (multiprocess, _subprocess, server):
        assert not {"parent_process", "getppid", "pdeathsig"} & set(inspect.getsource(module).split())


def test_uvicorn_log_colours():
    assert '"color_message"' in inspect.getsource(server)


def test_fastapi_body_errors():
    answer = TestClient(an_app()).post("/", headers=JSON, content=b'{"number": "\xff"}')
    assert (answer.status_code, answer.json()) == (400, {"detail": "There was an error parsing the body"})


def test_fastapi_body_limit():
    answer = TestClient(an_app(max_body_size=1)).post("/", json={"number": 1})
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "text/plain; charset=utf-8")


def test_fastapi_client_disconnect():
    sent: list[Any] = []

    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": []}
    asyncio.run(an_app()(scope, receive, send))
    assert sent[0]["status"] == 400


def test_fastapi_documented_422():
    assert "422" in an_app().openapi()["paths"]["/"]["post"]["responses"]


def test_fastapi_order_of_checks():
    assert TestClient(an_app()).post("/signed-in", headers=JSON, content=b"{").status_code == 422


def test_starlette_allow():
    assert TestClient(an_app()).delete("/").headers["Allow"] == "POST"


def test_starlette_500():
    async def add_header(request: Request, call_next: Any) -> Response:
        answer: Response = await call_next(request)
        answer.headers["X-Added"] = "yes"
        return answer

    app = an_app()
    app.add_middleware(BaseHTTPMiddleware, dispatch=add_header)
    client = TestClient(app, raise_server_exceptions=False)
    assert "X-Added" not in client.get("/fails").headers
    assert "X-Added" in client.put("/").headers

"""How uvicorn serves the API: what `python -m api` and `./presently run` have in common."""

from typing import Final

COMMAND: Final = (
    "uvicorn",
    "--factory",
    "api.app:create_app",
    "--http=api.server.http_protocol:GracefulHttpProtocol",
    # On a busy machine a process may need more than uvicorn's five seconds to start; then SIGHUP would fail.
    "--timeout-worker-healthcheck=30",
)

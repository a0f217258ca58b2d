"""What is shown once everything runs."""

from typing import Final

from cli import ports
from config.settings import ROOT, Settings

_BLOCK: Final = """\
Presently is ready.

  API            {api}
  API reference  {api}/docs
  Flower         {flower}
  Logs           {logs}
  A trial        ./presently demo     (people, URLs and a token, as JSON)
  A token        ./presently token --scope "user directory.read" --person u1@example.com

Reserve a status that starts in 10 s and ends 10 s later:

curl -sS {api}/v1.0/users/u1@example.com/user-profile-statuses \\
  -H "Authorization: Bearer $(./presently token --scope user --person u1@example.com)" \\
  -H "Content-Type: application/json" \\
  -d "$(python3 -c 'import json; from datetime import *
at = lambda seconds: (datetime.now(timezone.utc) + timedelta(seconds=seconds)).isoformat(timespec="seconds")
print(json.dumps({{"profileStatusId": "ABSENCE", "startTime": at(10), "endTime": at(20)}}))')"

Ctrl-C stops everything."""


def block(settings: Settings) -> str:
    """Return where everything is, and a first command to paste."""
    logs = settings.data.resolve() / "logs"
    return _BLOCK.format(
        api=settings.public_url or ports.url(settings.host, settings.port),
        flower=ports.url(ports.LOOPBACK, settings.flower_port),
        logs=logs.relative_to(ROOT) if logs.is_relative_to(ROOT) else logs,
    )

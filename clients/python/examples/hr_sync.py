"""Makes the leaves of a domain those of a CSV (id, person, from, to): books, moves and cancels. Run it every night.

python hr_sync.py URL CREDENTIALS.json LEAVES.csv
"""

import csv
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from presently_client import Client, ServiceAccount
from presently_client.types import Entry

AHEAD = timedelta(days=730)


def entries(leaves: Path, today: str) -> list[Entry]:
    """Return the leaves that are not over. Both of their days are included."""
    rows = csv.DictReader(leaves.read_text(encoding="utf-8").splitlines())
    return [
        {"person": row["person"], "externalId": row["id"], "from": row["from"], "to": row["to"]}
        for row in rows
        if row["to"] >= today
    ]


def main(url: str, credentials: str, leaves: str) -> int:
    """Plan, show the difference, and apply it; return the exit status."""
    with Client(url, ServiceAccount.from_file(credentials)) as presently:
        now = datetime.now(ZoneInfo(presently.domain()["zone"]))
        wanted = entries(Path(leaves), now.date().isoformat())
        until = (now + AHEAD).isoformat()
        change = presently.plan_changes(wanted, all_from=now.isoformat(), all_to=until, everybody=True)
        for one in presently.differences(change["id"]):
            if one["action"] != "unchanged":
                print(one["action"], one["externalId"], one["person"], one["reason"] or "")
        if not change["counts"].get("refused"):
            change = presently.apply(change["id"])
        print(change["state"], change["problem"] or "")
        return 0 if change["state"] == "applied" else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

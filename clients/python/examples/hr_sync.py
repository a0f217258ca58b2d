"""Makes the leaves of a domain those of a CSV (id, person, from, to): books, moves and cancels. Run it every night.

python hr_sync.py URL CREDENTIALS.json LEAVES.csv
"""

import csv
import sys
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from presently_client import Client, Problem, ServiceAccount
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
        if not wanted:
            print("No leave is in the list: the export has probably failed. Nothing was applied.")
            return 1
        until = (now + AHEAD).isoformat()
        change = presently.plan_changes(wanted, all_from=now.isoformat(), all_to=until, everybody=True)
        refused = change["counts"].get("refused", 0)
        for one in presently.differences(change["id"], *(["refused"] if refused else [])):
            if one["action"] != "unchanged":
                print(one["action"], one["externalId"], one["person"], one["reason"] or "")
        if refused:
            print(f"{refused} refused: nothing was applied.")
            return 1
        change = presently.apply(change["id"], change["plan"])
        print(change["state"], change["problem"] or "")
        return 0 if change["state"] == "applied" else 1


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except Problem as problem:
        sys.exit(f"{problem}\nNothing was applied.")

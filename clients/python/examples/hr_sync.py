"""Books the leaves of a CSV (id, person, from, to), and cancels those that are not in it any more: run it every night.

python hr_sync.py URL CREDENTIALS.json LEAVES.csv
"""

import csv
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from presently_client import Client, Problem, ServiceAccount

#: Statuses whose id begins otherwise are none of our business.
PREFIX = "HR-"


def main(url: str, credentials: str, leaves: str) -> int:
    """Do it, and return how many leaves were refused."""
    refused = 0
    with Client(url, ServiceAccount.from_file(credentials)) as presently:
        today = datetime.now(ZoneInfo(presently.domain()["zone"])).date().isoformat()
        rows = csv.DictReader(Path(leaves).read_text(encoding="utf-8").splitlines())
        wanted = {PREFIX + row["id"]: row for row in rows if row["to"] >= today}
        for external_id, row in wanted.items():
            try:
                presently.book(
                    row["person"], external_id, {"status": "ABSENCE", "from": row["from"], "to": row["to"]}
                )
            except Problem as problem:
                refused += 1
                print(f"{external_id} of {row['person']} was refused: {problem}", file=sys.stderr)
        for person in presently.people():
            for status in list(presently.statuses(person["id"])):
                external_id = status["externalId"] or ""
                if external_id.startswith(PREFIX) and external_id not in wanted:
                    presently.delete(person["id"], status["id"])
                    print(f"{external_id} of {person['email']} is cancelled.")
    print(f"{len(wanted) - refused} leaves are booked, {refused} were refused.")
    return refused


if __name__ == "__main__":
    sys.exit(1 if main(*sys.argv[1:]) else 0)

"""The timeline and the history of a person, and the audit of a domain."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from domain.clients import Client
from domain.directory import Person
from domain.events import Author
from domain.roster import Entry
from services import people as people_services
from store.store import Store
from tests.api.clients import Works, written
from tests.api.conftest import TokenFor
from tests.builders import DAY, HOUR, INSTANT, NINE, HandClock
from tests.store.builders import drain

pytestmark = pytest.mark.parametrize("store_url", ["sqlite", "postgresql"], indirect=True)

V1 = "/presently/v1"
LEAVE = "Person 1's status “Absent” on 16 March"
THEIRS = f"{V1}/people/u1@example.com"


@pytest.fixture
def lived(works: Works, store: Store, clock: HandClock) -> dict[str, str]:
    """Live a day of the first person: at home from nine, a leave from ten to twelve that is shortened to eleven.

    Return the ids. The clock stands at one on the next day.
    """
    home = works.posted("BUSY", statusMessage="At home")
    leave = works.posted("ABSENCE", startTime=written(NINE + HOUR), endTime=written(NINE + 3 * HOUR))
    clock.advance(1.5 * HOUR)
    drain(store)
    works.patch(leave["userProfileStatusId"], endTime=written(NINE + 2 * HOUR))
    clock.advance(DAY)
    drain(store)
    return {"home": home["userProfileStatusId"], "leave": leave["userProfileStatusId"]}


def get(http: httpx.Client, path: str, **query: Any) -> Any:
    answer = http.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition("/")[2]


def layers(segments: list[dict[str, Any]]) -> list[list[str]]:
    """Return the ids of each segment's layers, the shown one first."""
    return [[layer["id"] for layer in (one["shown"], *one["covered"]) if layer] for one in segments]


class TestATimeline:
    def test_tells_what_was_shown_and_what_that_covered(self, http: httpx.Client, lived: dict[str, str]):
        query = {"from": written(NINE - HOUR), "to": written(NINE + 4 * HOUR)}
        timeline = get(http, f"{THEIRS}/timeline", **query)
        home, leave = lived["home"], lived["leave"]
        assert layers(timeline["segments"]) == [[], [home], [leave, home], [leave, home], [home]]
        edges = [NINE - HOUR, NINE, NINE + HOUR, NINE + 1.5 * HOUR, NINE + 2 * HOUR, NINE + 4 * HOUR]
        assert [segment["startsAt"] for segment in timeline["segments"]] == list(map(written, edges[:-1]))
        assert [segment["endsAt"] for segment in timeline["segments"]] == list(map(written, edges[1:]))
        assert (timeline["knownFrom"], timeline["next"]) == (written(NINE - HOUR), None)

    def test_shows_a_layer_as_it_was_then(self, http: httpx.Client, lived: dict[str, str]):
        query = {"from": written(NINE + HOUR), "to": written(NINE + 2 * HOUR)}
        before, after = get(http, f"{THEIRS}/timeline", **query)["segments"]
        assert before["shown"] == {
            "id": lived["leave"],
            "status": "ABSENCE",
            "name": "Absent",
            "message": None,
            "startsAt": written(NINE + HOUR),
            "endsAt": written(NINE + 3 * HOUR),
            "replies": False,
            "bookedBy": "service",
        }
        assert after["shown"] == before["shown"] | {"endsAt": written(NINE + 2 * HOUR)}

    def test_goes_on_into_the_future(self, http: httpx.Client, works: Works):
        works.posted("ABSENCE", startTime=written(NINE + DAY), endTime=written(NINE + 2 * DAY))
        timeline = get(http, f"{THEIRS}/timeline")
        assert [bool(segment["shown"]) for segment in timeline["segments"]] == [False, True, False]
        assert timeline["segments"][0]["startsAt"] == written(NINE)
        assert timeline["segments"][-1]["endsAt"] == written(NINE + 31 * DAY)

    @pytest.mark.usefixtures("lived")
    def test_has_pages(self, http: httpx.Client):
        query = {"from": written(NINE - HOUR), "to": written(NINE + 4 * HOUR)}
        whole = get(http, f"{THEIRS}/timeline", **query)["segments"]
        paged = []
        url: str | None = str(httpx.URL(f"{THEIRS}/timeline", params=query | {"limit": 2}))
        while url:
            answer = http.get(url)
            paged += answer.json()["segments"]
            assert ("Link" in answer.headers) == (answer.json()["next"] is not None)
            url = answer.links["next"]["url"] if "Link" in answer.headers else None
        assert paged == whole

    @pytest.mark.usefixtures("lived")
    def test_of_a_fixed_time_is_sent_once(self, http: httpx.Client, clock: HandClock):
        query = {"from": written(NINE - HOUR), "to": written(NINE + 4 * HOUR)}
        etag = http.get(f"{THEIRS}/timeline", params=query).headers["ETag"]
        clock.advance(DAY)
        again = http.get(f"{THEIRS}/timeline", params=query, headers={"If-None-Match": etag})
        assert again.status_code == 304

    @pytest.mark.parametrize(
        ("at", "shown"),
        [
            # At nine somebody writes a status without an end; at ten another one starts, and ends at eleven.
            (NINE - INSTANT, []),
            (NINE, ["home"]),
            (NINE + HOUR - INSTANT, ["home"]),
            (NINE + HOUR, ["leave", "home"]),
            (NINE + 2 * HOUR - INSTANT, ["leave", "home"]),
            (NINE + 2 * HOUR, ["home"]),
            (NINE + 99 * DAY, ["home"]),
        ],
    )
    def test_tells_what_is_shown_at_a_moment(
        self, http: httpx.Client, lived: dict[str, str], at: datetime, shown: list[str]
    ):
        answer = get(http, f"{THEIRS}/timeline", at=at.isoformat())
        assert layers([answer]) == [[lived[name] for name in shown]]

    def test_takes_an_offset_whose_plus_was_not_encoded(self, http: httpx.Client, lived: dict[str, str]):
        answer = http.get(f"{THEIRS}/timeline?at=2026-03-16T19:00:00+09:00")
        assert answer.json()["at"] == "2026-03-16T19:00:00+09:00"
        assert layers([answer.json()]) == [[lived["leave"], lived["home"]]]

    def test_is_known_from_where_events_are_kept(
        self, http: httpx.Client, store: Store, lived: dict[str, str]
    ):
        with store.writing() as transaction:
            transaction.events.forget(NINE + HOUR + INSTANT, limit=500)
        query = {"from": written(NINE - HOUR), "to": written(NINE + 4 * HOUR)}
        timeline = get(http, f"{THEIRS}/timeline", **query)
        assert (
            timeline["knownFrom"] == timeline["segments"][0]["startsAt"] == "2026-03-16T19:00:00.000001+09:00"
        )
        assert layers(timeline["segments"])[0] == [lived["leave"], lived["home"]]
        answer = http.get(f"{THEIRS}/timeline", params={"at": written(NINE)})
        assert problem(answer) == (404, "past-unknown")
        assert "2026-03-16T10:00:00.000001+00:00" in answer.json()["detail"]
        none = get(http, f"{THEIRS}/timeline", **{"from": written(NINE - HOUR), "to": written(NINE)})
        assert none["segments"] == []

    @pytest.mark.parametrize(
        ("query", "pointer"),
        [
            ({"at": written(NINE), "from": written(NINE)}, "?at"),
            ({"from": written(NINE), "to": written(NINE)}, "?to"),
            ({"from": "2026-03-16"}, "?from"),
            ({"at": "2026-03-16T09:00:00"}, "?at"),
            ({"since": written(NINE)}, "?since"),
            ({"limit": 0}, "?limit"),
            ({"after": "aGVsbG8"}, "?after"),
            ({"after": "dGltZWxpbmU6bm9uZQ"}, "?after"),
            ({"after": "dGltZWxpbmU6MjAyNi0wMy0xNlQxMDowMDowMA"}, "?after"),
        ],
    )
    def test_refuses_what_it_cannot_use(self, http: httpx.Client, query: dict[str, Any], pointer: str):
        answer = http.get(f"{THEIRS}/timeline", params=query)
        assert problem(answer) == (422, "invalid-request")
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]

    def test_of_the_whole_calendar_can_be_asked(self, http: httpx.Client, lived: dict[str, str]):
        query = {"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T23:59:59Z"}
        assert len(get(http, f"{THEIRS}/timeline", **query)["segments"]) == 5
        assert len(get(http, f"{THEIRS}/timeline", **{"from": "9999-12-31T23:59:58Z"})["segments"]) == 1
        assert get(http, f"{THEIRS}/timeline", at="9999-12-31T23:59:59Z")["shown"]["id"] == lived["home"]


class TestAHistory:
    def test_tells_each_change_in_words_and_as_data(self, http: httpx.Client, lived: dict[str, str]):
        changes = get(http, f"{THEIRS}/history")["changes"]
        assert [change["text"] for change in changes] == [
            f"{LEAVE} from 19:00 to 20:00 ended, 23 hours late.",
            f"{LEAVE} from 19:00 to 21:00 was shortened to end on 16 March at 20:00 by service.",
            f"{LEAVE} from 19:00 to 21:00 began, 30 minutes late.",
            f"{LEAVE} from 19:00 to 21:00 was booked by service.",
            "Person 1's status “Busy” was set by service.",
        ]
        ended, shortened, began, booked, _ = changes
        leave = {
            "id": lived["leave"],
            "status": "ABSENCE",
            "name": "Absent",
            "message": None,
            "startsAt": written(NINE + HOUR),
            "endsAt": written(NINE + 3 * HOUR),
            "replies": False,
            "bookedBy": "service",
        }
        assert shortened == {
            "id": 4,
            "kind": "CHANGED",
            "at": written(NINE + 1.5 * HOUR),
            "dueAt": None,
            "lateMs": None,
            "text": shortened["text"],
            "actor": "service",
            "client": None,
            "requestId": shortened["requestId"],
            "job": None,
            "changed": ["endsAt"],
            "before": leave,
            "after": leave | {"endsAt": written(NINE + 2 * HOUR)},
            "shownAfter": {"id": lived["leave"], "status": "ABSENCE"},
        }
        assert len(shortened["requestId"]) == 32
        assert (booked["before"], booked["after"]) == (None, leave)
        assert (began["actor"], began["dueAt"], began["lateMs"]) == ("time", written(NINE + HOUR), 1_800_000)
        assert (ended["before"]["id"], ended["after"]) == (lived["leave"], None)

    @pytest.mark.usefixtures("lived")
    def test_has_pages(self, http: httpx.Client):
        whole = get(http, f"{THEIRS}/history")["changes"]
        paged: list[Any] = []
        after: dict[str, str] = {}
        while True:
            page = get(http, f"{THEIRS}/history", limit=2, **after)
            paged += page["changes"]
            if page["next"] is None:
                break
            after = {"after": page["next"]}
        assert paged == whole

    @pytest.mark.parametrize("after", ["ZXZlbnRzOjE", "ZXZlbnRzOjIwMjYtMDMtMTZUMDA6MDA6MDArMDA6MDAveA", "x"])
    def test_refuses_what_is_no_cursor(self, http: httpx.Client, after: str):
        answer = http.get(f"{THEIRS}/history", params={"after": after})
        assert problem(answer) == (422, "invalid-request")

    def test_of_nobody_is_not_there(self, http: httpx.Client):
        for resource in ("history", "timeline"):
            answer = http.get(f"{V1}/people/nobody@example.com/{resource}")
            assert problem(answer) == (404, "person-unknown")


class TestAnAudit:
    @pytest.fixture
    def busy(
        self,
        http: httpx.Client,
        works: Works,
        clock: HandClock,
        store: Store,
        token_for: TokenFor,
        people: list[Person],
    ) -> None:
        """Let a service set three people's statuses, an hour apart, and the second person their own; one is gone."""
        for number in (1, 2, 3):
            works.of(f"u{number}@example.com").posted("BUSY", statusMessage=f"=1+{number}")
            clock.advance(HOUR)
        own = {"Authorization": f"Bearer {token_for('user', person=people[1])}"}
        answer = http.post(works.of("me").path, json={"profileStatusId": "AWAY"}, headers=own)
        assert answer.status_code == 201
        people_services.deactivate(store, "u3@example.com", by=Author("./presently person deactivate"))

    def told(self, http: httpx.Client, **query: Any) -> list[tuple[str, int]]:
        """Return the actor and the person's number of each change."""
        changes = get(http, f"{V1}/audit", **query)["changes"]
        return [(change["actor"], change["person"]["number"]) for change in changes]

    @pytest.mark.usefixtures("busy")
    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ({"person": "u1@example.com"}, [("service", 1)]),
            ({"person": "1"}, [("service", 1)]),
            ({"person": "u3@example.com"}, [("./presently person deactivate", 3), ("service", 3)]),
            ({"actor": "u2@example.com"}, [("u2@example.com", 2), ("u2@example.com", 2)]),
            ({"actor": "service", "limit": 2}, [("service", 3), ("service", 2)]),
            (
                {"actor": "service", "from": written(NINE), "to": written(NINE + 2 * HOUR)},
                [("service", 2), ("service", 1)],
            ),
            ({"job": "j1"}, []),
        ],
    )
    def test_tells_who_did_what_for_whom(
        self, http: httpx.Client, query: dict[str, Any], told: list[tuple[str, int]]
    ):
        assert self.told(http, **query) == told

    @pytest.mark.usefixtures("busy")
    def test_has_pages(self, http: httpx.Client):
        whole = self.told(http)
        first = http.get(f"{V1}/audit", params={"limit": 4})
        rest = http.get(first.links["next"]["url"]).json()
        found = [*first.json()["changes"], *rest["changes"]]
        assert [(change["actor"], change["person"]["number"]) for change in found] == whole
        assert rest["next"] is None

    @pytest.mark.usefixtures("busy")
    def test_names_the_person(self, http: httpx.Client):
        (change,) = get(http, f"{V1}/audit", person="1")["changes"]
        assert change["person"] == {"number": 1, "email": "u1@example.com", "name": "Person 1"}
        assert change["text"] == "Person 1's status “Busy” was set by service."

    def test_of_nobody_is_refused(self, http: httpx.Client):
        assert problem(http.get(f"{V1}/audit?person=nobody@example.com")) == (404, "person-unknown")

    def test_refuses_a_time_that_is_empty(self, http: httpx.Client):
        answer = http.get(f"{V1}/audit", params={"from": written(NINE), "to": written(NINE)})
        assert problem(answer) == (422, "invalid-request")

    @pytest.mark.usefixtures("busy")
    @pytest.mark.parametrize("asked", [{"params": {"format": "csv"}}, {"headers": {"Accept": "text/csv"}}])
    def test_is_also_a_csv_without_formulas(self, http: httpx.Client, asked: dict[str, Any]):
        answer = http.get(f"{V1}/audit", **asked)
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "Accept" in answer.headers["Vary"]
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert [(row["actor"], int(row["personNumber"])) for row in rows] == self.told(http)
        assert rows[-1]["after.message"] == "'=1+1"
        assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]

    @pytest.mark.usefixtures("busy")
    def test_as_csv_goes_on_where_it_ends(self, http: httpx.Client, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("api.v1.history_routes._LINES_AT_ONCE", 2)
        whole = http.get(f"{V1}/audit", params={"format": "csv"})
        assert "Link" not in whole.headers
        first = http.get(f"{V1}/audit", params={"format": "csv", "limit": 3})
        rest = http.get(first.links["next"]["url"])
        assert "Link" not in rest.headers or rest.links
        assert first.text + rest.text.partition("\r\n")[2] == "".join(
            whole.text.splitlines(keepends=True)[: 1 + 3 + 3]
        )

    @pytest.mark.usefixtures("busy")
    def test_tells_nothing_of_other_domains(self, http: httpx.Client, store: Store, token_for: TokenFor):
        with store.writing() as transaction:
            other = transaction.directory.add_domain("example.org", "UTC")
            newcomer = Entry(email="u1@example.org", external_key=None, name="Other", is_administrator=False)
            transaction.roster.add(other, [newcomer], at=transaction.now())
        there = {"Authorization": f"Bearer {token_for('directory', domain_id=other.id)}"}
        assert http.get(f"{V1}/audit", headers=there).json() == {"changes": [], "next": None}
        assert problem(http.get(f"{V1}/audit?person=1", headers=there)) == (404, "person-unknown")
        assert problem(http.get(f"{THEIRS}/history", headers=there)) == (404, "person-unknown")
        assert problem(http.get(f"{V1}/people/1/timeline", headers=there)) == (404, "person-unknown")


def test_what_a_client_did_is_told_by_the_client_s_name(http: httpx.Client, works: Works, store: Store):
    works.posted("BUSY")
    actor = get(http, f"{THEIRS}/history")["changes"][0]["actor"]
    client = Client(
        id="a-client",
        domain_id=1,
        name="HR sync",
        service_account=actor,
        scopes=frozenset(),
        public_key="",
        secret_digest="",
        token_lifetime=timedelta(days=1),
        rotates=True,
    )
    with store.writing() as transaction:
        transaction.clients.add(client)
    for path in (f"{THEIRS}/history", f"{V1}/audit"):
        told = get(http, path)["changes"][0]
        assert told["text"].endswith(" by HR sync.")
        assert told["actor"] == actor

"""No secret is logged, or sent to anybody but its holder."""

import httpx

from tests.api.conftest import Watch
from tests.api.oauth.conftest import TOKEN, Program


def test_no_secret_is_logged(program: Program, watch: Watch):
    logged = watch()
    assertion = program.assertion()
    wrong = {"grant_type": "client_credentials", "client_secret": "sesame"}
    had = program.tokens(assertion=assertion)
    refreshed = program.refresh(had["refresh_token"]).json()
    program.try_token(had["access_token"])
    program.revoke(had["access_token"])
    program.try_token(had["access_token"])
    program.refresh(had["refresh_token"])
    program.ask(**wrong)
    program.http.post(TOKEN, data={"grant_type": "client_credentials"}, auth=httpx.BasicAuth("hr", "sesame"))
    entries = [str(entry) for entry in logged()]
    assert len(entries) >= 8
    for secret in (
        assertion,
        program.secret,
        program.secret.replace(" ", "+"),
        "sesame",
        had["access_token"],
        had["refresh_token"],
        refreshed["refresh_token"],
    ):
        assert not any(secret in entry for entry in entries)


def test_a_failure_of_the_store_shows_no_digest(program: Program, watch: Watch):
    with program.http.app.state.store.engine.begin() as connection:  # type: ignore[attr-defined] # a test's client
        connection.exec_driver_sql("DROP TABLE refresh_token")
    logged = watch()
    answer = program.ask_by_assertion()
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    assert answer.headers["Cache-Control"] == "no-store"
    entries = [entry for entry in logged() if entry["event"] == "The store failed."]
    assert len(entries) == 1
    assert "refresh_token" in entries[0]["reason"]
    assert "parameters" not in str(entries[0])

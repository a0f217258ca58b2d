"""The request body, field by field, with the edge of each limit on both sides."""

from typing import Any

import pytest

from tests.api.clients import Works, written
from tests.api.works.answers import assert_refused
from tests.builders import HOUR, NINE

BUILT_IN = ["BUSY", "AWAY", "LEAVE_OFFICE", "ABSENCE"]
CUSTOM = [f"CUSTOM{number:02}" for number in range(1, 13)]
WINDOW = {"startTime": written(NINE + HOUR), "endTime": written(NINE + 2 * HOUR)}
SLEEPING = "\N{SLEEPING SYMBOL}"
WITH_SKIN = "\N{WAVING HAND SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-3}"
REPLY = {
    "internal": {"content": "internal mail content", "sentDirectlyToMe": True},
    "external": {"content": "external mail content", "sentDirectlyToMe": False},
}


def a_reply(side: str = "internal", **said: Any) -> dict[str, Any]:
    """Return an auto-reply of one side, in a request's form."""
    return {"autoReplyMail": {side: said}}


@pytest.mark.parametrize("profile_status_id", BUILT_IN)
def test_the_four_built_in_statuses_are_in_use(works: Works, profile_status_id: str):
    assert works.posted(profile_status_id)["profileStatusId"] == profile_status_id


@pytest.mark.parametrize("profile_status_id", CUSTOM)
def test_a_custom_status_is_not_in_use(works: Works, profile_status_id: str):
    assert works.post(profile_status_id).json() == {"code": "BAD_REQUEST", "description": "Not used status."}
    assert_refused(works.post(profile_status_id), 400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "profile_status_id",
    [
        "CUSTOM00",
        "CUSTOM13",
        "CUSTOM1",
        "CUSTOM001",
        "busy",
        "BUSY ",
        "",
        "\0",
        "\ud800",
        None,
        True,
        1,
        1.5,
        [],
        {},
    ],
)
def test_no_other_status_is_known(works: Works, profile_status_id: Any):
    assert_refused(works.post(profile_status_id), 400, "INVALID_PARAMETER", naming="profileStatusId")
    status_id = works.posted()["userProfileStatusId"]
    assert_refused(
        works.put(status_id, profile_status_id), 400, "INVALID_PARAMETER", naming="profileStatusId"
    )
    patched = works.patch(status_id, profileStatusId=profile_status_id)
    assert_refused(patched, 400, "INVALID_PARAMETER", naming="profileStatusId")


def test_post_and_put_require_a_status(works: Works):
    refused = works.http.post(works.path, json={"statusMessage": "x"})
    assert_refused(refused, 400, "MISSING_PARAMETER", naming="profileStatusId")
    status_id = works.posted("AWAY")["userProfileStatusId"]
    refused = works.http.put(f"{works.path}/{status_id}", json={"statusMessage": "x"})
    assert_refused(refused, 400, "MISSING_PARAMETER", naming="profileStatusId")


def test_patch_requires_no_status(works: Works):
    status_id = works.posted("AWAY")["userProfileStatusId"]
    assert works.patch(status_id, statusMessage="x").json()["profileStatusId"] == "AWAY"


@pytest.mark.parametrize(
    "message",
    [
        None,
        "",
        "x" * 50,
        # Characters are counted as code points, not as bytes or UTF-16 units.
        "휴" * 50,
        SLEEPING * 50,
        WITH_SKIN * 25,
        "line\nbreak and\ttab",
    ],
)
def test_a_message_of_up_to_fifty_characters_is_kept(works: Works, message: str | None):
    posted = works.posted(statusMessage=message)
    assert posted["statusMessage"] == message
    assert works.list() == [posted]


@pytest.mark.parametrize(
    "message",
    [
        "x" * 51,
        "휴" * 51,
        SLEEPING * 51,
        WITH_SKIN * 26,
        "\0",
        "a\0b",
        "\x1b[31m",
        "\x7f",
        "\ud800",
        True,
        1,
        1.5,
        [],
        {},
    ],
)
def test_no_other_message_is_taken(works: Works, message: Any):
    assert_refused(works.post(statusMessage=message), 400, "INVALID_PARAMETER", naming="statusMessage")
    status_id = works.posted()["userProfileStatusId"]
    refused = works.patch(status_id, statusMessage=message)
    assert_refused(refused, 400, "INVALID_PARAMETER", naming="statusMessage")
    assert works.get(status_id).json()["statusMessage"] is None


@pytest.mark.parametrize("field", ["startTime", "endTime"])
@pytest.mark.parametrize("value", ["", "tomorrow", "\0", "\ud800", True, 1, 1.5, 10**400, [], {}])
def test_a_time_is_a_date_time(works: Works, field: str, value: Any):
    assert_refused(works.post(**(WINDOW | {field: value})), 400, "INVALID_PARAMETER", naming=field)
    status_id = works.posted(**WINDOW)["userProfileStatusId"]
    assert_refused(works.patch(status_id, **{field: value}), 400, "INVALID_PARAMETER", naming=field)


@pytest.mark.parametrize("side", ["internal", "external"])
@pytest.mark.parametrize("content", ["", "x" * 300, "휴" * 300, SLEEPING * 300, "one\ntwo"])
def test_a_reply_of_up_to_three_hundred_characters_is_kept(works: Works, side: str, content: str):
    posted = works.posted(**a_reply(side, content=content))
    assert posted["autoReplyMail"][side] == {"content": content, "sentDirectlyToMe": False}
    assert works.list() == [posted]


@pytest.mark.parametrize("side", ["internal", "external"])
@pytest.mark.parametrize(
    "content", ["x" * 301, "휴" * 301, SLEEPING * 301, "\0", "a\x08", "\ud800", True, 1, 1.5, [], {}]
)
def test_no_other_reply_is_taken(works: Works, side: str, content: Any):
    refused = works.post(**a_reply(side, content=content))
    assert_refused(refused, 400, "INVALID_PARAMETER", naming=f"autoReplyMail.{side}.content")


def test_line_ends_of_a_reply_are_of_one_kind(works: Works):
    posted = works.posted(**a_reply(content="one\r\ntwo\rthree\nfour"))
    assert posted["autoReplyMail"]["internal"]["content"] == "one\ntwo\nthree\nfour"


@pytest.mark.parametrize("side", ["internal", "external"])
@pytest.mark.parametrize("directly", [None, 0, 1, 1.0, "true", "", [], {}])
def test_sent_directly_to_me_is_true_or_false(works: Works, side: str, directly: Any):
    refused = works.post(**a_reply(side, content="x", sentDirectlyToMe=directly))
    assert_refused(refused, 400, "INVALID_PARAMETER", naming=f"autoReplyMail.{side}.sentDirectlyToMe")


@pytest.mark.parametrize("directly", [True, False])
def test_sent_directly_to_me_is_kept(works: Works, directly: bool):
    posted = works.posted(**a_reply(content="x", sentDirectlyToMe=directly))
    assert posted["autoReplyMail"]["internal"]["sentDirectlyToMe"] is directly


def test_sent_directly_to_me_is_false_unless_said(works: Works):
    assert works.posted(**a_reply(content="x"))["autoReplyMail"]["internal"]["sentDirectlyToMe"] is False


@pytest.mark.parametrize("value", [True, 1, 1.5, "x", []])
def test_an_auto_reply_and_its_sides_are_objects(works: Works, value: Any):
    assert_refused(works.post(autoReplyMail=value), 400, "INVALID_PARAMETER", naming="autoReplyMail")
    for side in ("internal", "external"):
        refused = works.post(autoReplyMail={side: value})
        assert_refused(refused, 400, "INVALID_PARAMETER", naming=f"autoReplyMail.{side}")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (None, None),
        ({}, None),
        ({"internal": None}, None),
        ({"internal": None, "external": None}, None),
        (
            {"internal": {"content": None}},
            {"internal": {"content": None, "sentDirectlyToMe": False}, "external": None},
        ),
        (
            {"internal": {"content": "x"}, "external": None},
            {"internal": {"content": "x", "sentDirectlyToMe": False}, "external": None},
        ),
        # Outside senders get no reply then, in the other dialect too, and there is nothing to show.
        ({"external": {"content": None, "sentDirectlyToMe": True}}, None),
        (
            {"internal": {"content": "x"}, "external": {"content": None}},
            {"internal": {"content": "x", "sentDirectlyToMe": False}, "external": None},
        ),
        (
            {"external": {"content": "x"}},
            {"internal": None, "external": {"content": "x", "sentDirectlyToMe": False}},
        ),
        (REPLY, REPLY),
    ],
)
def test_an_auto_reply_may_be_given_in_part(works: Works, sent: Any, kept: Any):
    assert works.posted(autoReplyMail=sent)["autoReplyMail"] == kept
    shown = works.shown()
    assert shown is not None
    assert shown["autoReplyMail"] == kept


def test_every_optional_field_may_be_null(works: Works):
    posted = works.posted(statusMessage=None, startTime=None, endTime=None, autoReplyMail=None)
    assert posted == works.posted()


@pytest.mark.parametrize("profile_status_id", BUILT_IN)
def test_any_status_may_answer_mail(works: Works, profile_status_id: str):
    assert works.posted(profile_status_id, autoReplyMail=REPLY)["autoReplyMail"] == REPLY

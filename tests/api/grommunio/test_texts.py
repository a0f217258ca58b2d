"""Texts: replies are HTML and stored unchanged, subjects must fit into one line of a mail header."""

import pytest

from tests.api.clients import Oof
from tests.api.grommunio.answers import assert_bad

SIDES = pytest.mark.parametrize("side", ["internal", "external"])


@SIDES
@pytest.mark.parametrize(
    "html",
    [
        "<p>Ich bin <b>weg</b>, 휴가 \N{SLEEPING SYMBOL}</p>",
        "one\ntwo\n\nthree",
        "<script>alert(1)</script>",
        "Subject: not one",
        "\t\x0b\x1b",
        "<p>" * 1000,
        " ",
    ],
)
def test_a_reply_comes_back_as_it_went(oof: Oof, side: str, html: str):
    oof.save(state=1, **{f"{side}Reply": html})
    assert oof.read() == {"state": 1, "externalAudience": 0, f"{side}Reply": html}


@SIDES
@pytest.mark.parametrize("html", ["one\r\ntwo", "one\rtwo", "one\ntwo"])
def test_line_ends_of_a_reply_are_of_one_kind_and_not_doubled(oof: Oof, side: str, html: str):
    for _ in range(2):
        oof.save(state=1, **{f"{side}Reply": html})
        html = oof.read()[f"{side}Reply"]
        assert html == "one\ntwo"


@SIDES
@pytest.mark.parametrize("html", ["\0", "a\0b", "\ud800", "a\udfffb"])
def test_what_is_no_character_is_refused(oof: Oof, side: str, html: str):
    oof.save(state=1, internalReply="before", externalReply="before")
    assert_bad(oof.put(state=0, **{f"{side}Reply": html}), f"{side}Reply")
    assert oof.read() == {
        "state": 1,
        "externalAudience": 0,
        "internalReply": "before",
        "externalReply": "before",
    }


@SIDES
@pytest.mark.parametrize("subject", ["Abwesend, 휴가 \N{SLEEPING SYMBOL}", "Re: x", "x" * 998, " "])
def test_a_subject_comes_back_as_it_went(oof: Oof, side: str, subject: str):
    oof.save(state=1, **{f"{side}Reply": "x", f"{side}Subject": subject})
    assert oof.read()[f"{side}Subject"] == subject


@SIDES
@pytest.mark.parametrize(
    "subject",
    [
        # Line breaks would add headers to the mail.
        "x\r\nBcc: everybody@example.com",
        "x\n",
        "\rx",
        "a\x0bb",
        "a\x0cb",
        "a\x85b",
        "a\u2028b",
        "a\u2029b",
        "a\0b",
        "a\tb",
        "\x1b[31m",
        "\x7f",
        "\ud800",
        "x" * 999,
    ],
)
def test_a_subject_is_one_line_without_control_characters(oof: Oof, side: str, subject: str):
    oof.save(state=1)
    assert_bad(oof.put(state=1, **{f"{side}Reply": "x", f"{side}Subject": subject}), f"{side}Subject")
    assert oof.read() == {"state": 1, "externalAudience": 0}

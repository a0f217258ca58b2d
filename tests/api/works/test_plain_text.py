import time
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.works.plain_text import PART, from_html
from domain.rich_text import to_html

#: More than any of these texts.
LENGTH: Final = 1_000_000


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("Away.", "Away."),
        ("<p>Back on the <b>16th</b></p>", "Back on the 16th"),
        # A line for each block, and no blank lines…
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<div>One</div>Two", "One\nTwo"),
        ("One<p>Two</p>Three", "One\nTwo\nThree"),
        ("<ul><li>One</li><li>Two</li></ul>Three", "One\nTwo\nThree"),
        ("<p>One</p><p>&nbsp;</p>\n\n<p>Two</p>", "One\nTwo"),
        ("One<br>Two<br/>Three", "One\nTwo\nThree"),
        ("<h1>One</h1><table><tr><td>Two</td></tr></table>", "One\nTwo"),
        # …and separated cells.
        ("<table><tr><td>Mon</td><td>Tue</td></tr></table>", "Mon Tue"),
        # White space is collapsed as in a browser.
        ("One\n  two\tthree", "One two three"),
        ("a&nbsp;b", "a b"),
        ("&lt;b&gt; &amp; &eacute; &#8364;", "<b> & é €"),
        # Invisible elements.
        ("<style>p { color: red }</style><script>alert(1)</script>Away", "Away"),
        ("<html><head><title>Reply</title></head><body>Away</body></html>", "Away"),
        ("<html><head><meta charset=utf-8><title>Reply</title><body>Away", "Away"),
        ("<!-- a comment -->Away", "Away"),
        # Broken markup.
        ("</p></script>Away", "Away"),
        ("<p>Away <b>until", "Away until"),
        ("1 < 2", "1 < 2"),
        ("<![if gte mso 9]>Away<![endif]>", "Away"),
        ("<![unheard[of]]>Away", "Away"),
        ("<?php echo 1 ?>Away", "Away"),
        ('<a title="1 > 0">Away</a>', "Away"),
        ("Away<a href='", "Away"),
        ("Away<!-- until", "Away"),
        ("Away<SCRIPT>alert(1)</Script >.", "Away."),
        ("&#0; &#x110000; &#99999999999; &bogus;", "\ufffd \ufffd \ufffd &bogus;"),
        ("&#" + 5000 * "9" + ";", "\ufffd"),
    ],
)
def test_html_is_read_as_its_reader_would_see_it(markup: str, text: str):
    assert from_html(markup, length=LENGTH) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        # What a browser shows, and no regular expression saw.
        ("&ampx &copy2026 &hellip;", "&x ©2026 …"),
        ("<p>One<p>Two", "One\nTwo"),
        ("<script><!-- </script> --></script>Away", "-->Away"),
        ("<textarea><b>Away</b></textarea>", "<b>Away</b>"),
        ("Away</p", "Away"),
        # An end tag of what was never begun shows nothing.
        ("One</div>Two", "OneTwo"),
        # Control characters, which the dialect does not have.
        ("One&#1;&#x1b;[31m", "One[31m"),
    ],
)
def test_broken_html_is_read_as_a_browser_reads_it(markup: str, text: str):
    assert from_html(markup, length=LENGTH) == text


lines = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1)


@given(st.lists(lines).map("\n".join))
def test_plain_text_survives_the_way_through_html(text: str):
    assert from_html(to_html(text), length=LENGTH) == text


pieces = st.sampled_from(
    [
        "<",
        ">",
        "</",
        "<!",
        "<!--",
        "-->",
        "<![",
        "]]>",
        "<?",
        "<a",
        "<p>",
        "</p>",
        "<td>",
        "<div>",
        "<title>",
        "<script>",
        "</script",
        "&#",
        "&amp",
        '"',
        "'",
        "=",
        " ",
        "a",
        "é",
    ]
)
markups = st.lists(pieces).map("".join) | st.text()


@given(markups)
def test_any_markup_at_all_can_be_read(markup: str):
    from_html(markup, length=LENGTH)


@given(markups, st.integers(min_value=0, max_value=20))
def test_the_beginning_of_a_text_is_that_of_the_whole(markup: str, length: int):
    assert from_html(markup, length=length) == from_html(markup, length=LENGTH)[:length]


@given(markups, st.integers(min_value=0, max_value=20))
def test_a_text_is_the_same_wherever_the_parser_is_given_the_next_part(markup: str, before: int):
    comment = f"<!--{'x' * (PART - before - len('<!---->'))}-->"
    assert from_html(f"a{comment}{markup}", length=LENGTH) == from_html(f"a<!-- -->{markup}", length=LENGTH)


@pytest.mark.parametrize(
    "piece",
    [
        *("<a b", "<a ='", '"<a href=', "<!--", "<![", "<script>", "<p>", "<", "&#"),
        # Parsers that build a tree need quadratic time for these.
        *("<div>", "<b>", "<table>", "<i><p>", "<a>", "<li>", "<svg>", "</p>"),
    ],
)
def test_megabytes_of_broken_markup_are_read_at_once(piece: str):
    began = time.process_time()
    from_html(piece * 200_000, length=LENGTH)
    assert time.process_time() - began < 5


def test_no_more_is_parsed_than_is_shown():
    began = time.process_time()
    assert from_html("<p>Away until the 16th.</p>" * 400_000, length=6) == "Away u"
    assert time.process_time() - began < 0.1

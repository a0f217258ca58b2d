import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.plain_text import from_html, to_html


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
    assert from_html(markup) == text


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("", ""),
        ("Away.", "Away."),
        ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        ('He said "no"', 'He said "no"'),
        ("One\nTwo", "One<br>Two"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ],
)
def test_plain_text_becomes_html_that_shows_it(text: str, markup: str):
    assert to_html(text) == markup


lines = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1)


@given(st.lists(lines).map("\n".join))
def test_plain_text_survives_the_way_through_html(text: str):
    assert from_html(to_html(text)) == text


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
        "<script>",
        "</script",
        "&#",
        '"',
        "'",
        "=",
        " ",
        "a",
    ]
)


@given(st.lists(pieces).map("".join) | st.text())
def test_any_markup_at_all_can_be_read(markup: str):
    from_html(markup)


@pytest.mark.parametrize("piece", ["<a b", "<a ='", '"<a href=', "<!--", "<![", "<script>", "<p>", "<", "&#"])
def test_megabytes_of_broken_markup_are_read_at_once(piece: str):
    began = time.process_time()
    from_html(piece * 200_000)
    assert time.process_time() - began < 5

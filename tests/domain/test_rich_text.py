import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.rich_text import is_blank, is_plain, is_same, to_html


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ""),
        ("Away.", "<p>Away.</p>"),
        ("Away.", "<p>\nAway.\n</p>\n"),
        ("<P>Away.</P>", "<p>Away.</p>"),
        ("<p>One</p><p>Two</p>", "<p>One</p>\n<p>Two</p>"),
        ("One<p>Two</p>", "<p>One</p><p>Two</p>"),
        ("One<br>Two", "<p>One<br />Two</p>"),
        ("<p>One<br></p><p>Two</p>", "<p>One</p><p>Two</p>"),
        ("<p>One</p><p><br></p><p>Two</p>", "<p>One</p><p>&nbsp;</p><p>Two</p>"),
        ("a &amp; b > c é", "<p>a &amp; b &gt; c &eacute;</p>"),
        ("a  b", "a&nbsp; b"),
        ("a\nb", "a b"),
        ("휴가 <b>16일</b>", "<p>휴가 <b>16일</b></p>"),
    ],
)
def test_a_text_is_the_same_in_the_spelling_of_another_editor(one: str, other: str):
    assert is_same(one, other)
    assert is_same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Away.", "Away!"),
        ("Away.", ""),
        ("Away.", "<p><b>Away.</b></p>"),
        ("Away.", '<p class="x">Away.</p>'),
        ("Away.", 'Away.<img src="data:image/png;base64,AAAA">'),
        ('<img src="data:image/png;base64,AAAA">', '<img src="data:image/png;base64,AAAB">'),
        ('<a href="https://a.example/">x</a>', '<a href="https://b.example/">x</a>'),
        # Escaped, it is text, not markup.
        ("&lt;b&gt;Away.&lt;/b&gt;", "<b>Away.</b>"),
        ("<p>One</p><p>Two</p>", "<p>One<br>Two</p>"),
        ("<p>One</p><p>Two</p>", "<p>One</p><p>&nbsp;</p><p>Two</p>"),
        ("One<br>Two", "One Two"),
        ("One<br>Two", "One<br><br>Two"),
    ],
)
def test_a_text_of_other_words_or_other_markup_is_another_one(one: str, other: str):
    assert not is_same(one, other)
    assert not is_same(other, one)


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("<p>One<br>Two</p>", "One\nTwo"),
        ("<p>One</p>\n<p>Two</p>", "One\nTwo"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<p>One<br><br>Two</p>", "One\n\nTwo\n"),
        ("<p>1 &lt; 2 &amp; &lt;b&gt;</p>", "1 < 2 & <b>"),
        ("<p>a &nbsp;b</p>", "a  b"),
        ("", "\n"),
    ],
)
def test_markup_of_lines_alone_says_what_a_plain_text_says(markup: str, plain: str):
    assert is_plain(markup, plain)


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("<p>One Two</p>", "One\nTwo"),
        ("<p>One<br>Two</p>", "One\n\nTwo"),
        ("<p><b>One</b></p>", "One"),
        ('<p>One<img src="x"></p>', "One"),
        ("<p><b></p>", "<b>"),
        ("<p>Two</p>", "One"),
    ],
)
def test_markup_with_more_than_lines_says_something_else(markup: str, plain: str):
    assert not is_plain(markup, plain)


@pytest.mark.parametrize("markup", ["", " ", "\n", "<p></p>", "<p>&nbsp;</p>", "<p><br></p>", "<br>"])
def test_what_shows_nothing_is_blank(markup: str):
    assert is_blank(markup)


@pytest.mark.parametrize("markup", ["x", "<hr>", "<img src='x'>", "&#0;", "<p>.</p>"])
def test_what_shows_something_is_not_blank(markup: str):
    assert not is_blank(markup)


@given(st.text())
def test_a_plain_text_in_a_paragraph_is_still_that_text(text: str):
    assert is_plain(to_html(text), text)
    assert is_plain(f"<p>{to_html(text)}</p>", text)


@pytest.mark.parametrize(
    "piece", ["<", "</", "<p>", "<!--", "&#", "&#9", " ", "<br>", "<p ", "\n<p>", "&nbsp;"]
)
def test_time_is_in_proportion_to_length_whatever_the_markup(piece: str):
    short, long = (piece * (size // len(piece)) for size in (50_000, 400_000))
    assert _processor_time(long) < 24 * _processor_time(short)  # 8 times as long; 64 times, were it quadratic


def _processor_time(markup: str) -> float:
    """Return the processor time for `markup` in seconds, the least of three: a busy machine only adds to it."""

    def once() -> float:
        begun = time.process_time()
        is_same(markup, "x")
        return time.process_time() - begun

    return min(once() for _ in range(3))

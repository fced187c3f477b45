"""No string from a document can do anything to a terminal but be shown."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.report.safety import SafeStream, safe, safe_line

CASES = [
    ("\x1b[2J\x1b]0;title\x07", r"\x1b[2J\x1b]0;title\x07"),
    ("\x9b31m", r"\x9b31m"),
    ("a\rb\bc\x7f", r"a\rb\x08c\x7f"),
    ("user\u202etxt.exe", r"user\u202etxt.exe"),
    ("\u2066a\u2069\u200f", r"\u2066a\u2069\u200f"),
    ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
    ("\U000e0041tag", r"\U000e0041tag"),
    ("lone \ud800", r"lone \ud800"),
    ("line\u2028end", r"line\u2028end"),
]
HARMLESS = [
    "plain",
    "Zażółć gęślą jaźń",
    "你好，世界",
    "\u05e9\u05dc\u05d5\u05dd",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\U0001f469\u200d\U0001f680",
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_harmful_characters_are_shown_as_escapes(text: str, expected: str) -> None:
    assert safe(text) == safe_line(text) == expected


@pytest.mark.parametrize("text", HARMLESS)
def test_writing_of_all_kinds_stays(text: str) -> None:
    assert safe(text) == safe_line(text) == text


def test_line_ends_stay_only_where_they_may() -> None:
    assert safe("a\n\tb") == "a\n\tb"
    assert safe_line("a\n\tb") == r"a\n\tb"


@given(st.text())
def test_what_comes_out_is_printable_unicode(text: str) -> None:
    for shown, allowed in ((safe(text), "\n\t"), (safe_line(text), "")):
        assert all(unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp") or char in allowed for char in shown)
        assert all(unicodedata.bidirectional(char) not in {"RLO", "LRO", "RLE", "LRE", "PDF"} for char in shown)


def test_a_stream_to_a_terminal_shows_what_is_cut_anywhere() -> None:
    text = "Zażółć \x1b[31m你好\n"
    shown = io.StringIO()
    stream = SafeStream(shown)
    for byte in text.encode():
        stream.write(bytes([byte]))
    assert shown.getvalue() == safe(text)

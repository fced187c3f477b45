"""What counts as a word, and that the quick count agrees with the words themselves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.document import TEXT, Block, Document, RawDocument
from archiver.words import block_words, count_words, words

ROWS = [
    ("", []),
    ("— … 100 %", ["100"]),
    ("It’s snake_case, n°5", ["It", "s", "snake", "case", "n", "5"]),
    ("Łódź, Straße und İstanbul", ["Łódź", "Straße", "und", "İstanbul"]),
    ("カタカナ and 漢字", ["カ", "タ", "カ", "ナ", "and", "漢", "字"]),
    ("½ m² Œuvre", ["½", "m²", "Œuvre"]),
]


@pytest.mark.parametrize(("text", "found"), ROWS)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found
    assert count_words(text) == len(found)


def test_the_count_agrees_with_the_words_for_every_character_of_a_byte() -> None:
    for encoding in ("latin-1", "cp1252", "cp1251"):
        for sign in bytes(range(256)).decode(encoding, "replace"):
            for text in (sign, f"a{sign}b", f"{sign} a", f"a {sign}{sign}"):
                assert count_words(text) == len(words(text)), repr(text)


@given(st.text())
def test_the_count_agrees_with_the_words(text: str) -> None:
    assert count_words(text) == len(words(text))


def test_blocks_are_counted_once() -> None:
    document = Document(RawDocument(b"", "a"), TEXT, [Block("One, two."), Block(""), Block("三 four")])
    assert block_words(document) == [2, 0, 2]
    assert block_words(document) is document.word_counts

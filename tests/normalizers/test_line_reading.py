"""What a reading tells of a document's words, held against the plain definition."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from archiver.document import TEXT, Block, Document, RawDocument
from archiver.normalizers.reading import Reading, read

SMALL = re.compile(r"(?<![^\W_])[a-zà-öø-ÿ\u0100-\u024f\u0370-\u058f][^\W\d_]*")
PIECES = st.sampled_from(["lamp", "Lamp", "lämp", "ж", "2", "_", "’", ".", "-", " ", "\t", "(", "x"])


def reading_of(*texts: str) -> Reading:
    return read(Document(RawDocument(b"", "a"), TEXT, [Block(text) for text in texts]))


@given(st.lists(st.lists(PIECES, max_size=8).map("".join), max_size=4))
def test_small_words_are_runs_of_letters_that_begin_small(texts: list[str]) -> None:
    small = {word for text in texts for word in SMALL.findall(text)}
    reading = reading_of(*texts)
    candidates = small | {word.lower() for text in texts for word in re.findall(r"[^\W_]+", text)} | {"lamp", "x2"}
    assert {word for word in candidates if reading.has_small(word)} == small


def test_a_name_is_not_written_small_elsewhere() -> None:
    reading = reading_of("Ana Ruiz", "Bottom Line", "The line, “bottom” and all, is drawn.")
    assert [reading.is_name(line) for line in reading.lines] == [True, False, False]


def test_long_lines_are_not_folded_for_comparison() -> None:
    reading = reading_of("«Hello», World!", "word " * 50)
    assert [line.folded for line in reading.lines] == ["hello world", ""]

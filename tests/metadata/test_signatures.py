"""Who wrote a plain text that others extracted, by lines without "by". The rows are in ``signatures.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from archiver.document import TEXT, Block, Document, Label, RawDocument, Verdict
from archiver.metadata import describe

PROSE = "The ferry to the islands runs again from Monday, the harbour office said on Friday. " * 3
ROWS = tomllib.loads((Path(__file__).parent / "signatures.toml").read_text(encoding="utf-8"))["texts"]


def authors_of(lines: list[str]) -> tuple[str, ...]:
    """The authors of a text: ``=`` opens its title, ``~`` stands for a paragraph, ``!`` opens a copyright line."""
    labels = {"=": Label.TITLE, "!": Label.LEGAL}
    texts = [PROSE if line == "~" else line.lstrip("=!") for line in lines]
    verdicts = [
        Verdict(labels.get(line[0], Label.PARAGRAPH if line == "~" else Label.BOILERPLATE), line == "~", "test", 1.0)
        for line in lines
    ]
    document = Document(RawDocument(b"", "a.txt"), TEXT, list(map(Block, texts)), language="en", verdicts=verdicts)
    return describe(document, PROSE).authors


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["because"])
def test_a_text_tells_who_signs_it(row: dict[str, list[str]]) -> None:
    assert authors_of(row["lines"]) == tuple(row["authors"])

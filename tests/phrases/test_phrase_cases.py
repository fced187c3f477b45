"""Lines in many languages and the label that phrases must give them, from every cases*.toml beside this file.

A row is ``[[case]]`` with `language`, `line` and `label`. A label must be among the matches that are more than a
hint. ``label = "none"`` says that nothing may match but hints and words inside the line: an article's own
sentence or heading.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from archiver.phrases import Kind, phrasebook

FILES = sorted(Path(__file__).parent.glob("cases*.toml"))
NONE = "none"
ASKED = {"share": 3, "byline": 3, "date": 3, "related": 3, "newsletter": 3, "comments": 3, NONE: 3}
"""The fewest rows of each label in each language."""

DECISIVE = frozenset({Kind.LINE, Kind.HEADING, Kind.START})


class Case(NamedTuple):
    language: str
    line: str
    label: str


CASES = [
    Case(**row) for file in FILES for row in tomllib.loads(file.read_text(encoding="utf-8"))["case"]
]  # a misspelt key is an error here


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.language}-{case.label}-{case.line[:30]}")
def test_case(case: Case) -> None:
    matches = phrasebook(case.language).match(case.line)
    if case.label == NONE:
        assert [match for match in matches if match.how in DECISIVE] == []
    else:
        assert case.label in [match.label for match in matches if match.how is not Kind.HINT], matches


@pytest.mark.parametrize("language", sorted({case.language for case in CASES}))
def test_every_language_has_rows_of_every_kind(language: str) -> None:
    rows = Counter(case.label for case in CASES if case.language == language)
    assert {label: rows[label] for label in ASKED if rows[label] < ASKED[label]} == {}


def test_no_case_twice() -> None:
    assert [line for line, times in Counter(case[:2] for case in CASES).items() if times > 1] == []

"""Lines in many languages and what phrases must say of them, from every cases*.toml beside this file.

A file holds one table a language and in it one array of lines a label: the label must be among a line's matches
that are more than a hint. The table ``near`` of a language holds, by the same labels, lines of articles that come
near: nothing may match them but hints and words inside the line. How many rows there must be is counted in
tests/test_clutter_cases.py.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from archiver.document import Label
from archiver.phrases import LANGUAGES, Kind, phrasebook

FILES = sorted(Path(__file__).parent.glob("cases*.toml"))
NEAR = "near"
DECISIVE = frozenset({Kind.LINE, Kind.HEADING, Kind.START})


class Case(NamedTuple):
    language: str
    label: str
    line: str
    is_near: bool


def read_cases() -> Iterator[Case]:
    for file in FILES:
        for language, labels in tomllib.loads(file.read_text(encoding="utf-8")).items():
            near = labels.pop(NEAR, {})
            for is_near, table in ((False, labels), (True, near)):
                for label, lines in table.items():
                    yield from (Case(language, label, line, is_near) for line in lines)


CASES = list(read_cases())


def identity(case: Case) -> str:
    return f"{case.language}-{'near ' * case.is_near}{case.label}-{case.line[:30]}"


@pytest.mark.parametrize("case", [case for case in CASES if not case.is_near], ids=identity)
def test_is_found(case: Case) -> None:
    matches = phrasebook(case.language).match(case.line)
    assert case.label in [match.label for match in matches if match.how is not Kind.HINT], matches


@pytest.mark.parametrize("case", [case for case in CASES if case.is_near], ids=identity)
def test_is_left_alone(case: Case) -> None:
    assert [match for match in phrasebook(case.language).match(case.line) if match.how in DECISIVE] == []


def test_languages_and_labels_exist() -> None:
    assert {case.language for case in CASES} == set(LANGUAGES)
    assert {case.label for case in CASES} <= set(Label)


def test_no_case_twice() -> None:
    lines = Counter((case.language, case.line) for case in CASES)
    assert [line for line, times in lines.items() if times > 1] == []

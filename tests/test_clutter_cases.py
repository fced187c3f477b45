"""How many cases each label has, and in how many languages, counted from the rows and documents themselves.

Rows are the lines of tests/phrases/cases*.toml, documents those of tests/normalizers/cases*.toml; each is explained
in its file. A document is a positive case of every label that it marks and a negative one of every label that it
is `near`; what is known to be missed counts for nothing.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from archiver.document import Family, Label
from archiver.phrases import LANGUAGES

TESTS = Path(__file__).parent
MAIN = (Label.SHARE, Label.BYLINE, Label.DATE, Label.RELATED, Label.NEWSLETTER, Label.COMMENTS)
LABELS = [label for label in Label if label.family is not Family.CONTENT and label is not Label.BOILERPLATE]
FEWEST_POSITIVE = 12
FEWEST_NEGATIVE = 8
FEWEST_LANGUAGES = 8
FEWEST_IN_A_LANGUAGE = 5
"""Positive cases of each main label in each of the languages."""

_MARKED = re.compile(r"\[([a-z_|]+)\] ")
_PROSE = re.compile(r"\{([a-z]{2})\}")


class Case(NamedTuple):
    label: str
    language: str
    is_positive: bool


def rows() -> Iterator[Case]:
    for table in _tables("phrases"):
        for language, labels in table.items():
            near = labels.pop("near", {})
            for is_positive, arrays in ((True, labels), (False, near)):
                for label, lines in arrays.items():
                    yield from [Case(label, language, is_positive)] * len(lines)


def documents() -> Iterator[Case]:
    for table in _tables("normalizers"):
        for case in table["case"]:
            source = case.get("text") or case["html"]
            language = _PROSE.findall(source)[0]
            if "missed" not in case:
                for label in sorted({label for marks in _MARKED.findall(source) for label in marks.split("|")}):
                    yield Case(label, language, True)
                for label in case.get("near", []):
                    yield Case(label, language, False)


def _tables(room: str) -> Iterator[dict[str, Any]]:
    for file in sorted((TESTS / room).glob("cases*.toml")):
        yield tomllib.loads(file.read_text(encoding="utf-8"))


CASES = [*rows(), *documents()]


@pytest.mark.parametrize("is_positive", [True, False], ids=["positive", "negative"])
@pytest.mark.parametrize("label", LABELS)
def test_every_label_has_its_cases(label: Label, is_positive: bool) -> None:
    languages = [case.language for case in CASES if case.label == label and case.is_positive == is_positive]
    assert len(languages) >= (FEWEST_POSITIVE if is_positive else FEWEST_NEGATIVE)
    assert len(set(languages)) >= FEWEST_LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("label", MAIN)
def test_main_labels_have_cases_in_every_language(label: Label, language: str) -> None:
    assert sum(case == Case(label, language, True) for case in CASES) >= FEWEST_IN_A_LANGUAGE

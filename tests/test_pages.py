"""Every document of seeds/, cleaned by the public functions, against what a person says is right.

A folder of tests/pages/ is a case: `expected.txt` is the cleaned text, character by character, and
`expected.json` the metadata that matter there, with the `source` and the beginnings of `removed` lines by label
(`a|b`: either is right, `*`: any is). What we miss stands in known_misses.toml and must fail until it is mended.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import archiver
from archiver.document import Family, Label
from archiver.record import Failure, Record, Rejection
from archiver.record_json import to_json
from archiver.settings import Settings
from archiver.sources import Piece, read_piece

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "tests" / "pages"
SEEDS = ROOT / "seeds"
ASPECTS = ("text", "metadata", "labels")
CASES = sorted(folder.name for folder in PAGES.iterdir() if folder.is_dir())
KNOWN_MISSES = tomllib.loads((PAGES / "known_misses.toml").read_text(encoding="utf-8"))
ABOUT_THE_CASE = ("source", "row", "removed")
NO_DOCUMENT = {"pixel.png"}


def parameters() -> Iterator[Any]:
    for case in CASES:
        for aspect in ASPECTS:
            reason = KNOWN_MISSES.get(aspect, {}).get(case)
            marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
            yield pytest.param(case, aspect, marks=marks, id=f"{case}-{aspect}")


@pytest.mark.parametrize(("case", "aspect"), list(parameters()))
def test_page(case: str, aspect: str) -> None:
    expected = expectations(case)
    record = cleaned(expected["source"], expected.get("row"))
    differences = {"text": text_differences, "metadata": metadata_differences, "labels": label_differences}[aspect]
    found = list(differences(case, record))
    if found:
        pytest.fail("\n".join([f"{expected['source']}, {aspect}:", *found]), pytrace=False)


def test_every_seed_has_a_case() -> None:
    sources = {Path(expectations(case)["source"]).name for case in CASES}
    assert {path.name for path in SEEDS.iterdir()} == sources | NO_DOCUMENT


@pytest.mark.parametrize("label", [label for label in Label if label.family is not Family.CONTENT])
def test_the_seeds_show_every_label_twice(label: Label) -> None:
    shown = [case for case in CASES if label in "|".join(expectations(case).get("removed", {})).split("|")]
    assert len(shown) >= 2


def test_known_misses_name_cases() -> None:
    assert set(KNOWN_MISSES) <= set(ASPECTS)
    for misses in KNOWN_MISSES.values():
        assert set(misses) <= set(CASES)


@cache
def expectations(case: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((PAGES / case / "expected.json").read_text(encoding="utf-8"))
    return facts


@cache
def cleaned(source: str, row: int | None) -> Record:
    if row is None:
        return archiver.clean(ROOT / source)
    result = cleaned_rows(source)[row]
    assert isinstance(result, Record), result
    return result


@cache
def cleaned_rows(source: str) -> list[Record | Rejection | Failure]:
    rows = read_piece(Piece(ROOT / source, source), Settings())
    return list(archiver.clean_many(rows))


def text_differences(case: str, record: Record) -> Iterator[str]:
    expected = (PAGES / case / "expected.txt").read_text(encoding="utf-8").removesuffix("\n")
    if record.text != expected:
        lines = (expected.split("\n"), record.text.split("\n"))
        yield from difflib.unified_diff(*lines, "expected", "found", n=1, lineterm="")
        yield f"({len(expected)} characters expected, {len(record.text)} found)"


def metadata_differences(case: str, record: Record) -> Iterator[str]:
    found = to_json(record)
    for key, value in expectations(case).items():
        if key not in ABOUT_THE_CASE and found[key] != value:
            yield f"{key}: {value!r} expected, {found[key]!r} found"


def begins_a_line(beginning: str, text: str) -> bool:
    """Whether a block, or an entry of a menu, begins so."""
    return any(line.startswith(beginning) for line in text.split("\n"))


def label_differences(case: str, record: Record) -> Iterator[str]:
    """Wrong names only: whether a block went is the text's affair, and `boilerplate` claims to know no name."""
    texts = [record.text[block.start : block.end] if block.text is None else block.text for block in record.blocks]
    for names, beginnings in expectations(case).get("removed", {}).items():
        right = {Label.BOILERPLATE, *names.split("|")}
        for beginning in beginnings:
            blocks = [block for block, text in zip(record.blocks, texts, strict=True) if begins_a_line(beginning, text)]
            named = [block for block in blocks if not block.kept]
            if not blocks:
                yield f"no block begins with: {beginning}"
            elif named and "*" not in right and right.isdisjoint(block.label for block in named):
                yield f"{names} expected, {named[0].label} by {named[0].by} found: {beginning}"

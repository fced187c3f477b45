"""Documents in a few lines, and the fate of every block of them, from every cases*.toml beside this file.

The notation is explained in cases.toml. How many cases there must be is counted in tests/test_clutter_cases.py.
"""

from __future__ import annotations

import re
import tomllib
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from archiver import explain
from archiver.document import HTML, TEXT, Document, Label, Normalizer, RawDocument
from archiver.normalizers import DEFAULT_NORMALIZERS
from archiver.segment import segment_html
from archiver.settings import Settings

FILES = sorted(Path(__file__).parent.glob("cases*.toml"))
TABLES: list[dict[str, Any]] = [tomllib.loads(file.read_text(encoding="utf-8")) for file in FILES]
CASES: list[dict[str, Any]] = [case for table in TABLES for case in table["case"]]
PROSE: dict[str, list[str]] = {
    language: texts for table in TABLES for language, texts in table.get("prose", {}).items()
}
RULES: dict[str, Normalizer] = {rule.__name__: rule for rule in DEFAULT_NORMALIZERS}  # type: ignore[attr-defined]
KEPT = "kept"

_MARK = re.compile(r"\[([a-z_|]+)\] ")
_PROSE = re.compile(r"\{([a-z]{2})\}")


def parameters() -> list[Any]:
    return [
        pytest.param(
            case,
            id=f"{case['rule']}: {case['name']}",
            marks=[pytest.mark.xfail(reason=case["missed"], strict=True)] if "missed" in case else [],
        )
        for case in CASES
    ]


@pytest.mark.parametrize("case", parameters())
def test_case(case: dict[str, Any]) -> None:
    document, expected = read(case)
    found = [verdict.label.value if not verdict.kept else KEPT for verdict in document.verdicts]
    wrong = [
        f"{block.text[:60]!r}: {got} by {verdict.by} {verdict.score}, not {wanted}"
        for block, verdict, got, wanted in zip(document.blocks, document.verdicts, found, expected, strict=True)
        if got not in wanted.split("|")
    ]
    assert not wrong, "\n".join(wrong)
    said = {(proposal.block, proposal.label.value) for proposal in RULES[case["rule"]](document)}
    if case.get("silent"):
        assert not said
    elif set(expected) != {KEPT}:
        assert any(label in expected[block].split("|") for block, label in said)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_cases_where_it_acts_and_where_it_must_not(rule: str) -> None:
    own = [case for case in CASES if case["rule"] == rule]
    acts = [_MARK.search(source_of(case)) and not case.get("silent") for case in own]
    assert any(acts)
    assert not all(acts)


def test_notation() -> None:
    labels = {label for case in CASES for found in _MARK.findall(source_of(case)) for label in found.split("|")}
    assert labels | {label for case in CASES for label in case.get("near", [])} <= set(Label)
    assert not [case["name"] for case in CASES if "near" in case and _MARK.search(source_of(case))]
    assert sum(len(table.get("prose", {})) for table in TABLES) == len(PROSE)
    assert len({case["name"] for case in CASES}) == len(CASES)
    assert {case["rule"] for case in CASES} == set(RULES)


def source_of(case: dict[str, Any]) -> str:
    source: str = case.get("text") or case["html"]
    return source.strip()


def read(case: dict[str, Any]) -> tuple[Document, list[str]]:
    """The judged document of a case, and what each of its blocks is expected to be."""
    prose = {language: cycle(paragraphs) for language, paragraphs in PROSE.items()}
    source = _PROSE.sub(lambda match: next(prose[match[1]]), source_of(case))
    if "html" in case:
        marked = [block.text for block in segment_html(source, RawDocument(b"", "a"), Settings()).blocks]
        document = explain(_MARK.sub("", source), media_type=HTML)
    else:
        marked = source.split("\n")
        document = explain(_MARK.sub("", ("\n" if case.get("tight") else "\n\n").join(marked)), media_type=TEXT)
    return document, [match[1] if (match := _MARK.match(text)) else KEPT for text in marked]

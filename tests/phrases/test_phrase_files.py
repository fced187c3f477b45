"""What holds for every phrase file: its form, no phrase written twice, lines that a person can read."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from archiver.document import Family, Label
from archiver.errors import UsageError
from archiver.phrases import LANGUAGES, Kind, Phrase, check_user_phrases, phrasebook, user_phrases
from archiver.phrases.files import networks, read_language, read_phrases, read_tables
from archiver.phrases.folding import fold, fold_phrase

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "archiver" / "phrases"
SCHEMA = json.loads((ROOT / "schemas" / "phrases.schema.json").read_text(encoding="utf-8"))
FILES = sorted({*LANGUAGES, "und"})
WIDEST_LINE = 110
FEWEST_PHRASES = 100
WHOLE_LINE = frozenset({Kind.LINE, Kind.HEADING, Kind.HINT})


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(SCHEMA)
    return Draft202012Validator(SCHEMA)


def test_every_file_belongs_to_a_language() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.toml")) == sorted([*FILES, "networks"])


@pytest.mark.parametrize("language", FILES)
def test_follows_the_schema(validator: Draft202012Validator, language: str) -> None:
    table = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    assert [error.message for error in validator.iter_errors(table)] == []


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"paragraph": {"line": ["words"]}},
        {"share": {}},
        {"share": {"line": []}},
        {"share": {"lines": ["share"]}},
        {"share": {"line": "share"}},
        {"share": {"line": ["share", "share"]}},
        {"share": {"line": [" share"]}},
        {"share": {"line": ["share on {place}"]}},
        {"share": {"line": ['"share"']}},
        {"byline": {"line": ["{name} and {name}"]}},
        {"share": {"anywhere": ["share on {network}"]}},
        {"share": {"line": ["s" * 101]}},
    ],
)
def test_the_schema_refuses(validator: Draft202012Validator, table: dict[str, Any]) -> None:
    assert list(validator.iter_errors(table))


def test_the_schema_knows_the_labels_and_kinds() -> None:
    assert set(SCHEMA["$defs"]["table"]["properties"]) == set(Kind)
    nameless = {Label.DUPLICATE, Label.BOILERPLATE, Label.TITLE, Label.SUBTITLE, Label.SECTION}
    assert set(SCHEMA["properties"]) == {label for label in Label if label.family is not Family.CONTENT} - nameless


@pytest.mark.parametrize("language", FILES)
def test_no_phrase_stands_twice(language: str) -> None:
    """As a whole line a phrase means one thing; it may stand once more as a beginning, and once inside a line."""
    forms = Counter(_form(phrase) for phrase in read_language(language))
    assert [form for form, times in forms.items() if times > 1] == []


def _form(phrase: Phrase) -> tuple[str, str]:
    if phrase.kind not in WHOLE_LINE:
        return phrase.kind, fold_phrase(phrase.text)
    open_slot = re.search(r"\{(?:name|date|site)\}", phrase.text)
    return "whole", fold_phrase(phrase.text) if open_slot else fold(phrase.text.replace("{n}", "0")).lower()


@pytest.mark.parametrize("language", FILES)
def test_every_phrase_has_something_to_match(language: str) -> None:
    for phrase in read_language(language):
        words = re.sub(r"\{(?!network)\w+\}", "", phrase.text)
        assert re.search(r"\w|[©ⓒ]", words), phrase


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_share(language: str) -> None:
    phrases = read_language(language)
    assert len(phrases) >= FEWEST_PHRASES
    assert {phrase.label for phrase in phrases} == set(SCHEMA["properties"])


@pytest.mark.parametrize("name", [*FILES, "networks"])
def test_lines_are_short(name: str) -> None:
    lines = (FOLDER / f"{name}.toml").read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines, start=1) if len(line) > WIDEST_LINE] == []


@pytest.mark.parametrize("language", FILES)
def test_the_source_of_a_phrase_is_its_line(language: str) -> None:
    lines = (FOLDER / f"{language}.toml").read_text(encoding="utf-8").splitlines()
    for phrase in read_language(language):
        name, _, number = phrase.source.partition(":")
        assert name == f"{language}.toml"
        assert f'"{phrase.text}"' in lines[int(number) - 1]


def test_networks_are_named_once() -> None:
    assert [name for name, times in Counter(map(fold_phrase, networks())).items() if times > 1] == []


def test_escaped_strings_are_refused() -> None:
    with pytest.raises(UsageError, match=r"x\.toml: write every phrase as a plain"):
        read_phrases("[share]\nline = ['share']\n", "x.toml")


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"shares": {"line": ["share"]}}, "shares is no label; labels are"),
        ({"share": {"lines": ["share"]}}, r"\[share\] lines is unknown; a table has"),
        ({"share": {"line": "share"}}, r"\[share\] line is not a list of phrases"),
        ({"share": {"line": [""]}}, r"\[share\] line is not a list of phrases"),
        ({"share": {"line": [1]}}, r"\[share\] line is not a list of phrases"),
    ],
)
def test_bad_tables_are_named(tables: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_tables(tables, "archiver.toml")


def test_a_user_adds_and_silences_phrases() -> None:
    own = user_phrases({"en": {"promo": {"line": ["ring the bell"]}}}, ["Read More"])
    book = phrasebook("en-GB", own)
    [match] = book.match("Ring the bell!")
    assert (match.label, match.how, match.source) == (Label.PROMO, Kind.LINE, "phrases.en.promo")
    assert book.match("Read more") == ()
    assert phrasebook("en").match("Read more") != ()
    assert phrasebook("fr", own).match("Ring the bell!") == ()


@pytest.mark.parametrize("language", ["hr", "bs", "sr-Latn", "sh"])
def test_croatian_and_serbian_are_read_beside_each_other(language: str) -> None:
    for line in ("Najčitanije vijesti", "Najčitanije vesti"):
        [match] = phrasebook(language).match(line)
        assert (match.label, match.how) == (Label.RELATED, Kind.HEADING)


@pytest.mark.parametrize("language", ["bn", "fa", "he", "hi", "id", "ms", "th", "ur", "vi"])
def test_a_user_adds_to_every_language(language: str) -> None:
    added = {language: {"promo": {"line": ["ring the bell"]}}}
    check_user_phrases(added, [])
    assert phrasebook(language, user_phrases(added, [])).match("Ring the bell!") != ()


def test_a_language_without_phrases_is_named() -> None:
    with pytest.raises(UsageError, match=r"setting phrases\.xx: known languages are ar, "):
        check_user_phrases({"xx": {"promo": {"line": ["ring the bell"]}}}, [])

"""Documents that want to hurt: each comes to an end, with a record, or with a failure that names the limit."""

from __future__ import annotations

from typing import Any

import pytest

from archiver import clean_many
from archiver.document import HTML, TEXT
from archiver.record import Failure, Record
from archiver.settings import Limits, Settings

PROSE = (
    "The keeper climbed the tower every evening, lit the lamp, and wrote the hour into his book. "
    "On Sundays, when the wind allowed it, he read to the gulls."
)
P = f"<p>{PROSE}</p>"

PAGES = {
    "nested-blocks": "<div>" * 200_000 + P,
    "nested-inlines": "<b>" * 200_000 + P,
    "nested-lists": "<ul><li>" * 50_000 + P,
    "nested-tables": "<table><tr><td>" * 10_000 + P,
    "nested-drawings": "<svg>" * 50_000 + "</svg>" * 50_000 + P,
    "nested-items": "<div itemprop=a>" * 20_000 + P,
    "formatting-reopened": "<p><b><i>" * 5_000 + P,
    "attributes": "<p " + " ".join(f"a{number}=x" for number in range(100_000)) + ">" + P,
    "long-attribute": "<p class='" + "a b " * 2_500_000 + "'>" + P,
    "long-address": "<p><a href='" + "a" * 10_000_000 + "'>x</a>" + P,
    "entities": "<p>" + "&amp;&#x41;&bogus;" * 100_000 + P * 3,
    "ampersands": "<p>" + "&" * 1_000_000 + P,
    "angle-brackets": "<" * 500_000 + P,
    "unclosed-comment": P + "<!-- " + "-" * 1_000_000,
    "declarations": "<!" * 200_000 + ">" + P,
    "long-word": "<p>" + "a" * 1_000_000 + P,
    "white-space": "<p>" + " \t\n" * 1_000_000 + P,
    "nuls": "<p>a\0b<di\0v>" + P + "\0" * 1_000,
    "surrogates": "<p>a \ud800 b \udfff &#xd800; c</p>" + P,
    "base-that-is-no-address": "<base href='http://[x'><p><a href='y'>a</a> <img src='http://]'>" + P,
    "deep-json-ld": '<script type="application/ld+json">' + '{"@graph":[' * 900 + "]}" * 900 + "</script>" + P,
    "surrogates-in-json-ld": '<script type="application/ld+json">{"@type":"Article","headline":"\\ud800 a"}</script>'
    + P,
}
TEXTS = {
    "long-word": "a" * 1_000_000 + "\n\n" + PROSE,
    "white-space": " " * 1_000_000 + PROSE,
    "controls": "\0\x01\x02\x7f\x85\ufeff\ufffe" + PROSE,
    "surrogates": "a \ud800 b \udfff\n" + PROSE,
    "tabs": "\t" * 500_000 + PROSE,
    "brackets": ">" * 500_000 + "\n" + PROSE,
    "pipes": "|" * 500_000 + "\n" + PROSE,
    "marks": "e" + "\u0301" * 100_000 + " " + PROSE,
    "crumbs": "a > " * 50_000 + "\n\n" + PROSE,
    "addresses": "http://" * 100_000 + "\n\n" + PROSE,
}


def cleaned(document: str, media_type: str, **settings: Any) -> object:
    (result,) = clean_many([document], media_type=media_type, settings=Settings(**settings))
    return result


@pytest.mark.parametrize("name", PAGES)
def test_pages(name: str) -> None:
    record = cleaned("<html><body>" + PAGES[name], HTML)
    assert isinstance(record, Record), record
    assert PROSE in record.text


@pytest.mark.parametrize("name", TEXTS)
def test_texts(name: str) -> None:
    record = cleaned(TEXTS[name], TEXT)
    assert isinstance(record, Record), record
    assert PROSE in record.text


@pytest.mark.parametrize(
    ("document", "media_type", "limits", "stage", "code", "named"),
    [
        ("<div>" * 200 + P, HTML, Limits(depth=100), "segment", "too-deep", "limits.depth = 100"),
        ("<b>" * 200 + P, HTML, Limits(depth=100), "segment", "too-deep", "limits.depth = 100"),
        ("<p>a" * 200_001, HTML, Limits(), "segment", "too-many-blocks", "limits.blocks = 200000"),
        ("a b\n" * 200_001, TEXT, Limits(), "segment", "too-many-blocks", "limits.blocks = 200000"),
        ("a b\n" * 100 + "a" * 101, TEXT, Limits(line_chars=100), "decode", "line-too-long", "limits.line_chars = 100"),
        (P, HTML, Limits(input_bytes=100), "decode", "too-large", "limits.input_bytes = 100"),
    ],
)
def test_limits(document: str, media_type: str, limits: Limits, stage: str, code: str, named: str) -> None:
    failure = cleaned(document, media_type, limits=limits)
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.code) == (stage, code)
    assert named in failure.message


def test_the_slow_back_end_reads_nested_pages_too() -> None:
    record = cleaned("<html><body>" + "<div>" * 900 + P, HTML, parser="html5lib")
    assert isinstance(record, Record)
    assert record.text == PROSE

"""Features: their shape and names, values that can be worked out by hand, and documents that have next to nothing."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import archiver
from archiver.document import HTML, TEXT, Block, Document, Element, Label, RawDocument
from archiver.features import FEATURES, PROSE_WORDS, features
from archiver.scorer import DECIMALS, score
from archiver.segment import segment_html, segment_text
from archiver.settings import Settings

SOURCE = RawDocument(b"", "a")
TWELVE = "One two three, four five six; seven eight nine ten eleven twelve."
PAGE = (
    f"<main class='content'><h1>A Ferry</h1><p>{TWELVE}</p><p>{TWELVE}</p></main>"
    "<footer class='footer'><a href=/>Home page</a></footer>"
)


def page(html: str) -> Document:
    return segment_html(html, SOURCE, Settings())


def text(lines: str) -> Document:
    return segment_text(lines, SOURCE, Settings())


def named(document: Document) -> dict[str, list[float]]:
    return dict(zip(FEATURES, features(document).T.tolist(), strict=True))


def test_names_are_unique() -> None:
    assert len(set(FEATURES)) == len(FEATURES)


@pytest.mark.parametrize("document", [page(PAGE), text(f"A Ferry\n\n{TWELVE}\n")], ids=["page", "text"])
def test_shape(document: Document) -> None:
    assert features(document).shape == (len(document.blocks), len(FEATURES))
    (scores,) = score([document])
    assert scores.shape == (len(document.blocks),)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("log_words", [math.log1p(2), math.log1p(12), math.log1p(12), math.log1p(2)]),
        ("link_density", [0, 0, 0, 1]),
        ("ends_sentence", [0, 1, 1, 0]),
        ("commas", [0, 2 / 12, 2 / 12, 0]),
        ("digits", [0, 0, 0, 0]),
        ("capitals", [1, 1 / 12, 1 / 12, 1 / 2]),
        ("in_link", [0, 0, 0, 1]),
        ("kind_heading", [1, 0, 0, 0]),
        ("words_-1", [0, math.log1p(2), math.log1p(12), math.log1p(12)]),
        ("words_+1", [math.log1p(12), math.log1p(12), math.log1p(2), 0]),
        ("words_-2", [0, 0, math.log1p(2), math.log1p(12)]),
        ("links_+1", [0, 0, 1, 0]),
        ("position", [0, 1 / 3, 2 / 3, 1]),
        ("prose_before", [0, 0, 0.5, 1]),
        ("prose_after", [1, 0.5, 0, 0]),
        ("since_prose", [math.log1p(1), math.log1p(0), math.log1p(0), math.log1p(1)]),
        ("until_prose", [math.log1p(1), math.log1p(0), math.log1p(0), math.log1p(1)]),
        ("short_run", [math.log1p(1), 0, 0, math.log1p(1)]),
        ("page_words", [math.log1p(28)] * 4),
        ("inside_seed", [1, 1, 1, 0]),
        ("climb", [0, 0, 0, 1]),
        ("depth", [4, 4, 4, 3]),
        ("share_1", [26 / 28, 26 / 28, 26 / 28, 1]),
        ("content_own", [0, 0, 0, 0]),
        ("in_main", [1, 1, 1, 0]),
        ("in_footer", [0, 0, 0, 1]),
        ("in_p", [0, 1, 1, 0]),
        ("peers", [math.log1p(1), math.log1p(2), math.log1p(2), math.log1p(1)]),
    ],
)
def test_values_worked_out_by_hand(name: str, values: list[float]) -> None:
    assert named(page(PAGE))[name] == pytest.approx(values)


def test_a_text_has_no_structure() -> None:
    found = named(text(f"A Ferry\n\n{TWELVE}\n"))
    assert found["log_words"] == pytest.approx([math.log1p(2), math.log1p(12), 0])
    structure = FEATURES[FEATURES.index("inside_seed") :]
    assert not any(any(found[name]) for name in structure)


def test_prose_has_a_least_length_and_few_links() -> None:
    shorter = TWELVE.replace(" twelve", "")
    assert PROSE_WORDS == 12
    assert named(text(f"{shorter}\n{TWELVE}"))["prose_before"] == [0, 0]
    assert named(page(f"<p><a href=x>{TWELVE}</a><p>{TWELVE}<p>x"))["prose_before"] == [0, 0, 1]


DEGENERATE = {
    "no-block": page(""),
    "one-block": page("x"),
    "one-word": text("x"),
    "only-white-space": text(" \n "),
    "no-prose": page("<ul><li>a<li>b<li>c</ul>"),
    "all-links": page("<a href=x>a</a><p><a href=y>b</a>"),
    "marks-only": page("<p>…<p>—<p>\u200b"),
    "empty-blocks": Document(SOURCE, TEXT, [Block(""), Block("", "\n")]),
    "emptied-by-repair": Document(SOURCE, HTML, [Block("", link_chars=3, element=Element("p", (), None, 0, 0))]),
    "long-word": page("<p>" + "a" * 100_000),
    "same-depth": page("<p>a</p>" * 50),
    "deep": page("<div>" * 400 + "a"),
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_next_to_nothing_gives_numbers_nevertheless(name: str) -> None:
    document = DEGENERATE[name]
    matrix = features(document)
    assert matrix.shape == (len(document.blocks), len(FEATURES))
    assert np.isfinite(matrix).all()
    (scores,) = score([document])
    assert ((scores >= 0) & (scores <= 1)).all()


BITS = (
    "<div class=ad>",
    "</div>",
    "<p>",
    "<table><tr><td>a<td>",
    "<ul><li>",
    TWELVE,
    "x",
    "<a href=y>",
    "<h2>",
    "<article>",
)


@given(st.lists(st.sampled_from(BITS), max_size=30).map("".join))
def test_any_page_gives_numbers(html: str) -> None:
    document = page(html)
    matrix = features(document)
    assert np.isfinite(matrix).all()
    assert (np.abs(matrix) < 1_000).all()
    (scores,) = score([document])
    assert (np.round(scores, DECIMALS) == scores).all()


def test_scores_do_not_depend_on_company() -> None:
    documents = [page(PAGE), text(TWELVE), page("x")]
    together = score(documents)
    for document, scores in zip(documents, together, strict=True):
        assert score([document])[0].tolist() == scores.tolist()


@pytest.mark.parametrize("model", ["html", "text"])
def test_every_weight_is_of_a_feature(model: str) -> None:
    weights = tomllib.loads((Path(archiver.__file__).parent / "scorer" / "weights.toml").read_text(encoding="utf-8"))
    assert weights[model].keys() <= {*FEATURES, "bias"}
    assert "bias" in weights[model]


def test_prose_is_more_likely_content_than_a_footer() -> None:
    (scores,) = score([page(PAGE)])
    assert scores[1] > 0.5 > scores[3]


def test_kinds_have_a_feature() -> None:
    assert {name.removeprefix("kind_") for name in FEATURES if name.startswith("kind_")} <= set(Label)

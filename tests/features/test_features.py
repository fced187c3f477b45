"""Features: their shape and names, values that can be worked out by hand, and documents that have next to nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.document import HTML, TEXT, Block, Document, Element, Head, Label, Proposal, RawDocument
from archiver.features import FEATURES, PROSE_WORDS, Learned, features, gather
from archiver.features.witness import embedded_text
from archiver.segment import segment_html, segment_text
from archiver.settings import Settings

SOURCE = RawDocument(b"", "a")
TWELVE = "One two three, four five six; seven eight nine ten eleven twelve."
PAGE = (
    f"<main class='content'><h1>A Ferry</h1><p>{TWELVE}</p><p>{TWELVE}</p></main>"
    "<footer class='footer'><a href=/>Home page</a></footer>"
)
LONG = " ".join(f"word{number}" for number in range(40)) + "."

LEARNED = Learned(
    {"content": 2.0, "footer": -3.0, "<p>": 1.0}, {"home": -2.0, "page": -1.0, "home page": -3.0, "ferry": 1.0}
)


def page(html: str) -> Document:
    return segment_html(html, SOURCE, Settings())


def text(lines: str) -> Document:
    return segment_text(lines, SOURCE, Settings())


def matrix_of(document: Document, proposals: list[Proposal] | None = None) -> np.ndarray:  # type: ignore[type-arg]
    return features(gather([document]), [proposals or []], LEARNED)


def named(document: Document, proposals: list[Proposal] | None = None) -> dict[str, list[float]]:
    return dict(zip(FEATURES, matrix_of(document, proposals).T.tolist(), strict=True))


def test_names_are_unique() -> None:
    assert len(set(FEATURES)) == len(FEATURES)


@pytest.mark.parametrize("document", [page(PAGE), text(f"A Ferry\n\n{TWELVE}\n")], ids=["page", "text"])
def test_shape(document: Document) -> None:
    assert matrix_of(document).shape == (len(document.blocks), len(FEATURES))


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
        ("level", [1, 0, 0, 0]),
        ("kind_heading", [1, 0, 0, 0]),
        ("words_-1", [0, math.log1p(2), math.log1p(12), math.log1p(12)]),
        ("words_+1", [math.log1p(12), math.log1p(12), math.log1p(2), 0]),
        ("words_-2", [0, 0, math.log1p(2), math.log1p(12)]),
        ("links_+1", [0, 0, 1, 0]),
        ("position", [0, 1 / 3, 2 / 3, 1]),
        ("prose_before", [0, 0, 0.5, 1]),
        ("prose_after", [1, 0.5, 0, 0]),
        ("page_words", [math.log1p(28)] * 4),
        ("inside_seed", [1, 1, 1, 0]),
        ("climb", [0, 0, 0, 1]),
        ("depth", [4, 4, 4, 3]),
        ("after_seed", [0, 0, 0, 1]),
        ("share_1", [26 / 28, 26 / 28, 26 / 28, 1]),
        ("in_main", [1, 1, 1, 0]),
        ("in_footer", [0, 0, 0, 1]),
        ("is_p", [0, 1, 1, 0]),
        ("peers", [math.log1p(1), math.log1p(2), math.log1p(2), math.log1p(1)]),
        ("clutter_own", [0, 0, 0, 1]),
        ("class_own", [0, 1, 1, -3]),
        ("class_parent", [2, 2, 2, 0]),
        ("class_most", [2, 2, 2, 0]),
        ("class_least", [0, 0, 0, -3]),
        ("words_mean", [1 / 4, 0, 0, -6 / 4]),
        ("words_least", [1, 0, 0, -3]),
        ("words_most", [1, 0, 0, -1]),
        ("words_known", [1 / 2, 0, 0, 3 / 2]),
        ("words_first", [0, 0, 0, -2]),
        ("words_last", [1, 0, 0, -1]),
        ("repeats", [0, math.log1p(1), math.log1p(1), 0]),
        ("repeated", [0, 0, 1, 0]),
    ],
)
def test_values_worked_out_by_hand(name: str, values: list[float]) -> None:
    assert named(page(PAGE))[name] == pytest.approx(values)


def test_a_text_has_no_structure() -> None:
    found = named(text(f"A Ferry\n\n{TWELVE}\n"))
    assert found["log_words"] == pytest.approx([math.log1p(2), math.log1p(12), 0])
    for name in ("climb", "in_main", "clutter_up", "sibling_rank", "class_sum", "is_p"):
        assert not any(found[name])


def test_elements_that_differ_in_numbers_look_alike() -> None:
    alike = named(page("<div class='post p-1'><p>One.</p></div><div class='post p-2'><p>Two.</p></div>"))
    apart = named(page("<div class='post'><p>One.</p></div><div class='teaser'><p>Two.</p></div>"))
    assert alike["peers"] == pytest.approx([math.log1p(2)] * 2)
    assert apart["peers"] == pytest.approx([math.log1p(1)] * 2)


def test_the_words_of_prose_are_not_looked_at() -> None:
    assert named(text(f"home {LONG}"))["words_mean"] == [0]
    assert named(text("home page"))["words_mean"] == [-1.5]


def test_prose_has_a_least_length_and_few_links() -> None:
    shorter = TWELVE.replace(" twelve", "")
    assert PROSE_WORDS == 12
    assert named(text(f"{shorter}\n{TWELVE}"))["prose_before"] == [0, 0]
    assert named(page(f"<p><a href=x>{TWELVE}</a><p>{TWELVE}<p>x"))["prose_before"] == [0, 0, 1]


def test_the_second_of_two_articles_that_look_alike() -> None:
    twice = "".join(f"<article class=story><p>{LONG}</p></article>" for _ in range(2))
    found = named(page(f"<body>{twice}<aside><p>x</p></aside>"))
    assert found["sibling_rank"] == pytest.approx([0, math.log1p(1), 0])
    assert found["siblings"] == pytest.approx([math.log1p(1), math.log1p(1), 0])


def test_what_normalizers_say_reaches_the_model() -> None:
    proposals = [Proposal(3, Label.NAVIGATION, "rule", 0.7), Proposal(3, Label.NAVIGATION, "other", 0.6)]
    proposals += [Proposal(1, Label.PARAGRAPH, "guard", 0.8), Proposal(0, Label.TITLE, "headline", 0.95)]
    found = named(page(PAGE), proposals)
    assert found["claim_navigation"] == pytest.approx([0, 0, 0, 0.7])
    assert found["plea"] == pytest.approx([0, 0.8, 0, 0])
    assert found["claim_any"] == pytest.approx([0.95, 0, 0, 0.7])
    assert found["claims_+1"] == pytest.approx([0, 0, 0.7, 0])
    assert found["title_seen"] == [0, 1, 1, 1]


@pytest.mark.parametrize(
    ("json_ld", "found"),
    [
        ({"articleBody": f"{LONG} {LONG}"}, True),
        ({"@graph": [{"@type": "Thing"}, {"articleBody": f"{LONG} {LONG}"}]}, True),
        ({"articleBody": LONG}, False),
        ({"articleBody": [LONG, LONG]}, False),
        ({"headline": f"{LONG} {LONG}"}, False),
    ],
)
def test_embedded_text(json_ld: dict[str, object], found: bool) -> None:
    document = Document(SOURCE, HTML, [Block(LONG)], Head(json_ld=(json_ld,)))  # type: ignore[arg-type]
    assert bool(embedded_text(document)) == found


def test_deeply_nested_json_is_left_alone() -> None:
    nested: object = {"articleBody": f"{LONG} {LONG}"}
    for _ in range(500):
        nested = [nested]
    assert embedded_text(Document(SOURCE, HTML, [], Head(json_ld=(nested,)))) == ""  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "prose",
    [
        "The ferry left the harbour, and the pilot, who knew the children, waved to the quay and to the old crane.",
        "Το πλοίο άφησε το λιμάνι, και το παιδί που ήταν στο μόλο είδε το φως και το νησί, και το κύμα, και το δίχτυ.",
        "Meli iliondoka na watoto wa kijiji, na nahodha wa meli, na mama wa watoto, na samaki wa ziwa.",
        "那天夜里，老人的船在河的对岸，他的灯在水里，镇上的人在桥上，看着河水，想着他的船。",
    ],
    ids=["English", "Greek", "Swahili", "Chinese"],
)
def test_the_small_words_of_a_document_are_its_commonest(prose: str) -> None:
    found = named(text(f"{prose}\n{prose}\n\nHarbour News Xylophone"))
    assert list(found["has_small"]) == [1, 1, 1]
    assert found["small_words"][0] == pytest.approx(found["small_words"][1])
    assert 0.3 < found["small_words"][0] < 0.7
    assert found["small_words"][2] == 0
    assert found["small_to_page"][0] == pytest.approx(0)


@pytest.mark.parametrize("line", ["Harbour, Ferry, Pier", "เรือออกจากท่าเรือตอนเจ็ดโมงเช้าเหมือนทุกวัน"])
def test_a_document_without_prose_or_spaces_has_no_small_words(line: str) -> None:
    found = named(text(line))
    assert (found["has_small"], found["small_words"]) == ([0], [0])


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
    "beyond-the-basic-plane": page("<p>😀𠀀𝒳 one"),
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_next_to_nothing_gives_numbers_nevertheless(name: str) -> None:
    document = DEGENERATE[name]
    matrix = matrix_of(document)
    assert matrix.shape == (len(document.blocks), len(FEATURES))
    assert np.isfinite(matrix).all()


def test_documents_of_a_batch_do_not_touch() -> None:
    documents = [text(f"{TWELVE}\nx"), *DEGENERATE.values(), page(PAGE)]
    together = features(gather(documents), [[] for _ in documents], LEARNED)
    start = 0
    for document in documents:
        alone = features(gather([document]), [[]], LEARNED)
        np.testing.assert_allclose(together[start : start + len(document.blocks)], alone, atol=1e-5)
        start += len(document.blocks)


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
    matrix = matrix_of(page(html))
    assert np.isfinite(matrix).all()
    assert (np.abs(matrix) < 1_000).all()


def test_kinds_have_a_feature() -> None:
    assert {name.removeprefix("kind_") for name in FEATURES if name.startswith("kind_")} <= set(Label)

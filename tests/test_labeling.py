"""Proposals and scores in, verdicts out. A row of a table is one block, what is said of it, and what comes of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.document import HTML, TEXT, Block, Document, Element, Family, Label, Proposal, RawDocument, Verdict
from archiver.labeling import OWN_SAY, judge
from archiver.settings import Settings

SOURCE = RawDocument(b"", "a")
SENTENCE = "The council met on Tuesday evening, and the talk was of little else than the old bridge."
P, H, CODE = Label.PARAGRAPH, Label.HEADING, Label.CODE


def judged(
    blocks: list[Block],
    scores: list[float],
    proposals: list[Proposal],
    media_type: str = HTML,
    settings: Settings | None = None,
    words: int = 1_000,
) -> list[Verdict]:
    document = Document(SOURCE, media_type, blocks)
    document.word_counts = [words] * len(blocks)
    return judge(document, proposals, np.array(scores, float), settings or Settings())


def verdict(
    said: list[tuple[Label, float]],
    score: float,
    kind: Label = P,
    text: str = SENTENCE,
    settings: Settings | None = None,
) -> Verdict:
    """What is decided about a block that stands before a paragraph that stays."""
    proposals = [Proposal(0, label, f"rule{number}", sure) for number, (label, sure) in enumerate(said)]
    keeper = Proposal(1, P, "keeper", 1.0)
    blocks = [Block(text, kind=kind, level=int(kind is H)), Block(SENTENCE, "\n\n")]
    return judged(blocks, [score, 0.5], [*proposals, keeper], settings=settings)[0]


ROWS = [
    # what is said, the scorer's score, label, kept, who decided, how sure
    ("scorer-keeps", [], 0.8, P, True, "scorer", 0.8),
    ("scorer-removes", [], 0.2, Label.BOILERPLATE, False, "scorer", 0.8),
    ("own-say-beats-the-scorer", [(Label.SHARE, 0.95)], 0.999, Label.SHARE, False, "rule0", 0.95),
    ("own-say-for-content", [(P, 0.95)], 0.1, P, True, "rule0", 0.95),
    ("own-say-begins-here", [(Label.SHARE, OWN_SAY)], 0.499, Label.SHARE, False, "rule0", OWN_SAY),
    ("the-scorer-overrules-a-weak-rule", [(Label.SHARE, 0.9)], 0.55, P, True, "scorer", 0.55),
    ("but-not-a-firm-one", [(Label.SHARE, 0.91)], 0.999, Label.SHARE, False, "rule0", 0.91),
    ("and-a-plea-that-has-no-chance", [(P, 0.99)], 0.099, Label.BOILERPLATE, False, "scorer", 0.901),
    ("but-not-what-a-user-has-marked", [(P, 1.0), (Label.NEWSLETTER, 0.95)], 0.0, P, True, "rule0", 1.0),
    ("the-surest-has-the-say", [(Label.SHARE, 0.91), (Label.AD, 0.97)], 0.9, Label.AD, False, "rule1", 0.97),
    ("content-may-be-the-surest", [(Label.SHARE, 0.91), (P, 0.97)], 0.1, P, True, "rule1", 0.97),
    ("the-first-of-equals", [(Label.SHARE, 0.95), (Label.AD, 0.95)], 0.5, Label.SHARE, False, "rule0", 0.95),
    ("a-vote-speaks-through-the-scorer", [(Label.SHARE, 0.75)], 0.95, P, True, "scorer", 0.95),
    ("a-vote-names-what-the-scorer-removes", [(Label.SHARE, 0.3)], 0.4, Label.SHARE, False, "rule0", 0.6),
    ("a-plea-speaks-through-the-scorer-too", [(P, 0.8)], 0.4, Label.BOILERPLATE, False, "scorer", 0.6),
    ("the-surest-vote-names-it", [(Label.NAVIGATION, 0.6), (Label.AD, 0.7)], 0.3, Label.AD, False, "rule1", 0.7),
    ("metadata-is-a-name-too", [(Label.TITLE, 0.8)], 0.2, Label.TITLE, False, "rule0", 0.8),
    ("what-may-be-the-title-stays-as-such", [(Label.TITLE, 0.8)], 0.8, Label.TITLE, True, "rule0", 0.8),
]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "score", "label", "kept", "by", "sure"), [pytest.param(*row[1:], id=row[0]) for row in ROWS]
)
def test_verdicts(
    said: list[tuple[Label, float]], score: float, label: Label, kept: bool, by: str, sure: float
) -> None:
    found = verdict(said, score)
    assert (found.label, found.kept, found.by, found.score) == (label, kept, by, sure)


@pytest.mark.parametrize(
    ("said", "score", "settings", "label", "kept"),
    [
        ([(Label.CAPTION, 0.95)], 0.5, Settings(), Label.CAPTION, False),
        ([(Label.CAPTION, 0.95)], 0.5, Settings(keep=("caption",)), Label.CAPTION, True),
        ([], 0.1, Settings(keep=("boilerplate",)), Label.BOILERPLATE, True),
        ([], 0.9, Settings(drop=("paragraph",)), P, False),
        ([], 0.9, Settings(drop=("heading",)), P, True),
        ([], 0.9, Settings(keep=("paragraph",), drop=("paragraph",)), P, True),
    ],
)
def test_settings_have_the_last_word_on_what_stays(
    said: list[tuple[Label, float]], score: float, settings: Settings, label: Label, kept: bool
) -> None:
    found = verdict(said, score, settings=settings)
    assert (found.label, found.kept) == (label, kept)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("A short history of the old bridge", False),
        ("The old bridge will be closed in May.", True),
        ("Will it ever open again?", True),
        ("“It will not.”", True),
        ("橋は五月に閉鎖される。", True),
        ("يغلق الجسر في مايو؟", True),
        ("Who pays:", False),
    ],
)
def test_a_subtitle_that_is_a_sentence_stays(text: str, kept: bool) -> None:
    found = verdict([(Label.SUBTITLE, 0.95)], 0.9, text=text)
    assert (found.label, found.kept) == (Label.SUBTITLE, kept)


@pytest.mark.parametrize("kind", [P, CODE, Label.LIST_ITEM, Label.QUOTE])
def test_a_plea_keeps_a_block_as_what_it_is(kind: Label) -> None:
    assert verdict([(P, 0.95)], 0.1, kind=kind).label is kind
    assert verdict([(Label.TABLE, 0.95)], 0.1, kind=kind).label is Label.TABLE


def test_a_heading_stays_as_long_as_the_model_says_so() -> None:
    blocks = [Block("A Heading", kind=H, level=2), Block(SENTENCE)]
    assert [judged(blocks, [score, 0.1], [])[0].kept for score in (0.549, 0.55)] == [False, True]


@pytest.mark.parametrize(
    ("scores", "link_chars", "kept"),
    [
        ([0.3, 0.9], 0, True),
        ([0.1, 0.9], 0, False),  # the model was sure
        ([0.3, 0.1, 0.9], 6, True),  # a link that edits the section stands between
        ([0.3, 0.1, 0.9], 0, False),
    ],
)
def test_a_heading_that_the_model_doubts_stays_above_what_stays(
    scores: list[float], link_chars: int, kept: bool
) -> None:
    between = [Block("[edit]", link_chars=link_chars)] * (len(scores) - 2)
    blocks = [Block("A Heading", kind=H, level=2), *between, Block(SENTENCE)]
    assert judged(blocks, scores, [])[0].kept == kept


def test_prose_that_no_rule_claimed_comes_back_before_nothing_is_left() -> None:
    blocks = [Block(SENTENCE), Block("Menu"), Block(SENTENCE), Block("", "\n")]
    verdicts = judged(blocks, [0.01, 0.01, 0.01, 0.5], [Proposal(2, Label.AD, "rule", 0.99)])
    assert [found.kept for found in verdicts] == [True, False, False, True]
    assert (verdicts[0].by, verdicts[0].label) == ("labeling:never_empty", P)


def test_nothing_comes_back_where_something_was_kept() -> None:
    verdicts = judged([Block(SENTENCE), Block("Yes.")], [0.01, 0.99], [])
    assert [found.kept for found in verdicts] == [False, True]


@pytest.mark.parametrize(
    ("block", "words", "kept"),
    [
        (Block("A short sentence."), 20, True),
        (Block("A short sentence."), 200, False),
        (Block("A heading", kind=H, level=2), 20, True),
        (Block("no sentence"), 20, False),
        (Block("A linked sentence.", link_chars=18), 20, False),
    ],
)
def test_a_small_document_keeps_sentences_that_no_rule_named(block: Block, words: int, kept: bool) -> None:
    assert judged([block, Block(SENTENCE)], [0.1, 0.9], [], TEXT, words=words)[0].kept == kept


def test_a_separator_without_text_is_kept() -> None:
    (found,) = judged(
        [Block("", "\n\n")], [0.0], [Proposal(0, Label.AD, "rule", 1.0)], settings=Settings(drop=("paragraph",))
    )
    assert (found.kept, found.by) == (True, "segment")


def test_no_block_no_verdict() -> None:
    assert judged([], [], []) == []


@pytest.mark.parametrize(
    ("mode", "media_type", "kept"), [("article", HTML, False), ("page", HTML, True), ("article", TEXT, True)]
)
def test_a_page_of_any_type_keeps_more_than_an_article(mode: str, media_type: str, kept: bool) -> None:
    blocks = [Block(SENTENCE), Block(SENTENCE)]
    verdicts = judged(blocks, [0.4, 0.9], [], media_type, Settings(mode=mode))
    assert [found.kept for found in verdicts] == [kept, True]


shares = st.floats(0, 1)
rounded = shares.map(lambda share: round(share, 3))
labels = st.sampled_from([label for label in Label if label.family is not Family.METADATA])
said = st.lists(st.tuples(st.integers(0, 5), labels, shares), max_size=12)
scores = st.lists(rounded, min_size=6, max_size=6)
MIXED = [
    *(Block("A Heading", kind=H, level=2), Block(SENTENCE, "\n\n"), Block("Menu", "\n\n")),
    *(Block("Sub", kind=H, level=3), Block(SENTENCE, "\n\n"), Block("", "\n")),
]


@given(said, scores, st.sampled_from([HTML, TEXT]), st.tuples(shares, shares).map(sorted))
def test_more_aggressive_never_keeps_more(
    said: list[tuple[int, Label, float]], scores: list[float], media_type: str, range_: list[float]
) -> None:
    """But for prose that is brought back because nothing at all was left."""
    proposals = [Proposal(index, label, f"rule{number}", sure) for number, (index, label, sure) in enumerate(said)]
    gentle, harsh = (judged(MIXED, scores, proposals, media_type, Settings(aggressiveness=value)) for value in range_)
    for before, after in zip(gentle, harsh, strict=True):
        assert before.kept or not after.kept or after.by == "labeling:never_empty"


@given(said, scores, st.sampled_from([HTML, TEXT]))
def test_verdicts_are_whole(said: list[tuple[int, Label, float]], scores: list[float], media_type: str) -> None:
    proposals = [Proposal(index, label, f"rule{number}", sure) for number, (index, label, sure) in enumerate(said)]
    verdicts = judged(MIXED, scores, proposals, media_type)
    assert len(verdicts) == len(MIXED)
    for block, found in zip(MIXED, verdicts, strict=True):
        assert 0 <= found.score <= 1
        assert found.score == round(found.score, 3)
        assert found.kept == (found.label.family is Family.CONTENT)
        assert found.label is block.kind or not found.kept or any(found.by == proposal.by for proposal in proposals)


@given(said, scores, st.randoms(use_true_random=False))
def test_the_order_of_rules_does_not_matter_where_none_are_equal(
    said: list[tuple[int, Label, float]], scores: list[float], random: object
) -> None:
    proposals = [
        Proposal(index, label, f"rule{number}", round(sure * 0.9 + number / 1_000, 6))
        for number, (index, label, sure) in enumerate(said)
    ]
    if len({proposal.score for proposal in proposals}) == len(proposals):
        assert judged(MIXED, scores, proposals[::-1]) == judged(MIXED, scores, proposals)


def items(scores: list[float], kind: Label = Label.LIST_ITEM, lists: int = 1, media_type: str = HTML) -> list[bool]:
    """Which items stay of lists of equal length; a paragraph stands above them and below."""
    parents = [Element("ul", (), None, 1, 0) for _ in range(lists)]
    size = len(scores) // lists
    elements = [Element("li", (), parents[index // size], 2, 0) for index in range(len(scores))]
    blocks = [Block(SENTENCE, "\n", kind=kind, element=element) for element in elements]
    found = judged([Block(SENTENCE), *blocks, Block(SENTENCE, "\n\n")], [0.9, *scores, 0.9], [], media_type)
    return [verdict.kept for verdict in found[1:-1]]


@pytest.mark.parametrize("kind", [Label.LIST_ITEM, Label.TABLE])
def test_a_list_stays_or_goes_as_a_whole(kind: Label) -> None:
    assert items([0.9, 0.3, 0.4, 0.8], kind) == [True] * 4
    assert items([0.1, 0.3, 0.4, 0.8], kind) == [False] * 4
    assert items([0.1, 0.02, 0.9], kind, media_type=TEXT) == [True] * 3


def test_a_list_does_not_speak_for_the_next_one() -> None:
    assert items([0.9, 0.9, 0.4, 0.1, 0.2, 0.6], lists=2) == [True] * 3 + [False] * 3


def test_paragraphs_are_no_list() -> None:
    assert items([0.9, 0.3, 0.9], P) == [True, False, True]


def test_a_rule_names_an_item_of_a_list_that_stays() -> None:
    blocks = [Block(SENTENCE, kind=Label.LIST_ITEM) for _ in range(3)]
    found = judged(blocks, [0.9, 0.9, 0.4], [Proposal(1, Label.AD, "rule", 0.95)])
    assert [verdict.label for verdict in found] == [Label.LIST_ITEM, Label.AD, Label.LIST_ITEM]


@pytest.mark.parametrize(
    ("score", "linked", "below", "below_score", "kept"),
    [
        (0.2, False, P, 0.9, True),
        (0.2, False, Label.LIST_ITEM, 0.9, True),
        (0.1, False, P, 0.9, False),
        (0.2, True, P, 0.9, False),
        (0.2, False, P, 0.1, False),
        (0.2, False, H, 0.95, False),
    ],
)
def test_a_doubtful_heading_right_above_what_stays(
    score: float, linked: bool, below: Label, below_score: float, kept: bool
) -> None:
    text = "What it will cost"
    heading = Block(text, kind=H, level=2, link_chars=len(text) if linked else 0)
    blocks = [heading, Block(SENTENCE, "\n\n", kind=below, level=2 if below is H else 0), Block(SENTENCE, "\n\n")]
    assert judged(blocks, [score, below_score, 0.9], [])[0].kept is kept


@pytest.mark.parametrize(
    ("layout", "menu_score", "kept"),
    [
        ("doubt article", 0.01, True),
        ("menu doubt article", 0.01, False),
        ("menu doubt article", 0.9, True),
        ("doubt article menu", 0.01, True),  # clutter at the end alone: a list of references
        ("menu doubt article article article article article article", 0.01, True),  # next to nothing of it is clutter
    ],
)
def test_the_text_of_a_whole_page_is_cleaned_like_a_page(layout: str, menu_score: float, kept: bool) -> None:
    parts = {
        "menu": [(Block("Home", "\n"), menu_score)] * 60,
        "doubt": [(Block("Subscribe to us", "\n"), 0.2)],
        "article": [(Block(SENTENCE, "\n"), 0.95)] * 20,
    }
    blocks, scores = zip(*(pair for part in layout.split() for pair in parts[part]), strict=True)
    found = judged(list(blocks), list(scores), [], TEXT)
    assert found[blocks.index(parts["doubt"][0][0])].kept is kept

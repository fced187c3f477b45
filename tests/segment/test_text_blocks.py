"""Plain texts, cut into lines. Nothing of a text is lost, whatever it is made of."""

from __future__ import annotations

import textwrap
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.document import Document, Label, RawDocument
from archiver.errors import LimitError
from archiver.segment import segment_text
from archiver.settings import Limits, Settings

Rows: TypeAlias = list[tuple[Label, str, str]]

SOURCE = RawDocument(b"", "a.txt")
PARAGRAPH, HEADING, ITEM, QUOTE, CODE, TABLE = (
    *(Label.PARAGRAPH, Label.HEADING, Label.LIST_ITEM),
    *(Label.QUOTE, Label.CODE, Label.TABLE),
)
LONG = "The council met on Tuesday evening, and the talk was of little else than the bridge. " * 2
LONG = LONG.strip()

ROWS: list[tuple[str, str, Rows]] = [
    ("lines", "One.\nTwo.", [(PARAGRAPH, "", "One."), (PARAGRAPH, "\n", "Two.")]),
    ("blank-lines", "One.\n\n \nTwo.", [(PARAGRAPH, "", "One."), (PARAGRAPH, "\n\n \n", "Two.")]),
    ("white-space-at-both-ends", "\n\n One. \n\n", [(PARAGRAPH, "\n\n ", "One."), (PARAGRAPH, " \n\n", "")]),
    ("white-space-after-a-line", "One. \t\nTwo.", [(PARAGRAPH, "", "One."), (PARAGRAPH, " \t\n", "Two.")]),
    ("only-white-space", " \n\t\n", [(PARAGRAPH, " \n\t\n", "")]),
    ("nothing", "", []),
    ("form-feed", "One.\f\nTwo.\f", [(PARAGRAPH, "", "One."), (PARAGRAPH, "\f\n", "Two."), (PARAGRAPH, "\f", "")]),
    ("form-feed-inside", "One.\fTwo.\vThree.", [(PARAGRAPH, "", "One.\fTwo.\vThree.")]),
    ("ideographic-space", "　春が来た。", [(PARAGRAPH, "　", "春が来た。")]),
    ("bullets", "- a\n* b\n• c", [(ITEM, "", "- a"), (ITEM, "\n", "* b"), (ITEM, "\n", "• c")]),
    ("numbered", "1. a\n(2) b\nc) d", [(ITEM, "", "1. a"), (ITEM, "\n", "(2) b"), (ITEM, "\n", "c) d")]),
    ("no-bullets", "-5 degrees.\n2019. A year.", [(PARAGRAPH, "", "-5 degrees."), (PARAGRAPH, "\n", "2019. A year.")]),
    ("indented-items", "    - a", [(ITEM, "    ", "- a")]),
    ("quote", "> said he", [(QUOTE, "", "> said he")]),
    ("table-of-pipes", "| a | b |\n| 1 | 2 |", [(TABLE, "", "| a | b |"), (TABLE, "\n", "| 1 | 2 |")]),
    ("table-of-tabs", "a\tb\n1\t2", [(TABLE, "", "a\tb"), (TABLE, "\n", "1\t2")]),
    ("fence", "```py\nx = 1\n\n```\nEnd.", [
        (CODE, "", "```py"), (CODE, "\n", "x = 1"), (CODE, "\n\n", "```"), (PARAGRAPH, "\n", "End.")]),
    ("unclosed-fence", "```\na.\nb.", [(CODE, "", "```"), (CODE, "\n", "a."), (CODE, "\n", "b.")]),
    ("indented-code", "Run:\n\n    make all\n\tmake test\n", [
        (PARAGRAPH, "", "Run:"), (CODE, "\n\n    ", "make all"), (CODE, "\n\t", "make test"), (PARAGRAPH, "\n", "")]),
    ("three-spaces-are-no-code", "a.\n   b.", [(PARAGRAPH, "", "a."), (PARAGRAPH, "\n   ", "b.")]),
    ("heading-before-prose", f"The bridge\n\n{LONG}", [(HEADING, "", "The bridge"), (PARAGRAPH, "\n\n", LONG)]),
    ("sentence-before-prose", f"It rained.\n\n{LONG}", [(PARAGRAPH, "", "It rained."), (PARAGRAPH, "\n\n", LONG)]),
    ("colon-before-prose", f"He said:\n\n{LONG}", [(PARAGRAPH, "", "He said:"), (PARAGRAPH, "\n\n", LONG)]),
    ("no-prose-after", "The bridge\n\nShort.", [(PARAGRAPH, "", "The bridge"), (PARAGRAPH, "\n\n", "Short.")]),
    ("japanese-sentence", f"雨が降った。\n{LONG}", [(PARAGRAPH, "", "雨が降った。"), (PARAGRAPH, "\n", LONG)]),
]  # fmt: skip


def segmented(text: str, settings: Settings | None = None) -> Document:
    return segment_text(text, SOURCE, settings or Settings())


def joined(document: Document) -> str:
    return "".join(block.before + block.text for block in document.blocks)


@pytest.mark.parametrize(("text", "rows"), [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_lines(text: str, rows: Rows) -> None:
    assert [(block.kind, block.before, block.text) for block in segmented(text).blocks] == rows


@pytest.mark.parametrize(("line", "level"), [("# One", 1), ("### Three", 3), ("###### Six", 6)])
def test_markdown_headings(line: str, level: int) -> None:
    (block,) = segmented(line).blocks
    assert (block.kind, block.level) == (HEADING, level)


@pytest.mark.parametrize("line", ["#hashtag.", "####### Seven.", "#"])
def test_no_markdown_headings(line: str) -> None:
    (block,) = segmented(line).blocks
    assert (block.kind, block.level) == (PARAGRAPH, 0)


PIECES = st.sampled_from(
    [
        *("\n", "\n\n", " ", "\t", "\f", "\v", "\x1c", "\x85", "\u2028", "\u3000", "\ufeff", "\u200b", "\r"),
        *("- ", "> ", "# ", "```", "|", "a", "Word", "日", "\ud800", "\U0001f600"),
    ]
)


@given(st.lists(PIECES).map("".join) | st.text())
def test_separators_and_lines_join_to_the_text(text: str) -> None:
    document = segmented(text)
    assert joined(document) == text
    assert all(block.text == block.text.strip() for block in document.blocks)
    assert all(block.text for block in document.blocks[:-1])
    assert all(not block.before.strip() and "\n" not in block.text for block in document.blocks)


PROSE = (
    "The council met on Tuesday evening, and the talk was of little else than the bridge over the river. ",
    "Nobody had asked for it, said the pilot, who has taken the children across for years and knows each by name. ",
)
WIDTH = 62


def wrapped(*paragraphs: str, indent: str = "") -> str:
    fold = textwrap.TextWrapper(WIDTH, initial_indent=indent, subsequent_indent=indent)
    return "\n\n".join(map(fold.fill, paragraphs))


@pytest.mark.parametrize("indent", ["", "   "])
def test_a_paragraph_that_was_wrapped_is_one_block(indent: str) -> None:
    text = wrapped(PROSE[0] * 3, PROSE[1] * 3, "Short.", PROSE[0] * 2, indent=indent)
    document = segmented(text)
    assert len(document.blocks) == 4
    assert joined(document) == text
    assert document.blocks[1].before == f"\n\n{indent}"


def test_what_begins_anew_in_a_wrapped_text_is_a_block_of_its_own() -> None:
    item = textwrap.fill(PROSE[1], WIDTH, initial_indent="  * ", subsequent_indent="    ")
    text = f"{wrapped(PROSE[0] * 4, PROSE[1] * 4)}\n\nBy Mara Lindqvist\n3 May 2020\n\n{item}\n{item}\n# Boats"
    rows = [(block.kind, block.text.split()[0]) for block in segmented(text).blocks[2:]]
    assert rows == [(PARAGRAPH, "By"), (PARAGRAPH, "3"), (ITEM, "*"), (ITEM, "*"), (HEADING, "#")]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(["The ferry leaves at dawn", "and nobody waves", "but a gull on the quay"] * 10),
        "\n".join(f"{number} boats were counted in the harbour on that day, more or less" for number in range(30)),
        "\n".join(
            ["三十年前、彼は父からこの船を受け継いだ。客は学生と行商人ばかりで、冬の朝には、川霧の中を手探りで漕いだ。"]
            * 20
        ),
        "\n".join([*PROSE * 10]),
        wrapped(PROSE[0]),
    ],
    ids=["verse", "rows of one width", "no spaces", "a paragraph a line", "too little to tell"],
)
def test_lines_that_were_not_wrapped_stay_apart(text: str) -> None:
    assert all("\n" not in block.text for block in segmented(text).blocks)


def test_block_limit() -> None:
    settings = Settings(limits=Limits(blocks=3))
    assert len(segmented("a\nb\n\nc", settings).blocks) == 3
    with pytest.raises(LimitError, match=r"limits\.blocks = 3") as caught:
        segmented("a\nb\nc\nd", settings)
    assert (caught.value.stage, caught.value.code) == ("segment", "too-many-blocks")

"""A page becomes blocks: every element that is not inline, and every `<br>`, ends one.

In comes decoded HTML; out comes a `Document` whose blocks carry white-space-folded text, the kind their
markup gives them, the element they stand in, and their links and images.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from archiver.document import HTML, Block, Document, Element, Image, Label, Link, RawDocument
from archiver.errors import LimitError
from archiver.segment.markup import CLOSE, OPEN, TEXT, Page, parse
from archiver.settings import Settings

_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr picture q rb rp rt "
    "rtc ruby s samp small source span strike strong sub sup time tt u var wbr".split()
)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_KINDS = {
    "li": Label.LIST_ITEM,
    "dt": Label.LIST_ITEM,
    "dd": Label.LIST_ITEM,
    "blockquote": Label.QUOTE,
    "pre": Label.CODE,
    "figcaption": Label.CAPTION,
    "caption": Label.TABLE,
}
# Inside one of these the kind of an outer element no longer counts: an article in a list is an article.
_NEUTRAL = frozenset(("article", "main", "section", "table"))

# A row whose cells are longer than this holds a page layout, not data.
_LONGEST_CELL = 600

# What a row of data does not contain; code beside its line numbers is the usual case.
_NO_CELL = (Label.CODE, Label.HEADING, Label.QUOTE, Label.TABLE)

# Blocks that follow each other on single lines.
_CLOSE_SET = (Label.LIST_ITEM, Label.TABLE)

_WORDS = re.compile(r"[a-z]+|[0-9]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def segment_html(html: str, source: RawDocument, settings: Settings) -> Document:
    """The document of a page.

    Raises:
        LimitError: the page is nested deeper or has more blocks than the settings allow.
    """
    page = parse(html, settings.parser, settings.limits.depth)
    blocks = _Walk(page, settings.limits.blocks).blocks()
    return Document(source=source, media_type=HTML, blocks=blocks, head=page.head)


@dataclass(slots=True)
class _Row:
    """A table row that is open: where its blocks begin, and where each of its cells does."""

    first: int
    cells: list[int] = field(default_factory=list)
    nested: bool = False


class _Walk:
    """One pass over the events of a page that collects its blocks."""

    def __init__(self, page: Page, block_limit: int) -> None:
        self._page = page
        self._limit = block_limit
        self._blocks: list[Block] = []
        self._element = Element("#document", (), None, 0, 0)
        self._kinds: list[tuple[Label, int]] = [(Label.PARAGRAPH, 0)]
        self._rows: list[_Row] = []
        self._words: dict[str, tuple[str, ...]] = {}
        self._preformatted = 0
        self._inline: list[tuple[str, ...]] = []
        self._pieces: list[str] = []
        self._covering: tuple[str, ...] = ()
        self._href: str | None = None
        self._anchor: list[str] = []
        self._links: list[Link] = []
        self._link_chars = 0
        self._images: list[Image] = []

    def blocks(self) -> list[Block]:
        for kind, value, node in self._page.events:
            if kind == TEXT:
                self._text(value)
            elif value in _INLINE:
                if kind == OPEN:
                    self._open_inline(value, node)
                else:
                    self._close_inline(value)
            elif kind == OPEN:
                self._open(value, node)
            elif kind == CLOSE:
                self._close(value)
        self._end_block()
        return self._blocks

    def _text(self, data: str) -> None:
        if not self._pieces:
            if data.isspace() and not self._preformatted:
                return
            self._covering = tuple(word for words in self._inline for word in words)
        self._pieces.append(data)
        if self._href is not None:
            self._anchor.append(data)

    def _open_inline(self, tag: str, node: Any) -> None:
        if tag == "img":
            self._image(node)
        elif tag == "a":
            self._end_link()
            self._href = self._page.attribute(node, "href")
        self._inline.append((tag, *self._tokens(node)))

    def _close_inline(self, tag: str) -> None:
        self._inline.pop()
        if tag == "a":
            self._end_link()
            self._href = None

    def _open(self, tag: str, node: Any) -> None:
        if tag == "br":
            self._break_line()
            return
        self._end_block()
        if tag == "pre":
            self._preformatted += 1
        elif tag == "tr":
            self._rows.append(_Row(len(self._blocks)))
        elif tag in ("td", "th") and self._rows:
            self._rows[-1].cells.append(len(self._blocks))
        elif tag in ("table", "ul", "ol") and self._rows:
            self._rows[-1].nested = True
        self._kinds.append(self._kind(tag))
        parent = self._element
        self._element = Element(tag, self._tokens(node), parent, parent.depth + 1, len(self._blocks))

    def _close(self, tag: str) -> None:
        if tag == "br":
            return
        self._end_block()
        if tag == "pre":
            self._preformatted -= 1
        elif tag == "tr" and self._rows:
            self._end_row(self._rows.pop())
        self._kinds.pop()
        self._element.last = len(self._blocks)
        assert self._element.parent is not None
        self._element = self._element.parent

    def _kind(self, tag: str) -> tuple[Label, int]:
        if tag in _HEADINGS:
            return Label.HEADING, _HEADINGS[tag]
        if tag in _NEUTRAL:
            return Label.PARAGRAPH, 0
        if tag in _KINDS:
            return _KINDS[tag], 0
        return self._kinds[-1]

    def _tokens(self, node: Any) -> tuple[str, ...]:
        """The words of class, id and role; `hidden` where the page hides the element."""
        attribute = self._page.attribute
        name = f"{attribute(node, 'class')} {attribute(node, 'id')} {attribute(node, 'role')}"
        style = attribute(node, "style")
        if "none" in style or "hidden" in style:
            name += " hidden"
        words = self._words.get(name)
        if words is None:
            words = tuple(dict.fromkeys(_WORDS.findall(_CAMEL.sub(" ", name[:2000]).lower())))
            self._words[name] = words
        return words

    def _image(self, node: Any) -> None:
        attribute = self._page.attribute
        for name in ("src", "data-src", "data-lazy-src", "data-original"):
            url = attribute(node, name).strip()
            if url and not url.startswith(("data:", "blob:")):
                self._images.append(Image(url, " ".join(attribute(node, "alt").split()) or None))
                return

    def _break_line(self) -> None:
        if self._preformatted:
            self._pieces.append("\n")
        else:
            self._end_block()

    def _end_link(self) -> None:
        text = " ".join("".join(self._anchor).split())
        if text and self._href:
            self._links.append(Link(text, self._href.strip()))
        self._link_chars += len(text)
        self._anchor = []

    def _end_block(self) -> None:
        if not self._pieces:
            return
        if self._anchor:
            self._end_link()
        raw = "".join(self._pieces)
        text = _trim_code(raw) if self._preformatted else " ".join(raw.split())
        if text:
            self._add_block(text)
        self._pieces = []
        self._links = []
        self._link_chars = 0

    def _add_block(self, text: str) -> None:
        if len(self._blocks) >= self._limit:
            raise LimitError("segment", "too-many-blocks", f"more blocks than limits.blocks = {self._limit}")
        kind, level = self._kinds[-1]
        block = Block(text, self._separator(kind), kind, level, self._element)
        block.inline = self._covering
        block.link_chars = min(self._link_chars, len(text))
        block.links = tuple(self._links)
        block.images = tuple(self._images)
        self._images = []
        self._blocks.append(block)

    def _separator(self, kind: Label) -> str:
        if not self._blocks:
            return ""
        return "\n" if kind in _CLOSE_SET and self._blocks[-1].kind is kind else "\n\n"

    def _end_row(self, row: _Row) -> None:
        """Joins the blocks of a row of data into one; a row that lays out a page stays as it is."""
        ends = [*row.cells[1:], len(self._blocks)]
        cells = [self._blocks[start:end] for start, end in zip(row.cells, ends, strict=False) if start < end]
        if row.nested or len(cells) < 2 or cells[0][0] is not self._blocks[row.first]:
            return
        if any(block.kind in _NO_CELL for cell in cells for block in cell):
            return
        texts = [" ".join(block.text for block in cell) for cell in cells]
        if max(map(len, texts)) > _LONGEST_CELL:
            return
        blocks = self._blocks[row.first :]
        del self._blocks[row.first :]
        self._blocks.append(_join_cells(blocks, " | ".join(texts), self._separator(Label.TABLE), self._element))


def _join_cells(blocks: list[Block], text: str, before: str, element: Element) -> Block:
    row = Block(text, before, Label.TABLE, 0, element)
    row.inline = blocks[0].inline
    row.link_chars = sum(block.link_chars for block in blocks)
    row.links = tuple(link for block in blocks for link in block.links)
    row.images = tuple(image for block in blocks for image in block.images)
    return row


def _trim_code(raw: str) -> str:
    """Code keeps its lines and their indentation; blank lines around it go."""
    lines = [line.rstrip() for line in raw.split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines)

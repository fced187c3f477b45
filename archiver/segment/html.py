"""A page becomes blocks: every element that is not inline, and every `<br>`, ends one.

In comes decoded HTML; out comes a `Document` whose blocks carry white-space-folded text, the kind their
markup gives them, the element they stand in, and their links and images.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from archiver.document import HTML, Block, Document, Element, Image, Label, Link, RawDocument
from archiver.errors import LimitError
from archiver.segment.markup import BEAUTIFUL, Page, check_parser, parse
from archiver.segment.menus import is_entry, joined_menu
from archiver.segment.names import name_words
from archiver.segment.rows import Row, joined_row
from archiver.segment.tags import BLOCK, CELL, CODE, IMAGE, LINK, OTHER_TAG, PARAGRAPH, ROW, TAGS
from archiver.settings import Limits, Settings
from archiver.sites import NO_MARKS, apply, check, rule_of

# Blocks that follow each other on single lines.
_CLOSE_SET = frozenset((Label.LIST_ITEM, Label.TABLE))

# What a page begins with and a fragment does not, and how far into it that is looked for.
_PAGE = re.compile(r"<(?:!doctype|html|head|body|title|meta)\b", re.IGNORECASE)
_PAGE_BEGINS = 4096

_SOFT_HYPHEN = "\xad"
# Inline elements that belong to the word beside them.
_ATTACHED = frozenset(("sub", "sup", "rt", "rp"))
# What a wiki calls the links behind a heading by which its section is edited.
_EDIT_LINKS = "editsection"
_IMAGE_SOURCES = ("src", "data-src", "data-lazy-src", "data-original")


def segment_html(html: str, source: RawDocument, settings: Settings) -> Document:
    """The document of a page.

    Raises:
        LimitError: the page is nested deeper or has more blocks than the settings allow.
    """
    page = parse(html, settings.parser)
    marks = NO_MARKS
    found = rule_of(source, page.head, settings.sites)
    if found:
        _, rule = found
        if rule.rules and settings.parser != BEAUTIFUL:
            page = parse(html, BEAUTIFUL)  # the tree that the functions of users know
        marks = apply(rule, page.root, page.attribute)
    blocks = _Walk(page, settings.limits, marks.labels).blocks()
    head = replace(page.head, site=marks.fields)
    return Document(source, HTML, blocks, head, is_fragment=_PAGE.search(html[:_PAGE_BEGINS]) is None)


def check_pages(settings: Settings) -> None:
    """Raise a `UsageError` for a parser that is not installed, and for a site rule that cannot be used."""
    by_function = any(rule.rules for rule in settings.sites.values())
    check_parser(BEAUTIFUL if by_function else settings.parser)
    check(settings.sites, lambda: parse("<p>", settings.parser).root)


class _Walk:
    """One pass over the nodes of a page that collects its blocks.

    Some 2,000 nodes a page come by here, each at the cost of a few steps: this is where segmentation spends its
    time. So what may not be needed is put off: white space between blocks is passed by before anything is asked of
    it, and the names of elements are read only when a block begins in them. The lists are emptied, never replaced.
    """

    def __init__(self, page: Page, limits: Limits, marks: Mapping[int, Label]) -> None:
        self._page = page
        self._names = page.names
        self._depth_limit = limits.depth
        self._block_limit = limits.blocks
        self._blocks: list[Block] = []
        self._path: list[Any] = [page.root]  # the nodes that are open
        self._roles: list[int] = [BLOCK]  # what each of them is
        self._inline: list[Any] = []  # those of them that are inline
        # Those that are not and have no block yet, with their tags; the others have an `Element`.
        self._waiting: list[tuple[str, Any]] = []
        self._element = Element("#document", (), None, 0, 0)
        self._kinds: list[tuple[Label, int]] = [PARAGRAPH]
        self._rows: list[Row] = []
        self._preformatted = 0
        self._pieces: list[str] = []
        self._covering: tuple[str, ...] = ()
        self._href: str | None = None
        self._anchor: list[str] = []
        # The inline element that ended last in the block, how many texts that had then, and the one that began there.
        self._ended: Any = None
        self._seam = 0
        self._begun: Any = None
        self._links: list[Link] = []
        self._link_chars = 0
        self._images: list[Image] = []
        self._menu_from = 0  # from this block on all are entries of menus, or menus
        self._marks = marks
        self._marked: list[Label | None] = []  # the marks over the texts of the block that is open

    def blocks(self) -> list[Block]:
        """The blocks of the page. What most nodes take is done here: a call for each costs more than the work."""
        _, root, nodes, text_type, element_type, read_data, read_tag, *_ = self._page
        path, roles, kinds, waiting = self._path, self._roles, self._kinds, self._waiting
        pieces, find_tag = self._pieces, TAGS.get
        for node in nodes:
            node_type = type(node)
            if node_type is text_type:
                data = read_data(node)
                # Two texts in three are the white space between blocks.
                if not pieces and data.isspace() and not self._preformatted:
                    continue
                parent = node.parent
                if parent is not path[-1]:
                    self._close_inside(parent)
                self._text(data)
            elif node_type is element_type:
                parent = node.parent
                if parent is not path[-1]:
                    self._close_inside(parent)
                tag = read_tag(node)
                role, kind = find_tag(tag, OTHER_TAG)
                if role < BLOCK:
                    self._open_inline(role, tag, node)
                    continue
                if pieces:
                    self._end_block()
                if role > BLOCK:
                    self._count(role)
                kinds.append(kind or kinds[-1])
                waiting.append((tag, node))
                path.append(node)
                roles.append(role)
        self._close_inside(root)
        self._end_block()
        return self._blocks

    def _open_inline(self, role: int, tag: str, node: Any) -> None:
        if role > LINK:
            self._image(node) if role == IMAGE else self._break(tag)
            return
        if self._pieces and self._in_heading() and _EDIT_LINKS in self._tokens(node):
            self._open_apart(tag, node)
            return
        if role == LINK:
            self._open_link(node)
        if self._seam and self._seam == len(self._pieces):
            self._begun = node
        self._inline.append(node)
        self._path.append(node)
        self._roles.append(role)

    def _in_heading(self) -> bool:
        return self._kinds[-1][0] is Label.HEADING

    def _open_apart(self, tag: str, node: Any) -> None:
        """Begins a block with an inline element that is no part of the sentence it stands in."""
        self._end_block()
        self._kinds.append(PARAGRAPH)
        self._waiting.append((tag, node))
        self._path.append(node)
        self._roles.append(BLOCK)

    def _text(self, data: str) -> None:
        if not self._pieces:
            if data.isspace() and not self._preformatted:
                return
            self._covering = self._cover() if self._inline else ()
        elif self._begun is not None:
            self._separate(data)
        self._pieces.append(data)
        if self._href is not None:
            self._anchor.append(data)
        if self._marks and not data.isspace():
            self._marked.append(self._mark())

    def _separate(self, data: str) -> None:
        """Puts a space between two elements where a page leaves the gap to its style: a name and a date beside it."""
        glued = self._seam == len(self._pieces) and _is_glued(self._pieces[-1], data)
        if glued and _ATTACHED.isdisjoint(map(self._page.tag, (self._ended, self._begun))):
            self._pieces.append(" ")
        self._begun = None

    def _mark(self) -> Label | None:
        """The mark of the innermost open element that has one."""
        return next((self._marks[id(node)] for node in reversed(self._path) if id(node) in self._marks), None)

    def _cover(self) -> tuple[str, ...]:
        """The tags and words of the inline elements around the beginning of a block."""
        read_tag = self._page.tag
        words: list[str] = []
        for node in self._inline:
            words.append(read_tag(node))
            words += self._tokens(node)
        return tuple(words)

    def _open_link(self, node: Any) -> None:
        if self._anchor:
            self._end_link()
        self._href = self._page.attribute(node, "href") or ""

    def _close_link(self) -> None:
        if self._anchor:
            self._end_link()
        self._href = None

    def _break(self, tag: str) -> None:
        if tag == "br" and self._preformatted:
            self._pieces.append("\n")
        elif self._pieces:
            self._end_block()

    def _count(self, role: int) -> None:
        if role == CODE:
            self._preformatted += 1
        elif role == ROW:
            self._rows.append(Row(len(self._blocks)))
        elif self._rows and role == CELL:
            self._rows[-1].cells.append(len(self._blocks))
        elif self._rows:
            self._rows[-1].nested = True

    def _close_inside(self, parent: Any) -> None:
        """Closes all that is open inside `parent`: what has been opened is as deep as it gets."""
        path, roles, inline, kinds, waiting = self._path, self._roles, self._inline, self._kinds, self._waiting
        pieces = self._pieces
        if len(path) > self._depth_limit:
            message = f"elements nested deeper than limits.depth = {self._depth_limit}"
            raise LimitError("segment", "too-deep", message)
        while path[-1] is not parent:
            path.pop()
            role = roles.pop()
            if role < BLOCK:
                self._ended = inline.pop()
                self._seam = len(pieces)
                if role:
                    self._close_link()
                continue
            if pieces:
                self._end_block()
            if role == CODE:
                self._preformatted -= 1
            elif role == ROW:
                self._end_row(self._rows.pop())
            kinds.pop()
            if waiting:
                waiting.pop()
                continue
            element = self._element
            if self._menu_from <= element.first < len(self._blocks) - 1:
                self._join_menu(element.first)
            element.last = len(self._blocks)
            assert element.parent is not None
            self._element = element.parent

    def _enter(self) -> None:
        """Makes the elements around a new block, of which one in four never comes to hold one."""
        element, first = self._element, len(self._blocks)
        for tag, node in self._waiting:
            element = Element(tag, self._tokens(node), element, element.depth + 1, first)
        self._element = element
        self._waiting.clear()

    def _tokens(self, node: Any) -> tuple[str, ...]:
        """The words of an element's names."""
        names = self._names(node)
        return name_words(*names) if names is not None else ()

    def _image(self, node: Any) -> None:
        attribute = self._page.attribute
        for name in _IMAGE_SOURCES:
            url = (attribute(node, name) or "").strip()
            if url and not url.startswith(("data:", "blob:")):
                caption = " ".join((attribute(node, "alt") or "").split())
                self._images.append(Image(url, caption or None))
                return

    def _end_link(self) -> None:
        text = _fold("".join(self._anchor))
        if self._in_heading() and _is_permalink(text, self._href):
            del self._pieces[-len(self._anchor) :]
        else:
            if text and self._href:
                self._links.append(Link(text, self._href.strip()))
            self._link_chars += len(text)
        self._anchor.clear()

    def _end_block(self) -> None:
        if self._anchor:
            self._end_link()
        raw = "".join(self._pieces)
        text = _trim_code(raw) if self._preformatted else _fold(raw)
        if text:
            self._add_block(text)
        self._pieces.clear()
        self._seam = 0
        self._begun = None
        if self._marked:
            self._marked.clear()
        if self._link_chars:
            self._links.clear()
            self._link_chars = 0

    def _add_block(self, text: str) -> None:
        blocks = self._blocks
        if len(blocks) >= self._block_limit:
            raise LimitError("segment", "too-many-blocks", f"more blocks than limits.blocks = {self._block_limit}")
        if self._waiting:
            self._enter()
        kind, level = self._kinds[-1]
        block = Block(text, self._separator(kind), kind, level, self._element, self._covering)
        if self._link_chars:
            block.link_chars = min(self._link_chars, len(text))
            block.links = tuple(self._links)
        if self._images:
            block.images = tuple(self._images)
            self._images.clear()
        if self._marked and self._marked.count(self._marked[0]) == len(self._marked):
            block.mark = self._marked[0]
        blocks.append(block)
        if not is_entry(block):
            self._menu_from = len(blocks)

    def _separator(self, kind: Label) -> str:
        if not self._blocks:
            return ""
        return "\n" if kind in _CLOSE_SET and self._blocks[-1].kind is kind else "\n\n"

    def _end_row(self, row: Row) -> None:
        block = joined_row(row, self._blocks)
        if block is not None:
            self._replace(row.first, block)
            self._menu_from = len(self._blocks)

    def _join_menu(self, first: int) -> None:
        """Makes the blocks from `first` on one, if they are the entries of a menu."""
        menu = joined_menu(self._blocks[first:])
        if menu is not None:
            self._replace(first, menu)

    def _replace(self, first: int, block: Block) -> None:
        """Puts a block in the place of those from `first` on, all of the open element."""
        del self._blocks[first:]
        block.before = self._separator(block.kind)
        block.element = self._element
        self._blocks.append(block)


def _is_glued(before: str, after: str) -> bool:
    """Whether two texts meet as no word does: ``Jane Roe`` and ``4 May``, ``2 min`` and ``Share``."""
    last, first = before[-1], after[0]
    return (last.islower() and (first.isupper() or first.isdecimal())) or (last.isdecimal() and first.isupper())


def _is_permalink(text: str, href: str | None) -> bool:
    """Whether a link of a heading is the sign that leads to the heading itself ("¶", "#")."""
    return len(text) < 3 and not text.isalnum() and href is not None and "#" in href


def _fold(raw: str) -> str:
    """The text with every run of white space folded to one space, and without soft hyphens.

    These only say where a line may be broken, as ``<wbr>`` does, and nobody finds a word that has one. A text without
    either is printable, as most are: it need not be split into words.
    """
    raw = raw.strip()
    return raw if raw.isprintable() and "  " not in raw else " ".join(raw.replace(_SOFT_HYPHEN, "").split())


def _trim_code(raw: str) -> str:
    """Code keeps its lines and their indentation; blank lines around it go."""
    lines = [line.rstrip() for line in raw.split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines)

"""The HTML parsers, behind one seam: markup goes in, the page's declarations and its nodes come out.

Two back-ends build the tree of the WHATWG standard: turbohtml, the default, and BeautifulSoup over html5lib,
which is slow and portable and a witness in tests. No other file knows either of them.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from importlib.util import find_spec
from operator import attrgetter
from typing import Any, NamedTuple, TypeAlias

import turbohtml

from archiver.document import Head
from archiver.errors import UsageError
from archiver.segment.head import SELECTOR, read_head

# What never holds text for a reader, and what the walk would only waste time on; and how a word is read (`rt` and its
# parentheses), which inside the line would part each word of the text from the next.
_DROPPED = tuple(
    "script style svg math iframe template select option optgroup object embed applet audio video canvas map "
    "datalist textarea input progress meter frameset noframes head title meta link base rp rt rtc".split()
)

# Forums put their whole thread into <noscript>; the usual content is a tracking pixel or "enable JavaScript".
_LONG_NOSCRIPT = 1000

# A tracking frame that nobody closes. Browsers run scripts and do not mind; to a parser it holds the rest of a page.
_OPEN_FRAME = re.compile(r"(<iframe\b[^<>]*>)(\s*</noscript)", re.IGNORECASE)


BEAUTIFUL = "html5lib"
"""The name of the back-end whose trees are BeautifulSoup's."""

Names: TypeAlias = tuple[str | None, str | None, str | None, str | None] | None
"""What an element is called: its class, id, role and style; None where it has none of them."""


class Page(NamedTuple):
    """A parsed page: what it declares, its nodes in document order, and how they are read.

    A node whose type is neither `text_type` nor `element_type`, a comment for one, is nothing to a reader. Every
    node has its `parent`, and as long as an element is held, it is the same object to all of its children.
    """

    head: Head
    root: Any
    nodes: Iterable[Any]
    text_type: type
    element_type: type
    data: Callable[[Any], str]
    tag: Callable[[Any], str]
    attribute: Callable[[Any, str], str | None]
    names: Callable[[Any], Names]


def check_parser(parser: str) -> None:
    """Raise a `UsageError` if the back-end named `parser` is not installed."""
    if parser == BEAUTIFUL and not find_spec("html5lib"):
        raise UsageError("the parser html5lib is not installed: pip install 'archiver[html5lib]'")


def parse(html: str, parser: str) -> Page:
    """Parses `html` with the back-end named `parser`, which must be installed."""
    return _parse_with_html5lib(html) if parser == BEAUTIFUL else _parse_with_turbohtml(html)


def _parse_with_turbohtml(html: str) -> Page:
    tree = turbohtml.parse(html, positions=False, allow_declarative_shadow_roots=False)
    tag, data, attribute = attrgetter("tag"), attrgetter("data"), turbohtml.Element.attr
    head = read_head(((node.tag, node) for node in tree.select(SELECTOR)), attribute, attrgetter("text"))
    for node in tree.select("noscript"):
        inside = node.text
        if len(inside) < _LONG_NOSCRIPT:
            node.decompose()
        elif mended := _without_open_frames(html, inside):
            return _parse_with_turbohtml(mended)
    tree.remove(",".join(_DROPPED))  # what is gone in C need not be walked in Python
    nodes, text_type, element_type = tree.descendants, turbohtml.Text, turbohtml.Element
    return Page(head, tree, nodes, text_type, element_type, data, tag, attribute, _names_in_turbohtml)


def _names_in_turbohtml(node: Any) -> Names:
    """The names of an element. Which attributes it has is soon told; to ask for one takes three times as long."""
    attributes = node.attrs
    if not attributes:
        return None
    attribute = turbohtml.Element.attr
    if "style" in attributes or "role" in attributes:
        return attribute(node, "class"), attribute(node, "id"), attribute(node, "role"), attribute(node, "style")
    return attribute(node, "class"), attribute(node, "id") if "id" in attributes else None, None, None


def _parse_with_html5lib(html: str) -> Page:
    from bs4 import BeautifulSoup, UnusualUsageWarning
    from bs4.element import NavigableString, PreformattedString, Tag

    def text(node: Any) -> str:
        return "".join(string for string in node.find_all(string=True) if not isinstance(string, PreformattedString))

    def attribute(node: Any, name: str) -> str | None:
        value: str | None = node.get(name)
        return value

    def names(node: Any) -> Names:
        return attribute(node, "class"), attribute(node, "id"), attribute(node, "role"), attribute(node, "style")

    with warnings.catch_warnings():  # what a page looks like, XML or an address, is nobody's mistake
        warnings.simplefilter("ignore", UnusualUsageWarning)
        # One type for all strings, and attributes as they are written, as turbohtml has them.
        soup = BeautifulSoup(html, "html5lib", string_containers={}, multi_valued_attributes=None)
    head = read_head(((node.name, node) for node in soup.select(SELECTOR)), attribute, text)
    for node in soup.find_all("noscript"):
        inside = text(node)
        if len(inside) < _LONG_NOSCRIPT:
            node.extract()
        elif mended := _without_open_frames(html, inside):
            return _parse_with_html5lib(mended)
    for node in soup.find_all(_DROPPED):
        node.extract()
    return Page(head, soup, soup.descendants, NavigableString, Tag, str, attrgetter("name"), attribute, names)


def _without_open_frames(html: str, inside: str) -> str | None:
    """The page with its open frames closed, if `inside`, the text of a ``<noscript>``, shows that one took the rest."""
    if "</noscript" not in inside.lower():
        return None
    mended = _OPEN_FRAME.sub(r"\1</iframe>\2", html)
    return mended if mended != html else None

"""The HTML parsers, behind one seam: markup goes in, the page's declarations and a stream of events come out.

Two back-ends build the tree of the WHATWG standard: turbohtml, the default, and BeautifulSoup over html5lib,
which is slow and portable and a witness in tests. No other file knows either of them.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any, NamedTuple

import turbohtml

from archiver.document import Head
from archiver.errors import LimitError, UsageError
from archiver.segment.head import SELECTOR, read_head

OPEN, TEXT, CLOSE = range(3)

# What a comment, a doctype or an instruction is to the walk.
_NO_EVENT = (-1, "")

# What never holds text for a reader, and what the walk would only waste time on.
_DROPPED = frozenset(
    "script style svg math iframe template select option optgroup object embed applet audio video canvas map "
    "datalist textarea input progress meter frameset noframes head title meta link base".split()
)

# Forums put their whole thread into <noscript>; the usual content is a tracking pixel or "enable JavaScript".
_LONG_NOSCRIPT = 1000


class Event(NamedTuple):
    """One step of the walk. `value` is the tag of an element, or the data of a text."""

    kind: int
    value: str
    node: Any


class Page(NamedTuple):
    """A parsed page: what it declares, its events in document order, and access to attributes."""

    head: Head
    events: Iterator[Event]
    attribute: Callable[[Any, str], str]


def parse(html: str, parser: str, depth_limit: int) -> Page:
    """Parses `html` with the back-end named `parser`.

    Raises:
        LimitError: while iterating the events, an element is nested deeper than `depth_limit`.
        UsageError: the back-end is not installed.
    """
    if parser == "html5lib":
        return _parse_with_html5lib(html, depth_limit)
    return _parse_with_turbohtml(html, depth_limit)


def _parse_with_turbohtml(html: str, depth_limit: int) -> Page:
    tree = turbohtml.parse(html, positions=False, allow_declarative_shadow_roots=False)
    elements = ((node.tag, node) for node in tree.select(SELECTOR))
    text = attrgetter("text")
    head = read_head(elements, _turbo_attribute, text)
    return Page(head, _events(tree, attrgetter("children"), _turbo_node, text, depth_limit), _turbo_attribute)


def _turbo_attribute(node: Any, name: str) -> str:
    value = node.attr(name)
    return value or ""


def _turbo_node(node: Any) -> tuple[int, str]:
    kind = type(node)
    if kind is turbohtml.Text:
        return TEXT, node.data
    return (OPEN, node.tag) if kind is turbohtml.Element else _NO_EVENT


def _parse_with_html5lib(html: str, depth_limit: int) -> Page:
    try:
        import html5lib  # noqa: F401
    except ImportError as error:
        raise UsageError("the parser html5lib is not installed: pip install 'archiver[html5lib]'") from error
    from bs4 import BeautifulSoup, UnusualUsageWarning
    from bs4.element import PreformattedString, Tag

    def text(node: Any) -> str:
        return "".join(string for string in node.find_all(string=True) if not isinstance(string, PreformattedString))

    def read(node: Any) -> tuple[int, str]:
        if isinstance(node, Tag):
            return OPEN, node.name
        return _NO_EVENT if isinstance(node, PreformattedString) else (TEXT, str(node))

    with warnings.catch_warnings():  # what a page looks like, XML or an address, is nobody's mistake
        warnings.simplefilter("ignore", UnusualUsageWarning)
        soup = BeautifulSoup(html, "html5lib")
    elements = ((node.name, node) for node in soup.select(SELECTOR))
    head = read_head(elements, _soup_attribute, text)
    return Page(head, _events(soup, attrgetter("contents"), read, text, depth_limit), _soup_attribute)


def _soup_attribute(node: Any, name: str) -> str:
    value = node.get(name)
    return " ".join(value) if isinstance(value, list) else value or ""


def _events(
    root: Any,
    children: Callable[[Any], Iterable[Any]],
    read: Callable[[Any], tuple[int, str]],
    text: Callable[[Any], str],
    depth_limit: int,
) -> Iterator[Event]:
    """The walk that both back-ends share, so that they cannot differ in it.

    `children` lists what is inside a node, `read` tells what a node is, `text` all text in it.
    """
    stack: list[tuple[str, Any, Iterator[Any]]] = [("", None, iter(children(root)))]
    while stack:
        open_tag, open_node, nodes = stack[-1]
        for node in nodes:
            kind, value = read(node)
            if kind == TEXT:
                yield Event(TEXT, value, None)
            elif kind == OPEN and value not in _DROPPED:
                if value == "noscript" and len(text(node)) < _LONG_NOSCRIPT:
                    continue
                yield Event(OPEN, value, node)
                stack.append((value, node, iter(children(node))))
                _check_depth(len(stack), depth_limit)
                break
        else:
            stack.pop()
            if stack:
                yield Event(CLOSE, open_tag, open_node)


def _check_depth(depth: int, limit: int) -> None:
    if depth > limit:
        raise LimitError("segment", "too-deep", f"elements nested deeper than limits.depth = {limit}")

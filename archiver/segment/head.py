"""What a page declares about itself, sorted into a `Head`: titles, meta elements, JSON-LD, microdata, times.

In come the elements that `SELECTOR` finds, in document order, with two functions that read an attribute and
the text of one: so every parser back-end is served. Nothing is interpreted here; that is the job of `metadata`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from archiver.document import Head, Json

# A drawing has a `<title>` too, which is the tooltip of an icon.
SELECTOR = (
    'html,base,meta,link,title:not(svg *,math *),time,[itemprop],a[rel~="author"],script[type="application/ld+json"]'
)

# Longest declared string that is kept. JSON-LD is exempt: it may hold a whole article.
_LONGEST_VALUE = 20_000

_DECODER = json.JSONDecoder(strict=False)
_WRAPPER = re.compile(r"^\s*(?://|/\*)?\s*<!(?:\[CDATA\[|--)\s*(?:\*/|-->)?")

_Read: TypeAlias = Callable[[Any, str], str | None]
_Text: TypeAlias = Callable[[Any], str]


def read_head(elements: Iterable[tuple[str, Any]], attribute: _Read, text: _Text) -> Head:
    """The declarations of a page from its (tag, element) pairs."""
    reader = _Reader(attribute, text)
    for tag, node in elements:
        reader.read(tag, node)
    return reader.head()


class _Reader:
    def __init__(self, attribute: _Read, text: _Text) -> None:
        self._attribute = attribute
        self._text = text
        self._title = self._language = self._base = ""
        self._pairs: dict[str, list[tuple[str, str]]] = {"meta": [], "links": [], "items": [], "times": []}
        self._json_ld: list[Json] = []
        self._authors: list[str] = []

    def head(self) -> Head:
        meta, links, items, times = (tuple(self._pairs[name]) for name in ("meta", "links", "items", "times"))
        authors = tuple(self._authors)
        return Head(self._title, self._language, self._base, meta, links, tuple(self._json_ld), items, times, authors)

    def read(self, tag: str, node: Any) -> None:
        if tag == "meta":
            self._read_meta(node)
        elif tag == "link":
            self._pairs["links"].append((self._value(node, "rel").lower(), self._value(node, "href")))
        elif tag == "script":
            self._json_ld.extend(_json(self._text(node)))
        elif tag == "title":
            self._title = self._title or self._short_text(node)
        elif tag == "html":
            self._language = self._value(node, "lang") or self._value(node, "xml:lang")
        elif tag == "base":
            self._base = self._base or self._value(node, "href")
        elif tag == "time":
            self._pairs["times"].append((self._value(node, "datetime"), self._short_text(node)))
        elif tag == "a" and "author" in self._value(node, "rel").lower().split():
            self._authors.append(self._short_text(node))
        item = self._value(node, "itemprop")
        if item:
            self._pairs["items"].append((item, self._item_value(tag, node)[:_LONGEST_VALUE]))

    def _read_meta(self, node: Any) -> None:
        for attribute in ("property", "name", "http-equiv"):
            name = self._value(node, attribute).strip().lower()
            if name:
                self._pairs["meta"].append((name, self._value(node, "content")[:_LONGEST_VALUE]))
                return

    def _item_value(self, tag: str, node: Any) -> str:
        """The value of a microdata property (HTML standard, 5.2.4), but the text of a link that has any."""
        declared = self._value(node, "content") or self._value(node, "datetime")
        if declared:
            return declared
        if tag in ("link", "img"):
            return self._value(node, "href") or self._value(node, "src")
        return self._short_text(node) or self._value(node, "href")

    def _value(self, node: Any, name: str) -> str:
        return self._attribute(node, name) or ""

    def _short_text(self, node: Any) -> str:
        return " ".join(self._text(node)[:_LONGEST_VALUE].split())


def _json(script: str) -> list[Json]:
    """The value of a JSON-LD script. What is no JSON is a mistake of the site, and tells nothing.

    Old templates wrap scripts in CDATA marks, others leave a semicolon or a comment behind the value.
    """
    start = _WRAPPER.sub("", script, count=1).lstrip()
    try:
        return [_DECODER.raw_decode(start)[0]]
    except (ValueError, RecursionError):
        return []

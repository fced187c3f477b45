"""The JSON-LD of a page in, candidates from the node that describes its article out.

Values may have any shape and any depth: what is not understood is passed over, and only so many nodes are
looked at. Vocabulary: https://schema.org/Article and its relatives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from archiver.document import Head, Json
from archiver.metadata.candidates import Candidate
from archiver.metadata.folding import fold, tidy

MAX_NODES = 2_000
"""Nodes looked at in one page; feeds and shops embed thousands of others."""
MAX_DEPTH = 12
MAX_VALUES = 100
SOURCE = "json-ld"

_ARTICLES = ("article", "blogposting", "report", "review", "posting", "story", "recipe", "howto", "newsitem")
_PAGES = (
    "webpage",
    "itempage",
    "videoobject",
    "aboutpage",
    "medicalwebpage",
    "creativework",
    "course",
    "podcastepisode",
)
_FURTHER = ("@graph", "mainEntity", "mainEntityOfPage", "about", "isPartOf")
"""Keys below which the article may stand; never itemListElement, hasPart, comment or mentions."""

_FIELDS = (
    ("title", ("headline", "name")),
    ("description", ("description",)),
    ("published", ("datePublished", "uploadDate", "dateCreated")),
    ("modified", ("dateModified",)),
    ("section", ("articleSection",)),
    ("tags", ("keywords",)),
    ("license", ("license",)),
    ("url", ("url",)),
    ("paywalled", ("isAccessibleForFree",)),
)

Node = Mapping[str, Json]


def find(head: Head) -> Iterator[Candidate]:
    """Candidates for title, description, dates, section, tags, authors, publisher, site name, licence."""
    nodes = list(_nodes(head.json_ld))
    known = {key: node for node in nodes if isinstance(key := node.get("@id"), str) and len(node) > 1}
    article = _article(nodes, head)
    if article is not None:
        yield from _describe(article, known)
    for node in nodes:
        if _is(node, ("website",)):
            yield from _texts("site_name", node.get("name"), "WebSite.name", known)


def _nodes(values: Iterable[Json]) -> Iterator[Node]:
    """The top nodes, and those below the keys that may hold the article, breadth first."""
    level: list[Json] = list(values)
    seen = 0
    for _ in range(MAX_DEPTH):
        following: list[Json] = []
        for value in level:
            seen += 1
            if seen > MAX_NODES:
                return
            if isinstance(value, Mapping):
                yield value
                following.extend(value[key] for key in _FURTHER if isinstance(value.get(key), Mapping | Sequence))
            elif isinstance(value, Sequence) and not isinstance(value, str):
                following.extend(value[:MAX_NODES])
        level = [value for value in following if not isinstance(value, str)]


def _article(nodes: Sequence[Node], head: Head) -> Node | None:
    """The node that describes the page's article: of the right type, and, of several, with the page's title."""
    for kinds in (_ARTICLES, _PAGES):
        fitting = [node for node in nodes if _is(node, kinds)]
        if not fitting:
            continue
        title = fold(tidy(head.title))
        named = [node for node in fitting if _is_named_by(node, title)]
        whole = [node for node in (named or fitting) if "author" in node or "datePublished" in node]
        return (whole or named or fitting)[0]
    return None


def _is(node: Node, kinds: tuple[str, ...]) -> bool:
    kind = node.get("@type")
    names = [kind] if isinstance(kind, str) else kind if isinstance(kind, Sequence) else []
    return any(isinstance(name, str) and name.lower().endswith(kinds) for name in names[:8])


def _is_named_by(node: Node, title: str) -> bool:
    headline = node.get("headline") or node.get("name")
    folded = fold(tidy(headline)) if isinstance(headline, str) else ""
    return bool(folded) and (folded in title or title in folded)


def _describe(node: Node, known: Mapping[str, Node]) -> Iterator[Candidate]:
    kind = _type_name(node)
    for field, keys in _FIELDS:
        for key in keys:
            if key in node:
                yield from _texts(field, node[key], f"{kind}.{key}", known)
    for key in ("author", "creator"):
        if node.get(key):
            yield from _people(node[key], f"{kind}.{key}", known)
            break
    yield from _texts("publisher", node.get("publisher"), f"{kind}.publisher", known)


def _type_name(node: Node) -> str:
    kind = node.get("@type")
    if isinstance(kind, Sequence) and not isinstance(kind, str):
        kind = kind[0] if kind else None
    return kind[:40] if isinstance(kind, str) else "Thing"


def _people(value: Json, locator: str, known: Mapping[str, Node]) -> Iterator[Candidate]:
    """One candidate an author; bodies after people, marked by their type in the locator."""
    bodies = []
    for item in _items(value):
        text = _text(item, known)
        if not text:
            continue
        target = _resolved(item, known)
        body = isinstance(target, Mapping) and _is(target, ("organization", "corporation"))
        candidate = Candidate("authors", tidy(text), SOURCE, locator, text)
        if body:
            bodies.append(candidate._replace(locator=f"{locator}.Organization"))
        else:
            yield candidate
    yield from bodies


def _texts(field: str, value: Json, locator: str, known: Mapping[str, Node]) -> Iterator[Candidate]:
    for item in _items(value):
        text = _text(item, known)
        if text:
            yield Candidate(field, tidy(text), SOURCE, locator, text)


def _items(value: Json) -> Iterator[Json]:
    """The value, or each of its items; lists in lists are opened a few levels deep."""
    level = [value]
    for _ in range(MAX_DEPTH):
        following: list[Json] = []
        for item in level:
            if isinstance(item, Sequence) and not isinstance(item, str):
                following.extend(item[:MAX_VALUES])
            elif item is not None:
                yield item
        level = following[:MAX_VALUES]


def _resolved(item: Json, known: Mapping[str, Node]) -> Json:
    """The node that ``{"@id": …}`` refers to, else the item itself."""
    if isinstance(item, Mapping) and "name" not in item:
        reference = item.get("@id")
        if isinstance(reference, str):
            return known.get(reference, item)
    return item


def _text(item: Json, known: Mapping[str, Node]) -> str:
    """What a value says: a string, a number, or the name, value or address of a node."""
    if isinstance(item, bool):
        return "true" if item else "false"
    if isinstance(item, int | float):
        return str(item)[:40]
    if isinstance(item, str):
        return item
    node = _resolved(item, known)
    if not isinstance(node, Mapping):
        return ""
    for key in ("name", "@value", "url", "@id"):
        value = node.get(key)
        if isinstance(value, Sequence) and not isinstance(value, str):
            value = next((entry for entry in value[:MAX_VALUES] if isinstance(entry, str)), None)
        if isinstance(value, str) and value.strip():
            return value
    return ""

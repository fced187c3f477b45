"""What the page itself says of its article: title, description, lead and, embedded as JSON-LD, often the whole text.

They are witnesses to which blocks are the article's; none of their text is ever put in a block's place. A block that
stands on the page several times is a witness against itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from archiver.document import Document, Json
from archiver.features.batch import Batch, Floats
from archiver.words import words

_OF_BLOCK = (
    "title_share",
    "title_overlap",
    "description_share",
    "body_known",
    "body_share",
    "slug_share",
    "lead_share",
)
NAMES = (*_OF_BLOCK, "title_around", "lead_around", "lead_wide", "repeats", "repeated")

# The lead is the first prose of a page, so many words of it.
_LEAD_WORDS = 150
_AROUND, _WIDE = 3, 10
_TOPICAL = 5
_SHORT = 3
_NO_WORDS: frozenset[str] = frozenset()

# Longest block that is compared with the title and the description; an embedded body is compared with all.
_MOST_WORDS = 60
# An embedded text shorter than this is a teaser.
_BODY_WORDS = 80
_BODY_KEYS = ("articleBody", "text", "reviewBody", "recipeInstructions")
_DESCRIPTIONS = ("description", "og:description", "twitter:description")
_LONGEST_BODY = 400_000
_DEEPEST = 8
_SHINGLE = 3


def witness_columns(batch: Batch) -> list[Floats]:
    """The columns of `NAMES`, each of shape (blocks,)."""
    rows: list[tuple[float, ...]] = []
    repeats: list[float] = []
    repeated: list[float] = []
    is_prose = batch.prose > 0
    for document, (start, stop) in zip(batch.documents, batch.bounds, strict=True):
        tokens = batch.tokens[start:stop]
        rows += _rows(document, tokens, _lead(tokens, is_prose[start:stop].tolist()))
        _count_repeats(tokens, repeats, repeated)
    columns = list(np.array(rows, float).reshape(-1, len(_OF_BLOCK)).T)
    topical = dict(zip(_OF_BLOCK, columns, strict=True))
    near = np.where(is_prose, topical["lead_share"], 0.0)
    weight = np.maximum(batch.windowed(is_prose.astype(float), _AROUND), 0.01)
    wide_weight = np.maximum(batch.windowed(is_prose.astype(float), _WIDE), 0.01)
    return [
        *columns,
        batch.windowed(topical["title_overlap"], _AROUND),
        batch.windowed(near, _AROUND) / weight,
        batch.windowed(near, _WIDE) / wide_weight,
        np.log1p(np.array(repeats, float)),
        np.array(repeated, float),
    ]


def _rows(document: Document, tokens: list[list[str]], lead: frozenset[str]) -> Iterator[tuple[float, ...]]:
    title = _content_words(document.title)
    described = _content_words(_description(document))
    slug = _content_words(_slug(document))
    body = _shingles(words(embedded_text(document).lower()))
    known = float(bool(body))
    # The words that tell nothing are looked for once a document, and then taken from each block as a set.
    shorter = {word for word in set().union(*tokens) if len(word) <= _TOPICAL and word.isascii()}
    short = {word for word in shorter if len(word) <= _SHORT}
    told = title | described | slug | lead
    untold = (0.0, 0.0, 0.0, known, 0.0, 0.0, 0.0)
    for found in tokens:
        if not body and told.isdisjoint(found):  # most blocks: entries of menus, teasers
            yield untold
            continue
        distinct = set(found)
        own = distinct - short if len(found) <= _MOST_WORDS else _NO_WORDS
        topical = distinct - shorter if lead else _NO_WORDS
        of_title = len(own & title)
        yield (
            of_title / len(own) if of_title else 0.0,
            of_title / len(title) if of_title else 0.0,
            len(own & described) / len(own) if own and described else 0.0,
            known,
            _contained(found, body) if body else 0.0,
            len(own & slug) / len(own) if own and slug else 0.0,
            len(topical & lead) / len(topical) if topical else 0.0,
        )


def _lead(tokens: list[list[str]], is_prose: list[bool]) -> frozenset[str]:
    """The long words of the first prose of a document."""
    lead: list[str] = []
    for found, prose in zip(tokens, is_prose, strict=True):
        if prose:
            lead += found
        if len(lead) >= _LEAD_WORDS:
            break
    return frozenset(word for word in lead[:_LEAD_WORDS] if len(word) > _TOPICAL or not word.isascii())


def _count_repeats(tokens: list[list[str]], repeats: list[float], repeated: list[float]) -> None:
    """How often each block's words stand on the page besides, and whether they did so before it."""
    lines = list(map(tuple, tokens))
    counts = Counter(lines)
    seen: set[tuple[str, ...]] = set()
    for line in lines:
        again = bool(line) and counts[line] > 1
        repeats.append(counts[line] - 1 if again else 0)
        repeated.append(float(again and line in seen))
        if again:
            seen.add(line)


def embedded_text(document: Document) -> str:
    """The longest text of an article that the page's JSON-LD holds; empty where there is none of some length."""
    texts = [text for data in document.head.json_ld for text in _texts(data, 0)]
    longest = max(texts, key=len, default="")[:_LONGEST_BODY]
    return longest if len(words(longest)) >= _BODY_WORDS else ""


def _texts(data: Json, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    if isinstance(data, dict):
        for key, value in data.items():
            if key in _BODY_KEYS and isinstance(value, str):
                yield value
            else:
                yield from _texts(value, depth + 1)
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from _texts(value, depth + 1)


def _description(document: Document) -> str:
    return next((content for name, content in document.head.meta if name.lower() in _DESCRIPTIONS), "")


def _slug(document: Document) -> str:
    """The last part of the page's address, where publishers spell the headline."""
    links = document.head.links
    url = next((href for rel, href in links if rel == "canonical"), document.source.url if document.source else None)
    parts = [part for part in (url or "").split("?")[0].split("/") if part]
    return max(parts[2:], key=len, default="").replace("-", " ").replace("_", " ")


def _content_words(text: str) -> frozenset[str]:
    """The words that mean something: those of four letters and more, and all of scripts that are not Latin."""
    return frozenset(word for word in words(text.lower()) if len(word) > _SHORT or not word.isascii())


def _shingles(found: list[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(zip(found, found[1:], found[2:], strict=False))


def _contained(found: list[str], body: frozenset[tuple[str, ...]]) -> float:
    """The share of a block's runs of three words that stand in the embedded text; of a shorter block, -0.5: unknown."""
    if len(found) < _SHINGLE:
        return -0.5
    shingles = list(zip(found, found[1:], found[2:], strict=False))
    return sum(shingle in body for shingle in shingles) / len(shingles)

"""What the page itself says of its article: title, description, lead and, embedded as JSON-LD, often the whole text.

They are witnesses to which blocks are the article's; none of their text is ever put in a block's place. A block that
stands on the page several times is a witness against itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from archiver.document import Document, Json
from archiver.features.batch import Batch, Floats, Ints
from archiver.features.numbered import NumberedWords
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
# Words of scripts that are not Latin count as long.
_LONG = 100

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
    repeats: list[float] = []
    repeated: list[float] = []
    told: list[_Told] = []
    is_prose = batch.prose > 0
    for document, (start, stop) in zip(batch.documents, batch.bounds, strict=True):
        tokens = batch.tokens[start:stop]
        told.append(_told(document, _lead(tokens, is_prose[start:stop].tolist())))
        _count_repeats(tokens, repeats, repeated)
    topical = _shares(batch, told) | _body_columns(batch, told)
    near = np.where(is_prose, topical["lead_share"], 0.0)
    weight = np.maximum(batch.windowed(is_prose.astype(float), _AROUND), 0.01)
    wide_weight = np.maximum(batch.windowed(is_prose.astype(float), _WIDE), 0.01)
    return [
        *(topical[name] for name in _OF_BLOCK),
        batch.windowed(topical["title_overlap"], _AROUND),
        batch.windowed(near, _AROUND) / weight,
        batch.windowed(near, _WIDE) / wide_weight,
        np.log1p(np.array(repeats, float)),
        np.array(repeated, float),
    ]


class _Told(NamedTuple):
    """What a page says of its article: words of its title, description, address and lead; its text as shingles."""

    title: frozenset[str]
    described: frozenset[str]
    slug: frozenset[str]
    lead: frozenset[str]
    body: frozenset[tuple[str, ...]]


def _told(document: Document, lead: frozenset[str]) -> _Told:
    return _Told(
        title=_content_words(document.title),
        described=_content_words(_description(document)),
        slug=_content_words(_slug(document)),
        lead=lead,
        body=_shingles(words(embedded_text(document).lower())),
    )


def _shares(batch: Batch, told: Sequence[_Told]) -> dict[str, Floats]:
    """How much of what each block says the title, the description, the address and the lead of its page say too."""
    numbered = batch.numbered
    kinds, blocks = len(numbered.numbers), len(batch.blocks)
    block, word = _distinct(numbered)
    length = np.fromiter(map(len, numbered.numbers), np.intp, kinds)
    length[~np.fromiter(map(str.isascii, numbered.numbers), bool, kinds)] = _LONG
    own = np.bincount(block[length[word] > _SHORT], minlength=blocks)
    own[numbered.count > _MOST_WORDS] = 0
    topical = np.bincount(block[length[word] > _TOPICAL], minlength=blocks)
    hits = {name: np.zeros(len(word), bool) for name in ("title", "described", "slug", "lead")}
    places = np.searchsorted(block, [edge for bound in batch.bounds for edge in bound]).reshape(-1, 2).tolist()
    for page, (start, stop) in zip(told, places, strict=True):
        for name, found in hits.items():
            wanted: frozenset[str] = getattr(page, name)
            if wanted:
                found[start:stop] = numbered.flagged(wanted)[word[start:stop]]
    shared = {name: np.bincount(block[found], minlength=blocks) for name, found in hits.items()}
    titles = np.array([max(len(page.title), 1) for page in told], float)[batch.page]
    is_own = own > 0
    return {
        "title_share": np.where(is_own, shared["title"], 0) / np.maximum(own, 1),
        "title_overlap": np.where(is_own, shared["title"], 0) / titles,
        "description_share": np.where(is_own, shared["described"], 0) / np.maximum(own, 1),
        "slug_share": np.where(is_own, shared["slug"], 0) / np.maximum(own, 1),
        "lead_share": shared["lead"] / np.maximum(topical, 1),
    }


def _distinct(numbered: NumberedWords) -> tuple[Ints, Ints]:
    """Each word of a block once: the block's number and the word's, in order."""
    kinds = max(len(numbered.numbers), 1)
    keys = np.sort(numbered.line * kinds + numbered.of, kind="stable")  # which is fast where nearly all is in order
    block, word = np.divmod(keys[np.diff(keys, prepend=-1) != 0], kinds)
    return block, word


def _body_columns(batch: Batch, told: Sequence[_Told]) -> dict[str, Floats]:
    """Whether a page embeds the text of its article, and how much of each block stands there."""
    known, share = np.zeros(len(batch.blocks)), np.zeros(len(batch.blocks))
    for page, (start, stop) in zip(told, batch.bounds, strict=True):
        if page.body:
            known[start:stop] = 1.0
            share[start:stop] = [_contained(found, page.body) for found in batch.tokens[start:stop]]
    return {"body_known": known, "body_share": share}


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

"""What a page calls an element becomes words: its class, id and role, split where a person would split them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

# A capital after a small letter begins a word: ``relatedPosts`` is two.
_WORDS = re.compile(r"[A-Z]+[a-z]*|[a-z]+|[0-9]+")

# Characters of a name that are read. Longer ones are machine-made.
_LONGEST_NAME = 2000

_REMEMBERED = 1 << 14


def name_words(classes: str | None, identifier: str | None, role: str | None, style: str | None) -> tuple[str, ...]:
    """The words of an element's names, each once, in lower case; ``hidden`` where its style hides it.

    >>> name_words("relatedPosts col-2", "posts", None, "display: none")
    ('related', 'posts', 'col', '2', 'hidden')
    """
    if not (identifier or role or style):  # most elements
        return _split(classes[:_LONGEST_NAME]) if classes else ()
    name = " ".join(filter(None, (classes, identifier, role)))[:_LONGEST_NAME]
    if style and ("none" in style or "hidden" in style):
        name += " hidden"
    if classes and len(classes) < _LONGEST_NAME:
        return tuple(dict.fromkeys((*_split(classes), *_words_of(name[len(classes) :]))))
    return tuple(dict.fromkeys(_words_of(name)))


@lru_cache(_REMEMBERED)
def _split(classes: str) -> tuple[str, ...]:
    """The words of classes, each once. Remembered, since elements of a page and pages of a site share their classes."""
    return tuple(dict.fromkeys(_words_of(classes)))


def _words_of(name: str) -> Iterator[str]:
    return chain.from_iterable(map(_split_part, name.split()))


@lru_cache(_REMEMBERED)
def _split_part(part: str) -> tuple[str, ...]:
    """The words of what stands between white space: of that there is much less on all pages than of whole names."""
    return tuple(map(str.lower, _WORDS.findall(part)))

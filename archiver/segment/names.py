"""What a page calls an element becomes words: its class, id and role, split where a person would split them."""

from __future__ import annotations

import re
from functools import lru_cache

# A capital after a small letter begins a word: ``relatedPosts`` is two.
_WORDS = re.compile(r"[A-Z]+[a-z]*|[a-z]+|[0-9]+")
_SMALL_WORDS = re.compile(r"[a-z]+|[0-9]+")

# Characters of a name that are read. Longer ones are machine-made.
_LONGEST_NAME = 2000

_REMEMBERED = 1 << 14


def name_words(classes: str | None, identifier: str | None, role: str | None, style: str | None) -> tuple[str, ...]:
    """The words of an element's names, each once, in lower case; ``hidden`` where its style hides it.

    >>> name_words("relatedPosts col-2", "posts", None, "display: none")
    ('related', 'posts', 'col', '2', 'hidden')
    """
    name = " ".join(filter(None, (classes, identifier, role))) if identifier or role else classes or ""
    name = name[:_LONGEST_NAME]
    if style and ("none" in style or "hidden" in style):
        name += " hidden"
    return _split(name)


@lru_cache(_REMEMBERED)
def _split(name: str) -> tuple[str, ...]:
    """Remembered, since the pages of a site share their names, and splitting takes a tenth of a page's time."""
    words = _SMALL_WORDS.findall(name) if name.islower() else map(str.lower, _WORDS.findall(name))
    return tuple(dict.fromkeys(words))

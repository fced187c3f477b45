"""Titles as they are declared and shown in, the article's headline without site name and section out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from archiver.metadata.folding import fold

MAX_TITLE_CHARS = 500
"""A longer "title" is a paragraph in the wrong place."""

MAX_TITLES = 12
"""So many titles of a page are compared."""

_JOINT = re.compile(r"(\s*[|¦｜»«›‹]+\s*|\s+(?:[-–—‒·•~/:*]|::|--|>|<)\s+|\s*——?\s*|--)")
_STRONG = frozenset("|¦｜»«›‹")
_PATH = frozenset("»›")
_SHORT_SEGMENT_WORDS = 4
"""A segment beside a bar that has no more words than this and fewer than the rest is a site or a section."""
_MIN_AGREEING = 8
"""Folded characters from which on one title inside another is agreement, not chance."""
_MIN_SITE = 3
_ALIKE = 0.3
"""From this share of common words a heading is another wording of the declared title, and the one to show."""
_MIN_HEADLINE_WORDS = 3


def headline(shown: Sequence[str], declared: Sequence[str], sites: Iterable[str]) -> str | None:
    """The headline on which what is shown and what is declared agree.

    Args:
        shown: headings of the first rank and blocks labelled as title, in document order.
        declared: titles that the page declares, most trusted first.
        sites: names of site and publisher, and the host.
    """
    names = frozenset(name for name in map(_site_name, sites) if len(name) >= _MIN_SITE)
    cleaned = [without_site(title, names) for title in _sensible(declared)]
    headings = [heading for heading in _sensible(shown) if fold(heading) not in names]
    if not cleaned:
        return without_site(headings[0], names) if headings else None
    best = max(headings, key=lambda heading: _likeness(heading, cleaned), default="")
    if best and (_likeness(best, cleaned) >= _ALIKE or _is_only_headline(best, headings)):
        return best if fold(best) in map(fold, cleaned) else without_site(best, names)
    return _most_agreed(cleaned)


def _sensible(titles: Iterable[str]) -> list[str]:
    """The first few titles that are of a title's length and not mere punctuation."""
    return [title for title in titles if len(title) <= MAX_TITLE_CHARS and fold(title)][:MAX_TITLES]


def _likeness(heading: str, titles: Iterable[str]) -> float:
    """How much of its words a heading shares with the most similar title, in [0, 1]; 1 where one holds the other."""
    return max(1.0 if _agree(heading, title) else _shared_words(heading, title) for title in titles)


def _shared_words(a: str, b: str) -> float:
    """Dice's coefficient of the two sets of words; of letter pairs where a script has no spaces."""
    first, second = _units(a), _units(b)
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def _units(title: str) -> set[str]:
    words = {fold(word) for word in title.split()} - {""}
    if len(words) > 1:
        return words
    folded = fold(title)
    return {folded[index : index + 2] for index in range(len(folded) - 1)}


def _is_only_headline(heading: str, headings: Sequence[str]) -> bool:
    """Whether the page shows one heading of the first rank, and that is long enough for a headline."""
    return len(set(map(fold, headings))) == 1 and len(heading.split()) >= _MIN_HEADLINE_WORDS


def without_site(title: str, sites: frozenset[str]) -> str:
    """The title without the segments at its ends that name the site, or, beside a bar, its section."""
    parts = _JOINT.split(title)
    while len(parts) > 1 and _is_site(parts[-1], _STRONG & set(parts[-2]), parts[:-2], sites):
        parts = parts[:-2]
    while len(parts) > 1 and _is_site(parts[0], _PATH & set(parts[1]), parts[2:], sites):
        parts = parts[2:]
    bare = "".join(parts).strip(" |-–—·•»«:")
    return bare or title


def _is_site(segment: str, weak: frozenset[str] | set[str], rest: Sequence[str], sites: frozenset[str]) -> bool:
    """Whether a segment at an end is the site's name, or, after a sign that often sets it off, a short section."""
    folded = fold(segment)
    if not folded or folded in sites:
        return True
    if len(folded) >= _MIN_AGREEING and any(folded in site or site in folded for site in sites):
        return len(folded) < len(fold("".join(rest)))
    words, longest = len(segment.split()), max(len(part.split()) for part in rest)
    return bool(weak) and words <= _SHORT_SEGMENT_WORDS and words < longest


def _agree(heading: str, title: str) -> bool:
    """Whether two titles are the same, or one holds the other."""
    a, b = fold(heading), fold(title)
    if not a or not b:
        return False
    return a == b or (min(len(a), len(b)) >= _MIN_AGREEING and (a in b or b in a))


def _most_agreed(titles: Sequence[str]) -> str:
    """The title said most often; of equals the first."""
    counts = Counter(fold(title) for title in titles)
    return max(titles, key=lambda title: counts[fold(title)])


def _site_name(name: str) -> str:
    """A site's name, or the telling part of a host, folded."""
    if "." in name and " " not in name:
        labels = name.lower().removeprefix("www.").split(".")
        name = max(labels[:-1], key=len) if len(labels) > 1 else name
    return fold(name)

"""Titles as they are declared and shown in, the article's headline without site name and section out.

Each place where a title stands has a vote for it: the page's main heading, the title it declares for sharing,
its structured headline, the block labelled as title, and the words of its address. The votes were set by a
search over rounded weights on the development pages, half of the sites at a time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import NamedTuple
from urllib.parse import unquote

from archiver.metadata.folding import fold

MAX_TITLE_CHARS = 500
"""A longer "title" is a paragraph in the wrong place."""
MAX_TITLES = 24
"""So many titles of a page are compared."""

HEADING, BLOCK, NEWS, HEADLINE, SHARED, OTHER = "heading", "block", "news", "headline", "shared", "other"
"""Where a title stands: a heading of the first rank, a block labelled as title, the structured headline of a news
article or of another one, the title for sharing, or elsewhere (the ``<title>`` element, a name)."""

VOTES = {HEADING: 1.0, BLOCK: 0.5, NEWS: 2.0, HEADLINE: 0.5, SHARED: 1.0, OTHER: 0.0}
ONLY_HEADING = 0.5
"""More for a page's only heading of the first rank."""
LIKENESS = 0.5
"""For words shared with a title that the page declares."""
ADDRESS = 2.0
"""For words shared with the address: it is made from the headline, and seldom changed with it."""
SHOWN = 1.5
"""For a declared title that a block of lower rank shows, where the main heading says something else: it names the
section ("Allergies Health Center")."""
UNLIKE = 0.2
"""Two titles that share less say different things; "and" may be the same."""
UNFIT = 2.0
"""Against a site's name, and against a sentence of more than `MAX_HEADLINE_CHARS`."""
SHORT = 1.0
"""Against a title of fewer than `MIN_HEADLINE_CHARS` characters: a section, a menu."""
MAX_HEADLINE_CHARS = 160
MIN_HEADLINE_CHARS = 12

_JOINTS = r"(\s*[{bars}]+\s*|\s+(?:[-–—‒·•~/:*]|::|--|>|<)\s+|\s*——?\s*|--)"
_JOINT = re.compile(_JOINTS.replace("{bars}", "|¦｜»«›‹"))
_JOINT_IN_QUOTES = re.compile(_JOINTS.replace("{bars}", "|¦｜›‹"))
"""Where a title has both kinds of guillemets they are quotation marks."""
_SIGN = re.compile(r"[|¦｜»«›‹–—‒·•~/:*<>-]")
"""What every joint is made of."""
_STRONG = frozenset("|¦｜»«›‹")
_PATH = frozenset("»›")
_ENDS = " |-–—·•:/"
_QUOTES = frozenset("«»")
_SHORT_SEGMENT_WORDS = 4
"""A segment beside a bar that has no more words than this and fewer than the rest is a site or a section."""
_MIN_AGREEING = 8
"""Folded characters from which on one title inside another is agreement, not chance."""
_MIN_SITE = 3
_MIN_SITE_WORD = 5
MAX_KICKER_WORDS = 5
_KICKER_END = re.compile(r":\s+$|\s[-–—]\s+$")
_MIN_SLUG_WORDS = 3
_SLUG_WORD = re.compile(r"[^\W_]+")
_EXTENSION = re.compile(r"\.[a-z]{2,5}$")


class Title(NamedTuple):
    """A title as it stood, and the kind of place it stood at."""

    value: str
    place: str


def headline(found: Sequence[Title], sites: Iterable[str], url: str | None = None) -> str | None:
    """The headline that most evidence speaks for, None where there is no title.

    Args:
        found: all titles of the page, headings in document order.
        sites: names of site and publisher, and the host.
        url: the page's address.
    """
    names = frozenset(
        name for site in sites for name in (site_of(site), fold(site.removeprefix("www."))) if len(name) >= _MIN_SITE
    )
    places: dict[str, list[str]] = {}
    spelt: dict[str, str] = {}
    for title in _sensible(found):
        value = without_site(title.value, names)
        places.setdefault(fold(value), []).append(title.place)
        spelt.setdefault(fold(value), value)
    if len(spelt) < 2:
        return next(iter(spelt.values()), None)
    main = _main_heading(places, names)
    slug = _slug(url)
    scores = {folded: _score(folded, spelt, places, names, main, slug) for folded in spelt}
    return spelt[max(spelt, key=lambda folded: _with_kicker(folded, spelt, scores, places))]


def _sensible(found: Iterable[Title]) -> list[Title]:
    """The first few titles that are of a title's length and not mere punctuation."""
    return [title for title in found if len(title.value) <= MAX_TITLE_CHARS and fold(title.value)][:MAX_TITLES]


def _main_heading(places: Mapping[str, Sequence[str]], sites: frozenset[str]) -> str | None:
    """The first heading that is not the site's name."""
    return next((folded for folded, kinds in places.items() if HEADING in kinds and folded not in sites), None)


def _score(
    folded: str,
    spelt: Mapping[str, str],
    places: Mapping[str, Sequence[str]],
    sites: frozenset[str],
    main: str | None,
    slug: frozenset[str],
) -> float:
    kinds = set(places[folded])
    if folded != main:
        kinds.discard(HEADING)
    score = sum(VOTES[kind] for kind in kinds)
    if folded == main and not any(HEADING in other for title, other in places.items() if title not in (main, *sites)):
        score += ONLY_HEADING
    declared = (spelt[title] for title, other in places.items() if title != folded and not _SEEN.issuperset(other))
    score += LIKENESS * max((_shared_words(spelt[folded], title) for title in declared), default=0.0)
    score += ADDRESS * _shared_with(slug, spelt[folded])
    is_shown = BLOCK in kinds and not _SEEN.issuperset(kinds)
    if is_shown and main and _shared_words(spelt[folded], spelt[main]) < UNLIKE:
        score += SHOWN
    if folded in sites or len(spelt[folded]) > MAX_HEADLINE_CHARS:
        score -= UNFIT
    return score - SHORT * (len(folded) < MIN_HEADLINE_CHARS)


_SEEN = frozenset((HEADING, BLOCK))
_HEADLINES = frozenset((NEWS, HEADLINE, SHARED))


def _with_kicker(
    folded: str, spelt: Mapping[str, str], scores: Mapping[str, float], places: Mapping[str, Sequence[str]]
) -> float:
    """The score of a declared title, and that of one which says the same after a kicker (``Laos: …``)."""
    if _HEADLINES.isdisjoint(places[folded]) or len(folded) < MIN_HEADLINE_CHARS:
        return scores[folded]
    longer = [scores[other] for other in scores if _has_kicker(spelt[other], spelt[folded])]
    return scores[folded] + max(longer, default=0.0)


def _has_kicker(longer: str, title: str) -> bool:
    if not longer.endswith(title):
        return False
    kicker = longer.removesuffix(title)
    return len(kicker) < len(longer) and len(kicker.split()) <= MAX_KICKER_WORDS and bool(_KICKER_END.search(kicker))


def _shared_words(a: str, b: str) -> float:
    """Dice's coefficient of the two sets of words; of letter pairs where a script has no spaces."""
    first, second = _units(a), _units(b)
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


@lru_cache(maxsize=256)
def _units(title: str) -> frozenset[str]:
    words = frozenset(fold(word) for word in title.split()) - {""}
    if len(words) > 1:
        return words
    folded = fold(title)
    return frozenset(folded[index : index + 2] for index in range(len(folded) - 1))


def _slug(url: str | None) -> frozenset[str]:
    """The words of the part of an address that has most of them; none where they are few."""
    if not url:
        return frozenset()
    path = unquote(url.partition("?")[0].partition("#")[0]).split("/")[3:]
    parts = [[word for word in _latin(_EXTENSION.sub("", part)) if not word.isdigit()] for part in path]
    longest = max(parts, key=len, default=[])
    return frozenset(longest) if len(longest) >= _MIN_SLUG_WORDS else frozenset()


def _shared_with(slug: frozenset[str], title: str) -> float:
    words = frozenset(_latin(title))
    return 2 * len(words & slug) / (len(words) + len(slug)) if words and slug else 0.0


_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "å": "a", "ł": "l"})


def _latin(text: str) -> list[str]:
    """The words of a string as addresses write them: lower case, without accents and apostrophes."""
    text = text.lower().replace("'", "").replace("’", "").translate(_SPELT_OUT)
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Mn")
    return _SLUG_WORD.findall(text)


def without_site(title: str, sites: frozenset[str]) -> str:
    """The title without the segments at its ends that name the site, or, beside a bar, its section."""
    if not _SIGN.search(title):
        return title.strip(_ENDS + "«»") or title
    quoted = _QUOTES.issubset(title)
    parts = (_JOINT_IN_QUOTES if quoted else _JOINT).split(title)
    while len(parts) > 1 and _is_site(parts[-1], _STRONG & set(parts[-2]), parts[:-2], sites):
        parts = parts[:-2]
    while len(parts) > 1 and (_is_site(parts[0], _PATH & set(parts[1]), parts[2:], sites) or _begins_path(parts)):
        parts = parts[2:]
    bare = "".join(parts).strip(_ENDS if quoted else _ENDS + "«»")
    return bare or title


def _begins_path(parts: Sequence[str]) -> bool:
    """Whether the first of three segments or more begins the path to the article: ``Site » Blog Archive » …``."""
    leads = all(not _PATH.isdisjoint(joint) for joint in parts[1::2])
    return leads and len(parts) > len(("site", "»", "headline")) and len(parts[0].split()) <= _SHORT_SEGMENT_WORDS


def _is_site(segment: str, weak: frozenset[str] | set[str], rest: Sequence[str], sites: frozenset[str]) -> bool:
    """Whether a segment at an end is the site's name, or, after a sign that often sets it off, a short section."""
    folded = fold(segment)
    if not folded or folded in sites:
        return True
    if len(folded) >= _MIN_AGREEING and any(folded in site or site in folded for site in sites):
        part = weak and any(folded in site for site in sites)
        return bool(part) or len(folded) < len(fold("".join(rest)))
    if weak and any(map(partial(_is_host_of, segment), sites)):
        return True
    words, longest = len(segment.split()), max(len(part.split()) for part in rest)
    return bool(weak) and words <= _SHORT_SEGMENT_WORDS and words < longest


def _is_host_of(segment: str, site: str) -> bool:
    """Whether a site is named after a segment: by its initials, or by its first word and more."""
    words = [folded for folded in map(fold, segment.split()) if folded]
    initials = "".join(word[0] for word in words)
    return len(words) > 1 and (initials == site or (len(words[0]) >= _MIN_SITE_WORD and site.startswith(words[0])))


def site_of(name: str) -> str:
    """A site's name, or the telling part of a host, folded."""
    if "." in name and " " not in name:
        labels = name.lower().removeprefix("www.").split(".")
        name = max(labels[:-1], key=len) if len(labels) > 1 else name
    return fold(name)

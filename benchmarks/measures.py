"""The measures of the development sets, as their README defines them.

Enter: the text a system gave and the gold. Leave: precision, recall, F1 and the shares built on them.
Pure functions; nothing here knows a system, a file or a table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from statistics import fmean
from typing import NamedTuple, TypeAlias

EXACT = 0.99
"""F1 from which on a news page counts as given back exactly."""
SAME = 0.999
"""F1 from which on a cleaned text counts as left alone."""
HARMED = 0.01
"""Loss of F1 above which a document counts as harmed."""

Units: TypeAlias = "Counter[str]"
Tokenizer: TypeAlias = Callable[[str], Units]

_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_KANA = "\u3041-\u309f\u30a1-\u30ff\u31f0-\u31ff\uff66-\uff9f"
_HANGUL = "\u1100-\u11ff\u3131-\u318e\ua960-\ua97f\uac00-\ud7ff"
_ONE_BY_ONE = _HAN + _KANA + _HANGUL
_WORD = re.compile(r"\w+")
_WORD_OR_CHARACTER = re.compile(rf"[{_ONE_BY_ONE}]|[^\W{_ONE_BY_ONE}]+")


class Fit(NamedTuple):
    """How well a text fits its gold: each value in [0, 1]."""

    precision: float
    recall: float
    f1: float


class Segments(NamedTuple):
    """How many must-have segments were found and missed, and how many must-not-have ones leaked."""

    found: int
    missed: int
    leaked: int


def words(text: str) -> Units:
    """The words of a text, in lower case, with how often each occurs.

    >>> sorted(words("One, two: ONE!").items())
    [('one', 2), ('two', 1)]
    """
    return Counter(_WORD.findall(text.lower()))


def units(text: str) -> list[str]:
    """The words of a text in lower case, each Han, Kana and Hangul character by itself, in order.

    >>> units("東京 2025年 News")
    ['東', '京', '2025', '年', 'news']
    """
    return _WORD_OR_CHARACTER.findall(text.lower())


def words_and_characters(text: str) -> Units:
    """Like `words`, but each Han, Kana and Hangul character counts as a unit of its own.

    >>> sorted(words_and_characters("東京 2025年 news"))
    ['2025', 'news', '京', '年', '東']
    """
    return Counter(units(text))


def fit(text: str, gold: str, tokenize: Tokenizer = words) -> Fit:
    """Precision, recall and F1 over the units the two texts share. Two empty texts fit perfectly.

    >>> fit("a b c d", "a b")
    Fit(precision=0.5, recall=1.0, f1=0.6666666666666666)
    >>> fit("", "a b").f1, fit("", "").f1
    (0.0, 1.0)
    """
    ours, theirs = tokenize(text), tokenize(gold)
    if not ours and not theirs:
        return Fit(1.0, 1.0, 1.0)
    shared = (ours & theirs).total()
    if not shared:
        return Fit(0.0, 0.0, 0.0)
    return Fit(shared / ours.total(), shared / theirs.total(), 2 * shared / (ours.total() + theirs.total()))


def best_fit(text: str, accepted: Iterable[str], tokenize: Tokenizer = words) -> Fit:
    """The fit to whichever of the accepted golds the text fits best.

    >>> best_fit("a b", ("a b", "dek a b")).f1
    1.0
    """
    return max((fit(text, gold, tokenize) for gold in accepted), key=lambda found: found.f1)


def mean_fit(fits: Sequence[Fit]) -> Fit:
    """The mean of each value over the pages.

    >>> mean_fit([Fit(1.0, 1.0, 1.0), Fit(0.0, 0.0, 0.0)])
    Fit(precision=0.5, recall=0.5, f1=0.5)
    """
    return Fit(*(fmean(values) for values in zip(*fits, strict=True)))


def exact_share(fits: Sequence[Fit]) -> float:
    """The share of pages that came out exactly.

    >>> exact_share([Fit(1.0, 1.0, 1.0), Fit(0.9, 0.9, 0.9)])
    0.5
    """
    return share(found.f1 >= EXACT for found in fits)


def share(holds: Iterable[bool]) -> float:
    """The share of the given statements that hold; of none, all do.

    >>> share([True, False, False, True])
    0.5
    """
    statements = list(holds)
    return fmean(statements) if statements else 1.0


def segments(text: str, must_have: Iterable[str], must_not_have: Iterable[str]) -> Segments:
    r"""Which segments are substrings of the text, white space folded in both.

    >>> segments("The first\n line. Share this!", ["first line", "gone"], ["Share this", "Imprint"])
    Segments(found=1, missed=1, leaked=1)
    """
    folded = fold(text)
    wanted = [fold(segment) in folded for segment in must_have]
    leaked = sum(fold(segment) in folded for segment in must_not_have)
    return Segments(sum(wanted), len(wanted) - sum(wanted), leaked)


def segment_fit(counts: Iterable[Segments]) -> Fit:
    """Precision, recall and F1 over all segments of all pages.

    >>> segment_fit([Segments(3, 0, 1), Segments(0, 1, 0)])
    Fit(precision=0.75, recall=0.75, f1=0.75)
    """
    found, missed, leaked = (sum(column) for column in zip(*counts, strict=True))
    if not found:
        return Fit(0.0, 0.0, 0.0)
    return Fit(found / (found + leaked), found / (found + missed), 2 * found / (2 * found + leaked + missed))


def fold(text: str) -> str:
    r"""The text with each run of white space as one space.

    >>> fold(" a\n\tb ")
    'a b'
    """
    return " ".join(text.split())


def gain(before: Sequence[Fit], after: Sequence[Fit]) -> float:
    """What cleaning did to the mean F1.

    >>> round(gain([Fit(1.0, 1.0, 0.5)], [Fit(1.0, 1.0, 0.75)]), 3)
    0.25
    """
    return fmean(found.f1 for found in after) - fmean(found.f1 for found in before)


def harm(before: Sequence[Fit], after: Sequence[Fit]) -> float:
    """The share of documents whose F1 fell by more than `HARMED`.

    >>> harm([Fit(1.0, 1.0, 0.5), Fit(1.0, 1.0, 0.5)], [Fit(1.0, 1.0, 0.4), Fit(1.0, 1.0, 0.495)])
    0.5
    """
    return share(earlier.f1 - later.f1 > HARMED for earlier, later in zip(before, after, strict=True))


def is_without_clutter(text: str, gold: str) -> bool:
    """Whether the text has no word, and no word more often, than its gold has.

    >>> is_without_clutter("a b", "a a b c"), is_without_clutter("a a", "a b")
    (True, False)
    """
    return words(text) <= words(gold)


def is_left_alone(text: str, cleaned: str) -> bool:
    """Whether cleaning changed next to nothing.

    >>> is_left_alone("a b", "a b"), is_left_alone("a b", "a")
    (True, False)
    """
    return fit(cleaned, text).f1 >= SAME

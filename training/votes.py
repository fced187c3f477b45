"""Scores learned by votes: the smoothed log-odds that what goes with a word is content.

Each domain has one vote a word at most, divided by the share of content in what it saw of the word, so that a large
site counts no more than a small one. A word of few domains has no score. The scores of a page are taken without its
own domain: what a model learns to make of them is how far they carry to sites it has not seen.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias

_LIMIT = 4.0

Seen: TypeAlias = defaultdict[str, defaultdict[str, list[float]]]
"""By domain and word, how much content and how much clutter was seen with it."""


class Votes(NamedTuple):
    """How much was voted for content and for clutter, and by how many domains."""

    content: float
    clutter: float
    domains: int


@dataclass(frozen=True)
class Poll:
    """The votes of all domains together, and those of each.

    `base` is the share of content over all, where the score is zero; words of fewer than `least_domains` have none.
    """

    total: Mapping[str, Votes]
    by_domain: Mapping[str, Mapping[str, Votes]]
    base: float
    least_domains: int

    def scores(self, without: str = "") -> dict[str, float]:
        """The score of each word, leaving one domain out."""
        found = dict(self._all)
        for word, own in self.by_domain.get(without, {}).items():
            votes = Votes(*(whole - part for whole, part in zip(self.total[word], own, strict=True)))
            if votes.domains >= self.least_domains:
                found[word] = self._log_odds(votes)
            else:
                del found[word]
        return found

    @cached_property
    def _all(self) -> dict[str, float]:
        return {word: self._log_odds(votes) for word, votes in self.total.items()}

    def _log_odds(self, votes: Votes) -> float:
        odds = (max(votes.content, 0) + self.base) / (max(votes.clutter, 0) + 1 - self.base)
        return max(-_LIMIT, min(_LIMIT, math.log(odds * (1 - self.base) / self.base)))


def seen() -> Seen:
    """Nothing seen yet."""
    return defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))


def poll(weights: Seen, base: float, least_domains: int, whole_vote: float) -> Poll:
    """The votes on what was seen. A domain that saw `whole_vote` of a word, or more, has a whole vote on it."""
    by_domain = {
        domain: {word: _vote(content, clutter, whole_vote) for word, (content, clutter) in found.items()}
        for domain, found in weights.items()
    }
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0])
    for found in by_domain.values():
        for word, votes in found.items():
            sums[word] = [whole + part for whole, part in zip(sums[word], votes, strict=True)]
    total = {word: Votes(yes, no, int(count)) for word, (yes, no, count) in sums.items() if count >= least_domains}
    kept = {domain: {word: found[word] for word in found if word in total} for domain, found in by_domain.items()}
    return Poll(dict(sorted(total.items())), kept, base, least_domains)


def _vote(content: float, clutter: float, whole_vote: float) -> Votes:
    weight = content + clutter
    if weight <= 0:
        return Votes(0.0, 0.0, 0)
    share = min(1.0, weight / whole_vote) / weight
    return Votes(content * share, clutter * share, 1)

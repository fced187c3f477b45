"""Scores of the terms of short lines: how likely a line with that word, or with those two, is content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archiver.features.vocabulary import terms
from training.labels import CONTENT, UNKNOWN, Labels
from training.votes import Poll, poll, seen

# Lines with a term from which on a domain has a whole vote on it.
_WHOLE_VOTE = 2.0
_LEAST_DOMAINS = 6
# The table holds so many terms, those that tell most.
MOST_TERMS = 4000

Lines = Sequence[Sequence[str]]


def poll_line_terms(documents: Iterable[tuple[str, Lines, Labels]]) -> Poll:
    """The votes of documents, each given as its domain, the words of its short lines, and its blocks' labels."""
    weights = seen()
    lines = [0, 0]
    for domain, document, labels in documents:
        into = weights[domain]
        for line, label in zip(document, labels.tolist(), strict=True):
            if label == UNKNOWN or not line:
                continue
            side = 0 if label == CONTENT else 1
            lines[side] += 1
            for term in set(terms(line)):
                into[term][side] += 1
    found = poll(weights, lines[0] / max(sum(lines), 1), _LEAST_DOMAINS, _WHOLE_VOTE)
    return _most_telling(found)


def _most_telling(found: Poll) -> Poll:
    """The poll on the terms whose scores are furthest from zero and carried by most domains."""
    weight = {term: abs(score) * found.total[term].domains ** 0.5 for term, score in found.scores().items()}
    chosen = frozenset(sorted(weight, key=lambda term: (-weight[term], term))[:MOST_TERMS])
    total = {term: votes for term, votes in found.total.items() if term in chosen}
    kept = {
        domain: {term: votes[term] for term in votes if term in chosen} for domain, votes in found.by_domain.items()
    }
    return Poll(total, kept, found.base, found.least_domains)

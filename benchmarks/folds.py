"""Folds: pages of one site share their template, so a domain is in one fold with all its pages."""

from __future__ import annotations

import hashlib

FOLDS = 5


def fold_of(domain: str, folds: int) -> int:
    """The fold of a domain: the same on every machine and in every version.

    >>> [fold_of(domain, 5) for domain in ("example.org", "example.com", "example.net")]
    [2, 4, 0]
    """
    return int.from_bytes(hashlib.sha256(domain.encode()).digest()[:8], "big") % folds

"""All candidates for a date in, the day, the moment and the candidate they rest on out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from archiver.metadata import dates
from archiver.metadata.candidates import Candidate

GIVEN_EARLIEST_YEAR = 1000
"""A source row may hold digitised archives; a page's date before the web is an error."""
SHOWN = frozenset(("block", "date-element"))
"""Sources of dates that stand beside the headline for readers."""
SURE = frozenset(("given",))
NEWS_TYPE = "NewsArticle."
"""A newspaper's own statement of when its article appeared; around it stand the dates of many others."""
SLACK = timedelta(days=2)
"""Two sources whose dates differ by less tell the same event in two time zones."""
PAGE_TYPE = "WebPage."
"""Of a page in general, not of an article, JSON-LD states when it was made, though readers are shown no date."""


class Dated(NamedTuple):
    """A day in the publication's zone, the moment where one is known, and the evidence."""

    day: date
    at: datetime | None
    candidate: Candidate


Stamped = tuple[Candidate, dates.Stamp]


def choose(ranked: Sequence[Candidate], language: str, host: str | None) -> Dated | None:
    """The date that candidates, sorted by trust, tell.

    Args:
        ranked: candidates for one kind of date.
        language: tag of the page; it decides about 11/12/2025 together with the host.
        host: of the page's address.
    """
    month_first = dates.is_month_first(language, host)
    stamped: list[Stamped] = []
    for one in ranked:
        earliest = GIVEN_EARLIEST_YEAR if one.source in SURE else dates.EARLIEST_YEAR
        stamp = dates.read(one.value, month_first=month_first, language=language, earliest=earliest)
        if stamp:
            stamped.append((one, stamp))
    stamped = [found for found in stamped if not _is_of_page(*found, stamped)]
    if not stamped:
        return None
    candidate, stamp = _earlier_shown(stamped)
    others = [other for one, other in stamped if one is not candidate]
    return Dated(_agreed_day(stamp, others), stamp.at, candidate)


def _is_of_page(candidate: Candidate, stamp: dates.Stamp, stamped: Sequence[Stamped]) -> bool:
    """Whether a date is only that of the page in general: no other place tells the same."""
    if candidate.source != "json-ld" or not (candidate.locator or "").startswith(PAGE_TYPE):
        return False
    return not any(one.source != "json-ld" and abs(other.day - stamp.day) < SLACK for one, other in stamped)


def _earlier_shown(stamped: Sequence[Stamped]) -> Stamped:
    """The most trusted date, but the one shown beside the headline where that is earlier.

    What programs declare may be the day on which the page was made anew; nothing is published after the date
    that it shows.
    """
    best = stamped[0]
    shown = next((found for found in stamped if found[0].source in SHOWN), None)
    if shown is None or shown[1].swapped is not None or best[0].source in SURE or NEWS_TYPE in (best[0].locator or ""):
        return best
    return shown if best[1].day - shown[1].day >= SLACK else best


def _agreed_day(stamp: dates.Stamp, others: Sequence[dates.Stamp]) -> date:
    """The day, by another source's word where the first one's own may mislead.

    Of 11/12/2025 the reading that others confirm; of an instant in UTC the local day, where another source
    writes the same instant in the writer's zone.
    """
    if stamp.swapped is not None:
        certain = {other.day for other in others if other.swapped is None}
        return stamp.swapped if stamp.swapped in certain and stamp.day not in certain else stamp.day
    if stamp.at is not None and not stamp.at.utcoffset():
        for other in others:
            if other.at == stamp.at and other.at and other.at.utcoffset():
                return other.day
    return stamp.day

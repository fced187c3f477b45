"""All candidates for a date in, the day, the moment and the candidate they rest on out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from archiver.metadata import dates
from archiver.metadata.candidates import Candidate

GIVEN_EARLIEST_YEAR = 1000
"""A source row may hold digitised archives; a page's date before the web is an error."""
SHOWN = frozenset(("block", "date-element", "far-block"))
"""Sources of dates that readers are shown: beside the headline, or with a word that says what they are."""
SURE = frozenset(("given", "site"))
NEWS_TYPE = "NewsArticle."
"""A newspaper's own statement of when its article appeared; around it stand the dates of many others."""
SLACK = timedelta(days=2)
"""Two sources whose dates differ by less tell the same event in two time zones."""
LOCAL = frozenset((*SHOWN, "url"))
"""Sources that write the day as it was where the article was published."""
WEST = timedelta(hours=-11)
"""The time zone farthest behind UTC."""
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
    return Dated(_agreed_day(stamp, [found for found in stamped if found[0] is not candidate]), stamp.at, candidate)


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
    early = best[1].day - shown[1].day
    return shown if early > timedelta(0) and not _is_local_day(shown[1].day, best[1]) else best


def _is_local_day(day: date, declared: dates.Stamp) -> bool:
    """Whether it was still that day somewhere at a moment that is declared in UTC.

    A later day is no local one: where it was tomorrow already, readers cannot be told from an update.
    """
    return declared.at is not None and not declared.at.utcoffset() and (declared.at + WEST).date() <= day < declared.day


def _agreed_day(stamp: dates.Stamp, others: Sequence[Stamped]) -> date:
    """The day, by another source's word where the first one's own may mislead.

    Of 11/12/2025 the reading that others confirm; of a moment in UTC the local day, where another source writes the
    same moment in the writer's zone, or a day that it was somewhere: the one shown to readers, or in the address.
    """
    if stamp.swapped is not None:
        certain = {other.day for _, other in others if other.swapped is None}
        return stamp.swapped if stamp.swapped in certain and stamp.day not in certain else stamp.day
    if stamp.at is None or stamp.at.utcoffset():
        return stamp.day
    for _, other in others:
        if other.at == stamp.at and other.at and other.at.utcoffset():
            return other.day
    local = [other.day for one, other in others if one.source in LOCAL and other.swapped is None]
    return next((day for day in local[:1] if _is_local_day(day, stamp)), stamp.day)

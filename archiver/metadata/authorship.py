"""All candidates for the authors in, the names and the candidate they rest on out.

The most trusted place that names a person decides. A place that names only the site itself, as programs fill in
where nobody is given, comes last; a newspaper that signs its news itself counts as a desk. Where a page declares one
person and shows another right below its headline, it is the shown one: the declared one filled in the form.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from archiver.metadata import people, persons
from archiver.metadata.candidates import Candidate
from archiver.metadata.folding import fold

_GIVEN = ("given", "site")
DECLARING = frozenset(("given", "json-ld", "meta", "opengraph", "microdata", "rel-author", "author-element"))
"""Sources whose authors are believed though they be one word or lower case."""
FILLED_IN = frozenset(("json-ld", "meta", "opengraph", "microdata"))
"""Sources that programs fill in and no reader sees."""
WEAK = frozenset(("signature", "tail-line", "bio", "name-line"))
"""Sources that count only where nobody else is named."""
MIN_CONTAINED = 4
"""Folded characters from which on a name inside the site's, or the other way round, is the site's own."""

Authors = tuple[tuple[str, ...], Candidate]


def choose(ranked: Sequence[Candidate], sites: Iterable[str]) -> Authors | None:
    """The authors, by candidates that are sorted by trust; `sites` are names of site and publisher, and the host."""
    own = frozenset(folded for folded in map(fold, sites) if folded)
    best: Authors | None = None
    least = _NOBODY
    for place in _places(ranked):
        shown = place[0].source == "headline-byline"
        if least <= _PERSON and not shown:
            continue
        names = tuple(_without_site(name, own) for name in _names(place, own))
        rank = _rank(names, place[0], own) if names else _NOBODY
        if rank < least:
            best, least = (names, place[0]), rank
        elif shown and best and names and _is_contradicted(best, names):
            return names, place[0]
    return best


def _is_contradicted(best: Authors, shown: Sequence[str]) -> bool:
    """Whether the persons shown below the headline are others than those who are declared.

    In a script without capitals a name cannot be told from other words well enough for that.
    """
    declared = best[1].source in DECLARING and best[1].source not in _GIVEN
    return (
        declared
        and all(persons.is_person(name) and persons.has_case(name) for name in shown)
        and not _overlap(best[0], shown)
    )


def _overlap(some: Iterable[str], others: Sequence[str]) -> bool:
    """Whether two lists share a person: one name holds the other."""
    folded = [fold(name) for name in others]
    return any(fold(name) in other or other in fold(name) for name in some for other in folded)


_PERSON, _NOBODY = 1, 5


def _without_site(name: str, own: frozenset[str]) -> str:
    """A person's name without that of the site behind it: ``Jane Doe HARBOUR TIMES``."""
    words = name.split()
    for count in range(2, len(words) - 1):
        person = " ".join(words[:count])
        if fold("".join(words[count:])) in own and persons.is_person(person):
            return person
    return name


def _rank(names: tuple[str, ...], place: Candidate, own: frozenset[str]) -> int:
    """The smaller, the more it counts: given, a person, a desk or agency, a person by the way, the site itself."""
    if place.source in _GIVEN:
        return 0
    locator = place.locator or ""
    if place.source in FILLED_IN and all(fold(name) in own and name.isalnum() and name.islower() for name in names):
        return _NOBODY  # the account of the site
    if all(_is_own(name, own) for name in names):
        signed = place.source == "json-ld" and "News" in locator
        return 2 if signed else _NOBODY if locator.endswith(".Organization") or place.source == "bio" else 4
    person = any(map(persons.is_person, names))
    if place.source == "desk-line":
        return 4
    if place.source in WEAK:
        return 3 if person else _NOBODY
    return 1 if person else 2


def _is_own(name: str, own: frozenset[str]) -> bool:
    folded = fold(name)
    return folded in own or (
        len(folded) >= MIN_CONTAINED
        and any(folded in site or (len(site) >= MIN_CONTAINED and site in folded) for site in own)
    )


def _names(place: Sequence[Candidate], own: frozenset[str]) -> tuple[str, ...]:
    """The names at a place; that of the site is one, though it has an "and" in it."""
    declared = place[0].source in DECLARING
    lists = [
        [one.value] if declared and fold(one.value) in own else people.split(one.value, declared=declared)
        for one in place
    ]
    return tuple(people.distinct(name for names in lists for name in names))


def _places(ranked: Sequence[Candidate]) -> list[list[Candidate]]:
    """The candidates grouped by the place they stood at, most trusted place first."""
    groups: dict[tuple[str, str | None], list[Candidate]] = {}
    for one in ranked:
        groups.setdefault((one.source, one.locator), []).append(one)
    return list(groups.values())

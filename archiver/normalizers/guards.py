"""The body of a plain text and its edges: what stands between the paragraphs stays, menus around them go.

Somebody extracted the text, so what stands between its paragraphs is rarely clutter, short as it may be: cells
of a table, entries of a list, questions of an interview, lines of a poem. A plea raises the odds of such a line;
a rule that has its own say overrules it. A long run of short lines before the first paragraph or after the last
one is the menu or the footer of the page.

Example: ``Frequency`` / ``Once weekly`` / ``Injection``: a table whose cells became lines.

Known false negative: a list of links between two paragraphs, without a heading that gives it away.
Known false positive: a table or a list of results that a text begins or ends with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archiver.document import Document, Label, Proposal
from archiver.normalizers.reading import Line, read

# Code looks like anything: breadcrumbs, counters, a form. Whatever is said of it, it stays.
_CODE = 0.99
_IN_BODY = 0.85
# The body must hold this share of the words between its first and its last prose, or it is a page of links.
_LEAST_PROSE = 0.6

_AT_EDGE = 0.85
_LONG_EDGE = 0.9
_SHORTEST_RUN = 8
_LONG_RUN = 16
# The last line of so many words above the first paragraph may be the title.
_SHORTEST_TITLE = 5
_MEAN_WORDS = 5
# A run in which more lines than this share have a number is a table or a list of results.
_MOST_NUMBERS = 0.3
_KEPT_KINDS = (Label.CODE, Label.TABLE, Label.QUOTE)


def guards(document: Document) -> Iterator[Proposal]:
    """Pleads for code and for the lines of a text between its paragraphs; votes against runs at its edges."""
    for index, block in enumerate(document.blocks):
        if block.kind is Label.CODE:
            yield Proposal(index, Label.CODE, "guards", _CODE, "code")
    reading = read(document)
    if document.is_html or reading.last_prose < 0:
        return
    body = reading.lines[reading.first_prose : reading.last_prose + 1]
    prose = sum(line.words for line in body if line.prose)
    if prose >= _LEAST_PROSE * sum(line.words for line in body):
        for line in body:
            yield Proposal(line.index, Label.PARAGRAPH, "guards", _IN_BODY, "inside the body")
    head = list(reading.lines[: reading.first_prose])
    title = next((line for line in reversed(head) if line.words >= _SHORTEST_TITLE and not line.matches), None)
    if title is not None and not reading.title:
        head.remove(title)
    yield from _edge(document, head)
    yield from _edge(document, reading.lines[reading.last_prose + 1 :])


def _edge(document: Document, lines: Sequence[Line]) -> Iterator[Proposal]:
    run = [line for line in lines if line.text and document.blocks[line.index].kind not in _KEPT_KINDS]
    if len(run) < _SHORTEST_RUN or sum(line.words for line in run) > _MEAN_WORDS * len(run):
        return
    if sum(map(_has_digit, run)) > _MOST_NUMBERS * len(run):
        return
    score = _LONG_EDGE if len(run) >= _LONG_RUN else _AT_EDGE
    for line in run:
        yield Proposal(line.index, Label.BOILERPLATE, "guards", score, f"one of {len(run)} short lines at the edge")


def _has_digit(line: Line) -> bool:
    return any(map(str.isdigit, line.text))

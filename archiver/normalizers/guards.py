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

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby
from operator import itemgetter

from archiver.document import Document, Label, Proposal
from archiver.normalizers.reading import Line, Reading, has_digit, read

# Code looks like anything: breadcrumbs, counters, a form. Whatever is said of it, it stays.
_CODE = 0.99
_INDENTED = 0.88
_CODE_SIGNS = re.compile(r"\S {2,}\S|[{}<>=;\\$#_\[\]`|]|\w\(|//|::|->|^\s*[@%-]")
_LEAST_SIGNS = 0.3
_IN_BODY = 0.85
_IN_MIXED_BODY = 0.7
# The prose must hold this share of the words between its first and its last line, or lists and tables take part of
# the body; with less than the second share it is a page of links.
_LEAST_PROSE = 0.6
_LITTLE_PROSE = 0.4

_AT_EDGE = 0.85
_LONG_EDGE = 0.9
_SHORTEST_RUN = 8
_LONG_RUN = 16
# The last line of so many words above the first paragraph may be the title.
_SHORTEST_TITLE = 5
_MEAN_WORDS = 5
# A run in which more lines than this share have a number is a table or a list of results.
_MOST_NUMBERS = 0.3
# Lines to either side of one among which the numbers are counted.
_NEAR = 4
# How often a cell comes again, where a menu comes twice at most, and the share of such lines that makes a table.
_OFTEN = 3
_MOST_REPEATED = 0.25
# How many of the lines are phrases of page furniture, at least, and what share of them, in a menu.
_FEWEST_PHRASES = 3
_LEAST_PHRASED = 0.05
_NUMBERED = re.compile(r"[\s•*-]*[\[(]?(\d{1,3})[.)\]]")
_FEWEST_NUMBERED = 3
_KEPT_KINDS = (Label.CODE, Label.TABLE, Label.QUOTE)


def guards(document: Document) -> Iterator[Proposal]:
    """Pleads for code and for the lines of a text between its paragraphs; votes against runs at its edges."""
    yield from _code(document)
    reading = read(document)
    if document.is_html or reading.last_prose < 0:
        return
    yield from _numbered(reading)
    first, last = reading.body
    yield from _body(document, reading.lines[first : last + 1])
    head = list(reading.lines[:first])
    if head and not head[-1].matches:  # what stands right above the first paragraph may be its heading
        head.pop()
    title = next((line for line in reversed(head) if line.words >= _SHORTEST_TITLE and not line.matches), None)
    if title is not None and not reading.title:
        head.remove(title)
    yield from _edge(document, head)
    yield from _edge(document, reading.lines[last + 1 :])


def _body(document: Document, body: Sequence[Line]) -> Iterator[Proposal]:
    """Pleads for what stands between the first prose and the last: paragraphs, lists, cells among their numbers."""
    content = sum(line.words for line in body if line.prose or not _may_go(document, line))
    share = content / max(sum(line.words for line in body), 1)
    plea = _IN_BODY if share >= _LEAST_PROSE else _IN_MIXED_BODY
    label = Label.PARAGRAPH
    for line in body if share >= _LITTLE_PROSE else _among_numbers(body):
        yield Proposal(line.index, label, "guards", plea, "inside the body")


def _among_numbers(body: Sequence[Line]) -> Iterator[Line]:
    """The lines that stand among lines with numbers."""
    numbers = list(accumulate(map(_has_digit, body), initial=0))
    for place, line in enumerate(body):
        start, end = max(place - _NEAR, 0), min(place + _NEAR + 1, len(body))
        if numbers[end] - numbers[start] >= _MOST_NUMBERS * (end - start):
            yield line


def _code(document: Document) -> Iterator[Proposal]:
    """Pleads for code; lines of a text that are merely indented must look like it to overrule everything."""
    code = Label.CODE
    if not any(block.kind is code for block in document.blocks):
        return
    for is_code, run in groupby(enumerate(document.blocks), key=lambda pair: pair[1].kind is code):
        if not is_code:
            continue
        lines = list(run)
        signs = sum(_CODE_SIGNS.search(block.text) is not None for _, block in lines)
        score = _CODE if document.is_html or signs >= _LEAST_SIGNS * len(lines) else _INDENTED
        for index, _ in lines:
            yield Proposal(index, Label.CODE, "guards", score, "code")


def _numbered(reading: Reading) -> Iterator[Proposal]:
    """Pleads for the entries of a numbered list, such as the references of a paper."""
    lines = [line for line in reading.lines if line.text]
    numbers = [_NUMBERED.match(line.text) for line in lines]
    # Numbers that go up by one with every line are as far from the line's own number, all of them.
    starts = [place - int(number[1]) if number else None for place, number in enumerate(numbers)]
    for start, run in groupby(zip(lines, starts, strict=True), key=itemgetter(1)):
        entries = [line for line, _ in run]
        if start is not None and len(entries) >= _FEWEST_NUMBERED:
            for line in entries:
                yield Proposal(line.index, Label.LIST_ITEM, "guards", _IN_MIXED_BODY, "an entry of a numbered list")


def _edge(document: Document, lines: Sequence[Line]) -> Iterator[Proposal]:
    run = [line for line in lines if line.text and not line.prose and _may_go(document, line)]
    if len(run) < _SHORTEST_RUN or sum(line.words for line in run) > _MEAN_WORDS * len(run):
        return
    phrased = sum(bool(line.matches) for line in run)
    furnished = phrased >= max(_FEWEST_PHRASES, _LEAST_PHRASED * len(run))
    numbers = sum(map(_has_digit, run)) > _MOST_NUMBERS * len(run)
    if _is_announced(document, run[0]) or (not furnished and (numbers or _is_table(run))):
        for line in run:
            yield Proposal(line.index, Label.LIST_ITEM, "guards", _IN_MIXED_BODY, "a list or a table of the text")
        return
    if numbers:
        return
    score = _LONG_EDGE if len(run) >= _LONG_RUN and furnished else _AT_EDGE
    for line in run:
        yield Proposal(line.index, Label.BOILERPLATE, "guards", score, f"one of {len(run)} short lines at the edge")


def _is_table(run: Sequence[Line]) -> bool:
    """Whether lines come again and again, as cells do and entries of a menu do not."""
    counts = Counter(line.folded for line in run if line.words)
    repeated = sum(count for count in counts.values() if count >= _OFTEN)
    return repeated >= _MOST_REPEATED * counts.total()


def _may_go(document: Document, line: Line) -> bool:
    return document.blocks[line.index].kind not in _KEPT_KINDS


def _is_announced(document: Document, first: Line) -> bool:
    """Whether the line before ends with a colon: what follows is a list of the text."""
    return first.index > 0 and document.blocks[first.index - 1].text.endswith((":", "："))


def _has_digit(line: Line) -> bool:
    return has_digit(line.text)

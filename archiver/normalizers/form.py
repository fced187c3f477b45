"""What the form of a block alone tells: captions, credits, breadcrumbs, repetitions.

Example: the text of a `<figcaption>`; ``Home > World > Europe`` above the title; a pull quote that repeats a
sentence of the article word for word.

Known false positive: a refrain that a text repeats on purpose; so only long repetitions are removed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator

from archiver.document import Block, Document, Label, Proposal
from archiver.normalizers.reading import PROSE_WORDS, Line, Reading, fold, is_crumbs, read
from archiver.phrases import Kind
from archiver.sentences import ends_sentence

_CREDIT = re.compile(r"^(?:©|\(c\)|📷|📸)\s*\S|^\[?(?:©)|\s©\s?[^.]{2,60}$", re.IGNORECASE)
_CREDIT_STARTS = ("(", "📷", "📸")
_LONGEST_CREDIT = 40
_AGENCY = re.compile(r"[(\[][^()\[\]/]{2,30}/\s?[^\W\d_a-z][\w.'-]+ [^\W\d_a-z][^()\[\]/]{1,40}[)\]]\.?$")
_LONGEST_CREDITED = 8
# What stands between a credit and a name that no capital tells, and how near to the name, in characters.
_CREDIT_SIGN = re.compile(r"[:：/／|｜=＝(（\[【]")
_SIGN_CHARS = 4
_LONGEST_CAPTION = 80
_LONGEST_CRUMBS = 25
# A repeated line of at least so many words was not repeated by the author.
_SHORTEST_DUPLICATE = 10
_SHORTEST_QUOTE = 6
_START_WORDS = 3
# A copy so near its twin, in blocks, is a mistake of the page; one further off may be the author's.
_NEAR = 3
_SHORTEST_COMPANION = 4
# So many captions with whole sentences are the text of a page that tells in pictures.
_MOST_STEPS = 5
# More pictures with a caption that only its class names are a list of things to look at.
_MOST_PICTURES = 12
# Of captions by their markup 94 in 100 are right; legends of tables and headings are not: the model may keep one.
_MARKED = 0.9


def form(document: Document) -> Iterator[Proposal]:
    """Proposes caption, legal, navigation and duplicate."""
    reading = read(document)
    if reading.last_prose < 0:
        return
    pairs = zip(document.blocks, reading.lines, strict=True)
    captions = [(block, line) for block, line in pairs if _is_caption(block, line)]
    steps = sum(_is_step(block, line) for block, line in captions) >= _MOST_STEPS
    many = sum(_is_called_caption(block, line) for block, line in captions) > _MOST_PICTURES
    for block, line in captions:
        yield from _caption(document, block, line, steps, many)
    yield from _credits(document, reading, frozenset(line.index for _, line in captions))
    yield from _breadcrumbs(reading)
    yield from _duplicates(document, reading)


def _is_caption(block: Block, line: Line) -> bool:
    return block.kind is Label.CAPTION or (bool(block.images) and _is_called_caption(block, line))


def _is_step(block: Block, line: Line) -> bool:
    return block.kind is Label.CAPTION and line.words >= PROSE_WORDS and line.text.endswith(".")


def _is_called_caption(block: Block, line: Line) -> bool:
    if not block.images or line.words > _LONGEST_CAPTION:
        return False
    return "caption" in (*block.inline, *(block.element.tokens if block.element else ()))


def _caption(document: Document, block: Block, line: Line, steps: bool, many: bool) -> Iterator[Proposal]:
    """A caption by its markup; below a quote it names the speaker, and many long ones are the steps of a guide."""
    index = line.index
    if block.kind is not Label.CAPTION:
        score = 0.7 if many else _MARKED
        yield Proposal(index, Label.CAPTION, "form", score, "a caption by its class, below a picture")
    elif not index or document.blocks[index - 1].kind is not Label.QUOTE or block.images:
        score = 0.7 if steps and _is_step(block, line) else _MARKED
        yield Proposal(index, Label.CAPTION, "form", score, "a caption by its markup")


def _credits(document: Document, reading: Reading, captions: Container[int]) -> Iterator[Proposal]:
    """Lines that are a credit or end with one. Few have any of the signs of that, and only those are searched."""
    for line in reading.lines:
        text = line.text
        if line.words > _LONGEST_CREDIT or line.index in captions:
            continue
        if not line.prose and ("©" in text or text.startswith(_CREDIT_STARTS)) and _CREDIT.search(text):
            yield _sign(document, reading, line)
        elif ("/" in text or line.matches) and _ends_with_credit(line):
            yield Proposal(line.index, Label.CAPTION, "form", 0.92, "ends with a credit")


def _sign(document: Document, reading: Reading, line: Line) -> Proposal:
    """A copyright sign below the article protects the site, elsewhere a picture."""
    if line.index > reading.last_prose:
        return Proposal(line.index, Label.LEGAL, "form", 0.95, "a copyright line below the article")
    return Proposal(line.index, Label.CAPTION, "form", 0.9 if document.is_html else 0.8, "a credit")


def _ends_with_credit(line: Line) -> bool:
    """Whether the last few words are a credit, such as "(Photo: Ana Ruiz)" or "(Reuters/Ana Ruiz)"."""
    if _AGENCY.search(line.text):
        return True
    match = line.match(Label.CAPTION, Kind.ANYWHERE, Kind.START)
    if match is None:
        return False
    _, found, rest = line.folded.rpartition(fold(match.phrase.partition("{")[0]))
    count = len(rest.split())
    if not found or not 0 < count <= _LONGEST_CREDITED:
        return False
    names = line.text.split()[-count:]
    if not any(map(_has_case, names)):
        return _CREDIT_SIGN.search(line.text[-len(rest) - _SIGN_CHARS :]) is not None and not ends_sentence(line.text)
    return _are_names(names)


def _has_case(word: str) -> bool:
    """Whether a word is of a script with capitals, by which names are told."""
    return word.lower() != word.upper()


def _are_names(words: list[str]) -> bool:
    """Whether most words have a capital, or are of a script without them: names of people, agencies, places."""
    return sum(not word[:1].islower() for word in words) > len(words) / 2


def _breadcrumbs(reading: Reading) -> Iterator[Proposal]:
    limit = reading.first_prose if reading.title_index is None else max(reading.title_index + 1, reading.first_prose)
    for line in reading.lines[:limit]:
        if line.words <= _LONGEST_CRUMBS and is_crumbs(line.text):
            yield Proposal(line.index, Label.NAVIGATION, "form", 0.94, "breadcrumbs above the title")


def _duplicates(document: Document, reading: Reading) -> Iterator[Proposal]:
    """A paragraph that says again, word for word, what an earlier one said.

    Entries of lists, cells and lines of code are repeated on purpose, and so is what stands there three times.
    """
    seen: dict[str, list[int]] = {}
    for line in _alike(document, reading):
        seen.setdefault(" ".join(line.text.split()).casefold(), []).append(line.index)
    for first, *again in seen.values():
        if len(again) == 1 and _is_copy(reading, first, again[0]):
            yield Proposal(again[0], Label.DUPLICATE, "form", 0.93, f"as block {first}")
    yield from _pull_quotes(document, reading)


def _alike(document: Document, reading: Reading) -> list[Line]:
    """The paragraphs that may be a copy or have one: those that begin with the same words as another, which are few."""
    kinds = (Label.PARAGRAPH, Label.QUOTE)
    prose = [line for line in reading.lines if line.prose and line.words >= _SHORTEST_DUPLICATE]
    paragraphs = [line for line in prose if document.blocks[line.index].kind in kinds]
    starts = [" ".join(line.text.split(maxsplit=_START_WORDS)[:_START_WORDS]).casefold() for line in paragraphs]
    counts = Counter(starts)
    return [line for line, start in zip(paragraphs, starts, strict=True) if counts[start] > 1]


def _is_copy(reading: Reading, first: int, again: int) -> bool:
    """Whether a repetition is none of the author's: it stands close by, or what is beside it is repeated with it.

    One short line beside it, such as a heading or the legend of a table, the author may have repeated too.
    """
    lines = reading.lines
    if lines[again - 1].text.endswith((":", "：")):
        return False
    if again - first <= _NEAR:
        return True
    steps = [step for step in (-1, 1) if first + step >= 0 and again + step < len(lines)]
    same = [step for step in steps if lines[first + step].text == lines[again + step].text]
    return len(same) > 1 or any(lines[again + step].words >= _SHORTEST_COMPANION for step in same)


def _pull_quotes(document: Document, reading: Reading) -> Iterator[Proposal]:
    """A quote set apart that a paragraph of the article says too."""
    kind = Label.QUOTE
    quotes = [line for line in reading.lines if document.blocks[line.index].kind is kind]
    quotes = [line for line in quotes if line.words >= _SHORTEST_QUOTE]
    if not quotes or not document.is_html:
        return
    kind = Label.PARAGRAPH
    paragraphs = [line.text for line in reading.lines if document.blocks[line.index].kind is kind]
    cased = [text.casefold() for text in paragraphs]
    for line in quotes:
        folded = fold(line.text)
        longest = max(folded.split(), key=len)  # few paragraphs have it, and only these are worth folding
        if any(longest in case and folded in fold(text) for case, text in zip(cased, paragraphs, strict=True)):
            yield Proposal(line.index, Label.DUPLICATE, "form", 0.92, "a pull quote")

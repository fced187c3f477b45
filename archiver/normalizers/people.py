"""Bylines and author boxes: who wrote an article, where it stands by itself and not in a sentence.

A name alone on a line is a byline at the head of an article (between title and prose) or at its tail; a
paragraph after it that begins with the name, or with a part of it, tells about the author.

Example: ``Serhii Melnyk`` / ``2274 Posts`` / ``Serhii has written about trade since 2009 …``.

Known false positive: a last line that names the person whom an article is about.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.document import Block, Document, Label, Proposal
from archiver.normalizers.reading import Line, Reading, fold, is_date, is_name, read
from archiver.phrases import Kind

_BYLINE_CLASSES = frozenset("author byline authors contributor writer autor auteur autore verfasser".split())
_BIO_CLASSES = (
    {"bio"},
    {"biography"},
    {"authorbox"},
    {"author", "box"},
    {"authorbio"},
    {"author", "about"},
    {"author", "description"},
)
_LONGEST_BYLINE = 12
_SHORTEST_BIO = 8
_NEAR = 3
# More names with a paragraph about each are the sections of an article about people or places.
_MOST_BOXES = 2
# A bio names its person among the first words: "Ana Ruiz is …", "Professor Ana Ruiz teaches …".
_FIRST_WORDS = 4
# Prose after a bio, as a share of the prose before it, at most: other bios, a newsletter box.
_LATE = 0.2
_LONGEST_BIO = 120
_ABOUT_ARTICLES = (Label.DATE, Label.BYLINE, Label.COUNTER, Label.AUTHOR_BIO, Label.SHARE)
_AUTHOR_META = ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author")


def people(document: Document) -> Iterator[Proposal]:
    """Proposes bylines and author bios."""
    reading = read(document)
    if reading.last_prose < 0:
        return
    names = [line for line in reading.names if not line.matches]
    boxes = [name for name in names if _bio(reading, name) is not None]
    if document.is_html:
        for block, line in zip(document.blocks, reading.lines, strict=True):
            yield from _by_class(block, line)
    for name in names:
        yield from _name(document, reading, name, len(boxes) <= _MOST_BOXES)
    yield from _bios_of_known(document, reading)


def _by_class(block: Block, line: Line) -> tuple[Proposal, ...]:
    """On a page the class of an element says what it holds; a long block of the class is the author's bio."""
    if line.words <= _LONGEST_BYLINE and _has_class(block, _BYLINE_CLASSES) and not line.text.endswith("."):
        score = 0.91 if is_name(line.text) else 0.8
        return (Proposal(line.index, Label.BYLINE, "people", score, "its class says so"),)
    if line.words >= _SHORTEST_BIO and _is_bio_box(block):
        return (Proposal(line.index, Label.AUTHOR_BIO, "people", 0.9, "its class says so"),)
    return ()


def _has_class(block: Block, classes: frozenset[str]) -> bool:
    """Whether the element of a block, or an inline one around its beginning, has one of these classes."""
    return not (
        classes.isdisjoint(block.inline) and (block.element is None or classes.isdisjoint(block.element.tokens))
    )


def _is_bio_box(block: Block) -> bool:
    """Whether the classes of a block's element and of the one around it say so: a bio is often a paragraph in a box."""
    element = block.element
    above = element.parent if element else None
    tokens = {*(element.tokens if element else ()), *(above.tokens if above else ()), *block.inline}
    return any(classes <= tokens for classes in _BIO_CLASSES)


def _name(document: Document, reading: Reading, line: Line, boxes: bool) -> Iterator[Proposal]:
    boxes = boxes and line.folded not in reading.title and not _is_section(document, reading, line)
    bio = _bio(reading, line) if boxes else None
    if bio is not None:
        yield Proposal(line.index, Label.BYLINE, "people", 0.96, "a name above a bio")
        yield Proposal(bio.index, Label.AUTHOR_BIO, "people", 0.95, f"begins with {line.text}")
    elif document.is_html or not _is_alone(document, line) or reading.first_prose < line.index < reading.last_prose:
        return
    elif _has_company(reading, line) or _opens_text(reading, line):
        yield Proposal(line.index, Label.BYLINE, "people", 0.92, "a name among lines about the article")
    else:
        yield Proposal(line.index, Label.BYLINE, "people", 0.7, "a name by itself")


def _is_section(document: Document, reading: Reading, line: Line) -> bool:
    """Whether a name is one of several like headings of the article: a list of people, each with a paragraph."""
    block = document.blocks[line.index]
    if block.kind is not Label.HEADING:
        return False
    before = document.blocks[reading.first_prose : line.index]
    return sum(other.kind is Label.HEADING and other.level == block.level for other in before) >= _MOST_BOXES


def _bios_of_known(document: Document, reading: Reading) -> Iterator[Proposal]:
    """A last paragraph that begins with the name of the author, as a byline or the page gave it."""
    names = _known_names(document, reading)
    if not names:
        return
    for line in reading.lines[reading.first_prose + 1 :]:
        if not _SHORTEST_BIO <= line.words <= _LONGEST_BIO or not _is_late(reading, line):
            continue
        start = fold(" ".join(line.text.split()[: 2 * _FIRST_WORDS]))
        name = next((name for name in names if start.startswith(name)), None)
        if name:
            yield Proposal(line.index, Label.AUTHOR_BIO, "people", 0.92, f"begins with the author's name: {name}")


def _known_names(document: Document, reading: Reading) -> list[str]:
    """Names of authors, folded: declared by the page or the source row, or standing alone above the article."""
    names = [*document.head.authors, *(value for key, value in document.head.meta if key in _AUTHOR_META)]
    given = document.source.given.get("authors")
    for name in given if isinstance(given, list) else [given]:
        names += [name] if isinstance(name, str) else []
    names += [line.text for line in reading.names if line.index < reading.first_prose]
    for line in reading.matched:
        if line.match(Label.BYLINE, Kind.START, Kind.LINE) and line.words <= _LONGEST_BYLINE:
            words = line.text.split()
            names += [" ".join(words[-count:]) for count in (2, 3, 4) if count < len(words)]
    return [folded for name in names if len((folded := fold(name)).split()) >= 2]


def _has_company(reading: Reading, line: Line) -> bool:
    """Whether a line next to it is the title, or tells of date and author: then it is no heading of the article."""
    for step in (-1, 1):
        other = _neighbour(reading, line.index, step)
        if other is None:
            continue
        if is_date(other.text) or (reading.title and other.folded == reading.title):
            return True
        if other.counters or any(match.label in _ABOUT_ARTICLES for match in other.matches):
            return True
    return False


def _opens_text(reading: Reading, line: Line) -> bool:
    """Whether a name is the first line and the prose after it is not about that person."""
    following = _neighbour(reading, line.index, 1)
    if _neighbour(reading, line.index, -1) or following is None or not following.prose:
        return False
    start = fold(" ".join(following.text.split()[:_FIRST_WORDS])).split()
    return not any(part in start for part in line.folded.split())


def _neighbour(reading: Reading, index: int, step: int) -> Line | None:
    index += step
    while 0 <= index < len(reading.lines):
        if reading.lines[index].text:
            return reading.lines[index]
        index += step
    return None


def _bio(reading: Reading, name: Line) -> Line | None:
    """The paragraph after a name that begins with a part of it; counters and dates may stand between."""
    if name.index < reading.first_prose:
        return None
    parts = [part for part in name.folded.split() if len(part) > 2]
    for line in reading.lines[name.index + 1 : name.index + 1 + _NEAR]:
        if line.words >= _SHORTEST_BIO:
            return line if _begins_with_name(line, parts) and _is_late(reading, line) else None
        if not (line.matches or is_date(line.text)):
            return None
    return None


def _begins_with_name(line: Line, parts: list[str]) -> bool:
    """Whether a part of a name is the first word of a line, or two of them are among its first words."""
    start = fold(" ".join(line.text.split()[:_FIRST_WORDS])).split()
    return start[:1] == parts[:1] or start[:1] == parts[-1:] or sum(part in start for part in parts) > 1


def _is_late(reading: Reading, line: Line) -> bool:
    """Whether nearly all prose of the document stands before the line: a bio comes after the article."""
    return reading.prose_words(line.index + 1) <= _LATE * reading.prose_words(0, line.index)


def _is_alone(document: Document, line: Line) -> bool:
    """Whether blank lines stand around it: a line of a list of names does not have them, unless the text has none."""
    blocks = document.blocks
    if not any("\n\n" in block.before for block in blocks[1:] if block.text):
        return True
    following = blocks[line.index + 1].before if line.index + 1 < len(blocks) else "\n\n"
    above = line.index == 0 or "\n\n" in blocks[line.index].before
    return above and ("\n\n" in following or not blocks[line.index + 1].text)

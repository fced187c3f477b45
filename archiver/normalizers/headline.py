"""Title, subtitle and section: what stands above an article and has a field of its own in the record.

A page or a source row that declares its title is taken at its word: a block that equals it is the title. A
plain text may have one in its first lines: short, set apart, before any prose.

Example: ``Science & Technology`` / ``Bank Bans Chatbots`` / ``The new rules take effect in May.`` / prose.

Known false positive: a text that begins with a section heading of the article, without the title.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.document import Block, Document, Label, Proposal
from archiver.normalizers.reading import Line, Reading, fold, is_crumbs, is_date, is_name, read
from archiver.phrases import Kind
from archiver.sentences import FULL_STOPS

_LONGEST_TITLE = 30
_LONGEST_PAGE_TITLE = 60
_OPENING = "#\"'“„«‘‚»¿¡([「『【《"
# Characters of a paragraph among which the name in a heading above it would stand.
_BEGINNING = 60
_MANY = 3
_LEAST_PROSE = 60
_SHORTEST_TITLE = 3
_LONGEST_SECTION = 4
_LONGEST_SUBTITLE = 45
_SHORTEST_SUBTITLE = 4
# Of a subtitle that nothing but its form gives away; and of a title below a kicker.
_SHORTEST_DECK = 6
_LONG_TITLE = 6
# A class that more blocks of a page carry is one of its boxes.
_MOST_SUBTITLES = 2
_SUBTITLE_CLASSES = frozenset(
    "subtitle subheadline subhead subheading dek deck standfirst lead lede intro summary teaser excerpt abstract chapo "
    "vorspann kicker".split()
)
_SENTENCE_ENDS = tuple(FULL_STOPS + "!！")
# What a button above the title is, and no section; a word that only may be one ("Culture", "City") names one as often.
_BUTTONS = frozenset((Label.SHARE, Label.COMMENTS, Label.NAVIGATION, Label.FORM, Label.COUNTER, Label.AD))
_FIRST_LINES = 12
_STEPS_UP = 3
# Where nothing else tells, a first line may be a section heading as well: this score names it and keeps it.
_UNSURE = 0.8
# Part of the words that a block shares with the title for them to be the same headline, written differently.
_SAME_TITLE = 0.85


def headline(document: Document) -> Iterator[Proposal]:
    """Proposes title, subtitle and section."""
    reading = read(document)
    if reading.last_prose < 0:
        return
    title = reading.title_index
    if title is None and document.is_html:
        title = _title_of_page(document, reading)
    elif title is None and not reading.title:
        title = _title_of_text(document, reading)
    if title is None:
        return
    certain = bool(reading.title) or _has_company(reading, title)
    yield from _titles(document, reading, title, certain)
    if certain:
        yield from _section(document, reading, title)
        yield from _subtitle(document, reading, title)


def _title_of_page(document: Document, reading: Reading) -> int | None:
    """The heading that stands where the declared title should: one around it, or the only one of level 1.

    Editors write one title for the page and another for search engines. On a page without an article the largest
    heading may be all there is.
    """
    if reading.prose_words() < _LEAST_PROSE:
        return None
    head = [line for line in reading.lines[: reading.first_prose + 1] if _may_head_page(document, line)]
    around = [line for line in head if reading.title and reading.title in line.folded]
    largest = [line for line in head if document.blocks[line.index].level == 1]
    if around:
        return around[0].index
    return largest[0].index if len({line.folded for line in largest}) == 1 else None


def _may_head_page(document: Document, line: Line) -> bool:
    return (
        document.blocks[line.index].kind is Label.HEADING
        and _SHORTEST_TITLE <= line.words <= _LONGEST_PAGE_TITLE
        and line.link_density == 0
        and not line.matches
    )


def _title_of_text(document: Document, reading: Reading) -> int | None:
    """The first line before the prose that reads like a headline; short lines before it are kicker or menu."""
    if sum(not line.matches for line in reading.lines[: reading.first_prose]) > _FIRST_LINES:
        return None
    candidates = [line for line in reading.lines[: reading.first_prose] if _may_be_title(document, line)]
    if not candidates:
        return None
    longer = [line for line in candidates if line.words > _LONGEST_SECTION]
    above = [line for line in reading.lines[: candidates[0].index] if line.text]
    below_kicker = len(above) == 1 and _is_kicker(above[0]) and not above[0].matches
    first = longer[0] if longer and candidates[0].words <= _LONGEST_SECTION and not below_kicker else candidates[0]
    following = next((line for line in reading.lines[first.index + 1 :] if line.text), None)
    if _stands_apart(document, first.index) or (following and _is_head_matter(following, first.folded)):
        return first.index
    return None


def _may_be_title(document: Document, line: Line) -> bool:
    return (
        document.blocks[line.index].kind in (Label.PARAGRAPH, Label.HEADING)
        and _SHORTEST_TITLE <= line.words <= _LONGEST_TITLE
        and not line.text.endswith((".", ":", ";", ",", "。", "…"))
        and (line.text[0].isalnum() or line.text[0] in _OPENING)
        and not line.matches
        and not is_date(line.text)
        and not is_name(line.text)
        and not is_crumbs(line.text)
    )


def _stands_apart(document: Document, index: int) -> bool:
    """Whether a blank line follows: the lines of a list or a poem follow each other closely.

    A text that has no blank lines at all says nothing by not having one here.
    """
    separators = [block.before for block in document.blocks[1:] if block.text]
    if not any("\n\n" in separator for separator in separators):
        return True
    return index + 1 < len(document.blocks) and document.blocks[index + 1].before.count("\n") > 1


def _titles(document: Document, reading: Reading, title: int, certain: bool) -> Iterator[Proposal]:
    """The title, every repetition of it up to the first prose, and those below in headings of the first level."""
    evidence = "as declared" if reading.title else "first line"
    yield Proposal(title, Label.TITLE, "headline", 0.95 if certain else _UNSURE, evidence)
    for index in _repetitions(reading, title):
        yield Proposal(index, Label.TITLE, "headline", 0.95, "the title once more")
    for line in reading.lines[reading.first_prose + 1 :]:
        if document.blocks[line.index].level == 1 and line.folded == reading.lines[title].folded:
            yield Proposal(line.index, Label.TITLE, "headline", 0.95, "the title once more")


def _repetitions(reading: Reading, title: int) -> list[int]:
    wanted = reading.lines[title].folded
    head = reading.lines[: reading.first_prose + 1]
    return [line.index for line in head if line.index != title and line.words >= 2 and _same_title(line.folded, wanted)]


def _has_company(reading: Reading, title: int) -> bool:
    """Whether a first line is the title and no section heading of the article.

    It is where a date, a byline, a counter or the title once more stands below it before the prose, or one short
    line above it or below it.
    """
    if _repetitions(reading, title):
        return True
    head = [line for line in reading.lines[: reading.first_prose] if line.text]
    above = [line for line in head if line.index < title]
    below = [line for line in head if line.index > title]
    if any(line.matches or line.counters or is_date(line.text) or _is_author(reading, line) for line in below):
        return True
    if len(above) == 1 and not below:
        return _is_kicker(above[0]) and reading.lines[title].words >= _LONG_TITLE
    return not above and len(below) == 1 and _is_deck(below[0]) and not _is_one_of_many(reading, below[0])


def _is_author(reading: Reading, line: Line) -> bool:
    """Whether a line is a name, and no heading of the paragraph after it, which would begin with it."""
    following = reading.lines[line.index + 1] if line.index + 1 < len(reading.lines) else None
    last = line.folded.split()[-1:]
    return reading.is_name(line) and not (following and last[0] in fold(following.text[:_BEGINNING]).split())


def _is_one_of_many(reading: Reading, line: Line) -> bool:
    """Whether other short lines begin with the same word: "Tip #1", "Tip #2", "Tip #3"."""
    first = line.text.split()[0]
    alike = sum(other.words <= _LONGEST_TITLE and other.text.split()[:1] == [first] for other in reading.lines)
    return alike >= _MANY


def _is_kicker(line: Line) -> bool:
    return line.words <= _LONGEST_SECTION and not any(sign.isdigit() or sign == ":" for sign in line.text)


def _is_deck(line: Line) -> bool:
    """Whether a line reads like a subtitle: a sentence without its full stop, not a heading with capitals."""
    parts = line.text.split()
    capitals = sum(part[0].isupper() for part in parts)
    return (
        _SHORTEST_DECK <= line.words <= _LONGEST_SUBTITLE
        and line.text[0].isalpha()
        and capitals <= len(parts) / 2
        and not line.text.endswith((":", "?"))
    )


def _same_title(text: str, title: str) -> bool:
    if text == title:
        return True
    ours, theirs = set(text.split()), set(title.split())
    return len(theirs) > 4 and len(ours & theirs) / len(ours | theirs) >= _SAME_TITLE


def _section(document: Document, reading: Reading, title: int) -> Iterator[Proposal]:
    """The line right above the title, if it is a few words: the kicker. In a text, more of them are a menu."""
    above = [line for line in reading.lines[:title] if line.text]
    if not above or any(line.prose for line in above[-1:]):
        return
    kicker = above[-1]
    if _may_be_section(kicker):
        alone = not document.is_html or (
            _together(document, kicker.index, title) and not _in_menu(document, kicker.index)
        )
        score = 0.92 if alone else 0.6
        yield Proposal(kicker.index, Label.SECTION, "headline", score, "above the title")
    if not document.is_html:
        for line in above[:-1]:
            if line.words <= _LONGEST_SECTION:
                yield Proposal(line.index, Label.NAVIGATION, "headline", 0.91, "a menu above the title")


def _may_be_section(line: Line) -> bool:
    """Whether a line is a few words that may name a section: no date, no sentence, no button, no letter alone."""
    return (
        line.words <= _LONGEST_SECTION
        and len(line.text) > 1
        and not line.is_menu
        and not is_date(line.text)
        and not line.text.endswith(_SENTENCE_ENDS)
        and not any(match.label in _BUTTONS and match.how is not Kind.HINT for match in line.matches)
    )


def _in_menu(document: Document, index: int) -> bool:
    """Whether the block before stands in an element of the same make: entries of a menu do."""
    if index == 0:
        return False
    own, other = document.blocks[index].element, document.blocks[index - 1].element
    if own is None or other is None:
        return False
    return own is other or (own.tag == other.tag and own.tokens == other.tokens and own.parent is other.parent)


def _together(document: Document, index: int, title: int) -> bool:
    """Whether two blocks of a page stand in one small element, a few steps up from each."""
    around = []
    for position in (index, title):
        element = document.blocks[position].element
        chain: list[int] = []
        while element is not None and len(chain) < _STEPS_UP:
            chain.append(id(element))
            element = element.parent
        around.append(chain)
    return bool(set(around[0]) & set(around[1]))


def _subtitle(document: Document, reading: Reading, title: int) -> Iterator[Proposal]:
    """The line right below the title: a subtitle where the page says so, or the title or a byline follows it."""
    following = [line for line in reading.lines[title + 1 : title + 4] if line.text]
    if not following:
        return
    line = following[0]
    if not _SHORTEST_SUBTITLE <= line.words <= _LONGEST_SUBTITLE or line.link_density > 0.5 or is_date(line.text):
        return
    if any(match.label is not Label.SUBTITLE for match in line.matches):
        return
    if document.is_html:
        words = _SUBTITLE_CLASSES.intersection(_tokens(document.blocks[line.index]))
        if any(sum(word in _tokens(block) for block in document.blocks) <= _MOST_SUBTITLES for word in words):
            yield Proposal(line.index, Label.SUBTITLE, "headline", 0.92, "its class says so")
        return
    sandwiched = len(following) > 1 and _is_head_matter(following[1], reading.lines[title].folded)
    unfinished = line.index < reading.first_prose and not line.prose and not line.text.endswith((".", "?", "!"))
    if (sandwiched or unfinished) and _stands_apart(document, line.index):
        yield Proposal(line.index, Label.SUBTITLE, "headline", 0.91, "below the title")


def _is_head_matter(line: Line, title: str) -> bool:
    """Whether a line is the title once more, a date or a byline: what stands above it is no article text yet."""
    return (
        _same_title(line.folded, title)
        or is_date(line.text)
        or any(match.label in (Label.DATE, Label.BYLINE) for match in line.matches)
    )


def _tokens(block: Block) -> tuple[str, ...]:
    element = block.element
    own = element.tokens if element else ()
    above = element.parent.tokens if element and element.parent else ()
    return (*own, *above, *block.inline)

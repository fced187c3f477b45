"""Plain text becomes blocks: every line that is not blank is one, and all white space between two is a separator.

Where a text was broken into lines of one width, as mail and many programs have it, a paragraph is one all the same.
In comes decoded and repaired text; out comes a `Document` from which that text can be put together again,
character by character: the separators and the texts of all blocks, in order. White space after the last
line becomes the separator of a last, empty block.
"""

from __future__ import annotations

import re
from itertools import pairwise

from archiver.document import TEXT, Block, Document, Label, RawDocument
from archiver.errors import LimitError
from archiver.sentences import CLOSING, SENTENCE_STOPS
from archiver.settings import Settings

_LINE = re.compile(r"\S(?:[^\n]*\S)?")

_BULLET = re.compile(r"(?:[•‣▪▫◦●○■□–—*+·-]|\(?\d{1,2}[.)]|[a-z]\))\s+\S")
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+\S")
_QUOTE = re.compile(r">\s*\S")
_TABLE_ROW = re.compile(r"\|.+\||\S[^\t\n]*\t[^\n]*\S")
_SENTENCE_ENDS = tuple(SENTENCE_STOPS + CLOSING + ":;,")

_FENCE = "```"
# So many lines go on in another, at least, before a text may have been wrapped, and so many of them are full; the width
# is that of nearly all of them. A word that is longer is no word, but a line of a script without spaces.
_FEWEST_WRAPPED = 12
_LEAST_FULL = 0.7
_FULL_WIDTH = 0.98
_MOST_WIDER = 0.1
# In German, which writes its nouns so, four lines in ten begin with a capital.
_MOST_CAPITALS = 0.6
_NARROWEST, _WIDEST = 50, 120
_LONGEST_WORD = 30

# Indentation of code in plain text, as in Markdown.
_CODE_INDENT = 4
# A line is taken for a heading when it is no longer than this, does not end like a sentence, and prose follows.
_LONGEST_HEADING = 120
_SHORTEST_PROSE = 160


def segment_text(text: str, source: RawDocument, settings: Settings) -> Document:
    """The document of a plain text.

    Raises:
        LimitError: the text has more lines than the settings allow.
    """
    blocks = []
    end = 0
    for match in _LINE.finditer(text):
        blocks.append(Block(match.group(), text[end : match.start()]))
        end = match.end()
        if len(blocks) > settings.limits.blocks:
            raise LimitError("segment", "too-many-blocks", f"more lines than limits.blocks = {settings.limits.blocks}")
    blocks = _unwrapped(blocks)
    if end < len(text):
        blocks.append(Block("", text[end:]))
    _set_kinds(blocks)
    return Document(source=source, media_type=TEXT, blocks=blocks)


def _unwrapped(lines: list[Block]) -> list[Block]:
    """The lines, or the paragraphs that they are the lines of where the text was wrapped; nothing of it is changed."""
    width = _wrapped_at(lines)
    if width is None:
        return lines
    paragraphs = [lines[:1]]
    for line, following in pairwise(lines):
        if _goes_on(line, following) and _is_full(line, following, width):
            paragraphs[-1].append(following)
        else:
            paragraphs.append([following])
    return [_joined(paragraph) for paragraph in paragraphs]


def _joined(lines: list[Block]) -> Block:
    """The lines of a paragraph as one block, with all that stands between them."""
    first, *others = lines
    return Block(first.text + "".join(line.before + line.text for line in others), first.before)


def _wrapped_at(lines: list[Block]) -> int | None:
    """The width at which a text was broken into lines, None where it was not.

    Where it was, the first word of a line does not fit at the end of the line before it. That is so of rows and
    paragraphs of one length too, but those begin with capitals or numbers, hardly ever in the middle of a sentence.
    """
    pairs = [pair for pair in pairwise(lines) if _goes_on(*pair)]
    if len(pairs) < _FEWEST_WRAPPED:
        return None
    widths = sorted(_width(line) for line, _ in pairs)
    width = widths[int(_FULL_WIDTH * (len(widths) - 1))]
    wider = sum(_width(line) > width for line in lines)
    if not _NARROWEST <= width <= _WIDEST or wider > _MOST_WIDER * len(lines):
        return None
    long = [pair for pair in pairs if _width(pair[0]) > width / 2]
    full = [following.text[0] for line, following in long if _is_full(line, following, width)]
    if len(full) < max(_FEWEST_WRAPPED, _LEAST_FULL * len(long)):
        return None
    return width if sum(first.isupper() or first.isdigit() for first in full) <= _MOST_CAPITALS * len(full) else None


def _goes_on(line: Block, following: Block) -> bool:
    """Whether the next line stands right below a line and begins no list item, heading, quotation or row."""
    return following.before.count("\n") == 1 and not _begins_anew(following.text) and not _TABLE_ROW.match(line.text)


def _begins_anew(line: str) -> bool:
    return line.startswith(_FENCE) or _kind(line, following="")[0] is not Label.PARAGRAPH


def _is_full(line: Block, following: Block, width: int) -> bool:
    word = following.text.split(maxsplit=1)[0]
    return len(word) <= _LONGEST_WORD and _width(line) + len(" ") + len(word) > width


def _width(line: Block) -> int:
    """How wide a line is with its indentation."""
    return len(line.before.rpartition("\n")[2]) + len(line.text)


def _set_kinds(blocks: list[Block]) -> None:
    fenced = False
    for index, block in enumerate(blocks):
        if block.text.startswith(_FENCE):
            fenced = not fenced
            block.kind = Label.CODE
        elif fenced or _is_indented(block):
            block.kind = Label.CODE
        else:
            following = blocks[index + 1].text if index + 1 < len(blocks) else ""
            block.kind, block.level = _kind(block.text, following)


def _is_indented(block: Block) -> bool:
    """Code, unless the indented line is a list item: extractors indent those too."""
    if block.before.endswith("\n"):
        return False
    indent = block.before.rpartition("\n")[2]
    return (len(indent.expandtabs(4)) >= _CODE_INDENT) and not _BULLET.match(block.text)


def _kind(line: str, following: str) -> tuple[Label, int]:
    if line[:1].isalpha() and line[1:2] != ")" and "\t" not in line:  # most lines; none of the forms begins so
        return _prose_kind(line, following)
    if _BULLET.match(line):
        return Label.LIST_ITEM, 0
    markdown = _MARKDOWN_HEADING.match(line)
    if markdown:
        return Label.HEADING, len(markdown.group(1))
    if _QUOTE.match(line):
        return Label.QUOTE, 0
    if _TABLE_ROW.match(line):
        return Label.TABLE, 0
    return _prose_kind(line, following)


def _prose_kind(line: str, following: str) -> tuple[Label, int]:
    if len(line) <= _LONGEST_HEADING and len(following) >= _SHORTEST_PROSE and not line.endswith(_SENTENCE_ENDS):
        return Label.HEADING, 0
    return Label.PARAGRAPH, 0

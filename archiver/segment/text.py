"""Plain text becomes blocks: every line that is not blank is one, and all white space between two is a separator.

In comes decoded and repaired text; out comes a `Document` from which that text can be put together again,
character by character: the separators and the texts of all blocks, in order. White space after the last
line becomes the separator of a last, empty block.
"""

from __future__ import annotations

import re

from archiver.document import TEXT, Block, Document, Label, RawDocument
from archiver.errors import LimitError
from archiver.settings import Settings

_LINE = re.compile(r"\S(?:[^\n]*\S)?")

_BULLET = re.compile(r"(?:[•‣▪▫◦●○■□–—*+·-]|\(?\d{1,2}[.)]|[a-z]\))\s+\S")
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+\S")
_QUOTE = re.compile(r">\s*\S")
_TABLE_ROW = re.compile(r"\|.+\||\S[^\t\n]*\t[^\n]*\S")
_SENTENCE_END = re.compile(r"[.!?…。！？؟।:;,»”\"')\]]$")

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
    if end < len(text):
        blocks.append(Block("", text[end:]))
    _set_kinds(blocks)
    return Document(source=source, media_type=TEXT, blocks=blocks)


def _set_kinds(blocks: list[Block]) -> None:
    fenced = False
    for index, block in enumerate(blocks):
        if block.text.startswith("```"):
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
    if len(line) <= _LONGEST_HEADING and len(following) >= _SHORTEST_PROSE and not _SENTENCE_END.search(line):
        return Label.HEADING, 0
    return Label.PARAGRAPH, 0

"""Articles in, texts for people out: Markdown with YAML front matter, plain text, or one JSON object a document.

Markdown is made from the kept blocks, so that a heading is a heading and a list a list. What in the text would be
read as Markdown is escaped. A value of the front matter is written as JSON, which YAML is a superset of.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import pyarrow as pa

from archiver.exports.rows import to_rows
from archiver.record_json import COLUMNS

DESCRIBING = tuple(name for name in COLUMNS if name not in ("text", "blocks", "repairs", "origins"))
"""The columns of front matter: all that describe an article, and not what it was made of."""
PAGE_BREAK = "\f\n"
"""Between two texts of one file."""

_SPECIAL = re.compile(r"[\\`*_\[\]<>&|~]")
_LINE_START = re.compile(r"^(\s*)(?:([-+#=:])|(\d{1,9})([.)]))(?=\s|$|[-+#=:])")
_FENCE = re.compile(r"`{3,}")
_BULLET = re.compile(r"^(?:[•‣▪▫◦●○■□–—*+·-]|\(?\d{1,2}[.)]|[a-z]\))\s+")
_MARKS = re.compile(r"^(?:#{1,6}|>)\s+")
_UNPRINTABLE = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def write_markdown(batches: Iterator[pa.RecordBatch], columns: Sequence[str], stream: BinaryIO) -> int:
    """All documents in one stream, each with its front matter."""
    return _write((markdown_of(row, columns) for row in to_rows(batches)), "\n", stream)


def write_text(batches: Iterator[pa.RecordBatch], columns: Sequence[str], stream: BinaryIO) -> int:
    """All texts in one stream, with a form feed on a line of its own between two."""
    return _write((text_of(row, columns) for row in to_rows(batches)), PAGE_BREAK, stream)


def json_of(row: Mapping[str, Any], columns: Sequence[str]) -> str:
    """The chosen columns as a JSON object."""
    return json.dumps({name: row[name] for name in columns}, ensure_ascii=False, indent=1) + "\n"


def text_of(row: Mapping[str, Any], columns: Sequence[str] = ()) -> str:
    """The text alone, with a line end."""
    return f"{row['text']}\n"


def markdown_of(row: Mapping[str, Any], columns: Sequence[str]) -> str:
    """Front matter, the title as a heading of the first rank, and the kept blocks."""
    parts = [front_matter(row, columns)]
    if row["title"]:
        parts.append(f"# {_inline(row['title'])}\n")
    parts.extend(_body(row["text"], row["blocks"]))
    return "\n".join(parts)


def front_matter(row: Mapping[str, Any], columns: Sequence[str]) -> str:
    """The columns that say something, one a line, between two lines of ``---``."""
    lines = [f"{name}: {_yaml(row[name])}" for name in columns if row[name] not in (None, [], "")]
    return "\n".join(("---", *lines, "---")) + "\n"


def _yaml(value: Any) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


def _write(documents: Iterable[str], between: str, stream: BinaryIO) -> int:
    count = 0
    for document in documents:
        stream.write(f"{between if count else ''}{document}".encode())
        count += 1
    return count


def _body(text: str, blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The kept blocks as Markdown, each with a line end. Blocks of one list, table or quote follow each other."""
    kept = [(block["label"], text[block["start"] : block["end"]]) for block in blocks if block["kept"]]
    kept = [(label, content) for label, content in kept if content]
    index = 0
    while index < len(kept):
        label = kept[index][0]
        run = [content for name, content in _same(kept, index)]
        if label not in _RUNS:
            run = run[:1]
        yield _RUNS.get(label, _paragraph)(run) + "\n"
        index += len(run)


def _same(kept: Sequence[tuple[str, str]], start: int) -> Iterator[tuple[str, str]]:
    for item in kept[start:]:
        if item[0] != kept[start][0]:
            return
        yield item


def _paragraph(run: Sequence[str]) -> str:
    return _lines(run[0])


def _heading(run: Sequence[str]) -> str:
    return "\n\n".join(f"## {_inline(_MARKS.sub('', content))}" for content in run)


def _list(run: Sequence[str]) -> str:
    return "\n".join("- " + _lines(_BULLET.sub("", item)).replace("\n", "\n  ") for item in run)


def _quote(run: Sequence[str]) -> str:
    quoted = (_lines(_MARKS.sub("", content)).replace("\n", "\n> ") for content in run)
    return "\n>\n".join(f"> {content}" for content in quoted)


def _code(run: Sequence[str]) -> str:
    content = "\n".join(run)
    longest = max((len(fence) for fence in _FENCE.findall(content)), default=2)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{content}\n{fence}"


def _table(run: Sequence[str]) -> str:
    """Cells are joined by `` | `` in a text; the first row is the head, as Markdown must have one."""
    rows = [[_inline(cell.strip()) for cell in row.strip("| ").split("|")] for row in run]
    width = max(map(len, rows))
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


_RUNS = {"heading": _heading, "list_item": _list, "quote": _quote, "code": _code, "table": _table}


def _lines(content: str) -> str:
    """Running text: its line ends stay, nothing in it is read as Markdown."""
    return "\n".join(_LINE_START.sub(_escape_start, _escape(line.strip())) for line in content.split("\n"))


def _inline(content: str) -> str:
    return _lines(" ".join(content.split()))


def _escape(text: str) -> str:
    return _SPECIAL.sub(lambda match: "\\" + match[0], text)


def _escape_start(match: re.Match[str]) -> str:
    space, mark, number, point = match.groups()
    return f"{space}\\{mark}" if mark else f"{space}{number}\\{point}"

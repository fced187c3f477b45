"""Repair as the stages call it: strings or whole texts enter, repaired ones leave, each change with its record.

Every result equals ``ftfy.fix_text(text, config)``. A line goes to ftfy if `suspects` cannot rule out a change.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import ftfy

from archiver.document import Repair
from archiver.repair.plans import Edit, describe, effective_steps
from archiver.repair.suspects import is_clean, is_endless, is_plain, suspect_lines

TEXT_CONFIG = ftfy.TextFixerConfig(uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False)
"""For plain text. The fixers that are off would rewrite the author's typography and East Asian punctuation."""

HTML_CONFIG = TEXT_CONFIG._replace(unescape_html=False)
"""For strings out of a parsed page, where a character reference that is still there was meant to be read."""


@dataclass(frozen=True, slots=True)
class LineRepair:
    """The repair of one line of a plain text.

    `line` counts the source's lines from 1; None is for the document as a whole, and then stands for the CR LF line
    ends of all lines that have no repair of their own. `start` and `length`, in characters, are where the repaired
    line lies in the repaired text, its line end included; a repair may turn one line into several, or join it to the
    next. The other fields are those of `Repair`; for the document as a whole `before` and `plan` are None.
    """

    line: int | None
    start: int
    length: int
    kind: str
    count: int
    before: str | None
    plan: str | None

    def of_block(self, block: int | None) -> Repair:
        """The repair as a record holds it, once it is known in which block the line stands."""
        return Repair(block, self.kind, self.count, self.before, self.plan)


def repair_string(text: str, config: ftfy.TextFixerConfig, block: int | None = None) -> tuple[str, Repair | None]:
    """The repaired string, and the record of its repair for `block` if anything changed.

    `config` is `TEXT_CONFIG` or `HTML_CONFIG`; the fast path is proved for these, with any `max_decode_length`.
    """
    edits = [] if is_plain(text) else list(_edits(text, config))
    if not edits:
        return text, None
    return _applied(text, edits), describe(text, edits, block)


def repair_strings(strings: Sequence[str], config: ftfy.TextFixerConfig) -> tuple[list[str], list[Repair]]:
    """Each string as `repair_string` returns it, and the records, with the string's index as their block.

    All strings are searched at once, so that a sound page costs little more than one string.
    """
    repaired, repairs = list(strings), []
    for index in _suspect_strings(strings, config):
        repaired[index], repair = repair_string(strings[index], config, index)
        if repair:
            repairs.append(repair)
    return repaired, repairs


def repair_lines(text: str, config: ftfy.TextFixerConfig) -> tuple[str, list[LineRepair]]:
    """The repaired plain text, and its repairs in the order of the lines, that of the whole document last.

    `config` as in `repair_string`. Its ``unescape_html="auto"`` means what it means to ftfy: character references
    are resolved up to the first line that has a ``<``.
    """
    edits = list(_edits(text, config))
    repairs = []
    line, counted, growth, line_ends = 1, 0, 0, 0
    for edit in edits:
        source = text[edit.start : edit.end]
        line += text.count("\n", counted, edit.start)
        counted = edit.start
        if edit.text == source.replace("\r\n", "\n"):
            line_ends += len(source) - len(edit.text)
        else:
            repair = describe(source, [edit._replace(start=0, end=len(source))])
            repairs.append(_line_repair(repair, line, edit.start + growth, len(edit.text)))
        growth += len(edit.text) - len(source)
    if line_ends:
        repairs.append(LineRepair(None, 0, len(text) + growth, "line_end", line_ends, None, None))
    return _applied(text, edits), repairs


def _line_repair(repair: Repair, line: int, start: int, length: int) -> LineRepair:
    return LineRepair(line, start, length, repair.kind, repair.count, repair.before, repair.plan)


def _suspect_strings(strings: Sequence[str], config: ftfy.TextFixerConfig) -> list[int]:
    """The indices of the strings in which something may change.

    A carriage return at the end of a string would look like half a CR LF once the strings are joined, so those are
    looked for by themselves; for all else a line of the joined strings is suspect if it is in its own string.
    """
    joined = "\n".join(strings)
    starts = suspect_lines(joined, len(joined) if config.unescape_html else 0)
    suspects = {index for index, string in enumerate(strings) if "\r" in string} if "\r" in joined else set()
    if starts:
        offsets = list(accumulate((len(string) + 1 for string in strings), initial=0))
        suspects.update(bisect_right(offsets, start) - 1 for start in starts)
    return sorted(suspects)


def _applied(text: str, edits: Sequence[Edit]) -> str:
    parts: list[str] = []
    done = 0
    for edit in edits:
        parts += text[done : edit.start], edit.text
        done = edit.end
    return "".join(parts) + text[done:]


def _edits(text: str, config: ftfy.TextFixerConfig) -> Iterator[Edit]:
    """What ftfy does to `text`, in order; see `_piece_edits`."""
    for offset, piece in _pieces(text, config.max_decode_length):
        entities_until = _entities_until(piece, config)
        for edit in _piece_edits(piece, entities_until, config):
            yield edit._replace(start=edit.start + offset, end=edit.end + offset)
        if entities_until < len(piece):
            config = config._replace(unescape_html=False)


def _pieces(text: str, limit: int) -> Iterator[tuple[int, str]]:
    """Cut a text, with offsets, into parts of at most `limit` characters in which ftfy would cut at line feeds only.

    ftfy cuts what is left of a line every `limit` characters. Such a cut ends a part, any other part ends with a line.
    """
    start = 0
    while len(text) - start > limit:
        end = text.rfind("\n", start, start + limit) + 1 or start + limit
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def _entities_until(piece: str, config: ftfy.TextFixerConfig) -> int:
    """Where ftfy stops to resolve character references: with ``auto`` the start of the first line that has a ``<``."""
    if not config.unescape_html:
        return 0
    bracket = piece.find("<") if config.unescape_html == "auto" else -1
    return len(piece) if bracket < 0 else piece.rfind("\n", 0, bracket) + 1


def _piece_edits(piece: str, entities_until: int, config: ftfy.TextFixerConfig) -> Iterator[Edit]:
    """An edit for each line that ftfy changes, and for each run of other lines in which CR LF becomes LF."""
    literal = config._replace(unescape_html=False)
    done = 0
    for start in suspect_lines(piece, entities_until):
        end = piece.find("\n", start) + 1 or len(piece)
        line, entities = piece[start:end], start < entities_until
        if is_clean(line, entities) or is_endless(line, entities):
            continue
        fixed, steps = ftfy.fix_and_explain(line, config if entities else literal)
        if fixed != line:
            yield from _line_ends(piece, done, start)
            yield Edit(start, end, fixed, effective_steps(line, steps or ()))
            done = end
    yield from _line_ends(piece, done, len(piece))


def _line_ends(piece: str, start: int, end: int) -> Iterator[Edit]:
    source = piece[start:end]
    if "\r" in source:
        yield Edit(start, end, source.replace("\r\n", "\n"), [("apply", "fix_line_breaks")])

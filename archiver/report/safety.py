"""A string from anywhere in, one that a terminal can only show out.

Documents, file names and error messages may hold escape sequences that repaint the screen, and characters that
reverse the order of what follows. Every string that is not our own passes `safe` before it is printed.
"""

from __future__ import annotations

import codecs
import io
import re
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from typing_extensions import Buffer

_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
_LINE_ENDS = r"\t\n\u2028\u2029"
_DIRECTIONS = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = r"\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
_SURROGATES = r"\ud800-\udfff"

# Joiners (U+200C, U+200D) stay: Persian, Indic scripts and emoji are spelled with them.
_HARMFUL = re.compile(f"[{_CONTROLS}{_DIRECTIONS}{_INVISIBLE}{_SURROGATES}\u2028\u2029]")
_HARMFUL_IN_LINE = re.compile(f"[{_CONTROLS}{_LINE_ENDS}{_DIRECTIONS}{_INVISIBLE}{_SURROGATES}]")


def safe(text: str) -> str:
    r"""`text` with every control, direction mark and invisible character written as an escape (``\x1b``).

    Line feeds and tabs stay.
    """
    return _HARMFUL.sub(_escape, text)


def safe_line(text: str) -> str:
    r"""Like `safe`, and without line ends: the result stays on one line."""
    return _HARMFUL_IN_LINE.sub(_escape, text)


class SafeStream(io.RawIOBase):
    """Takes bytes of UTF-8 for a terminal, which only shows them: `safe`, as they come."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        content = bytes(data)
        self._terminal.write(safe(self._decoder.decode(content)))
        return len(content)

    def flush(self) -> None:
        self._terminal.flush()


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")

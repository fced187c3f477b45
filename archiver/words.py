"""What counts as a word: a run of letters and digits; each Han or Kana character is one of its own."""

from __future__ import annotations

import re

# Scripts written without spaces, in which a character stands for about a word: Kana, Han and its extensions.
_SPACELESS = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_SPACELESS}]|[^\W_{_SPACELESS}]+")


def words(text: str) -> list[str]:
    """The words of a text, in order.

    >>> words("It's 3,870 views — 日本")
    ['It', 's', '3', '870', 'views', '日', '本']
    """
    return _WORD.findall(text)


def count_words(text: str) -> int:
    """How many words a text has."""
    return len(_WORD.findall(text))

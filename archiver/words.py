"""What counts as a word: a run of letters and digits; each Han or Kana character is one of its own."""

from __future__ import annotations

import re
import unicodedata

from archiver.document import Document

# Scripts written without spaces, in which a character stands for about a word: Kana, Han and its extensions.
_SPACELESS = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
# Vowels and other marks above, below or behind the letters of a word, which are no letters themselves: Latin, Hebrew,
# Arabic, the scripts of India. Those of Thailand and its neighbours have marks too, but no spaces: there a mark ends
# about a word.
_MARKS = "".join(filter(lambda mark: unicodedata.category(mark) in ("Mn", "Mc"), map(chr, range(0x0300, 0x0E00))))
_LETTER = rf"[^\W_{_SPACELESS}]"
_WORD = re.compile(rf"[{_SPACELESS}]|{_LETTER}+(?:[{_MARKS}]+{_LETTER}*)*")

# The encoding of one byte a character that holds nearly all text of western Europe, quotes and dashes included.
_NARROW = "cp1252"
# Each of its bytes as it is where it is a letter or a digit, and as a space elsewhere; and the former as an "a".
_LETTERS = bytes(byte if bytes([byte]).decode(_NARROW, "replace").isalnum() else 0x20 for byte in range(256))
_SHAPES = bytes(ord("a") if byte != 0x20 else byte for byte in _LETTERS)


def words(text: str) -> list[str]:
    """The words of a text, in order; without a search, in a fifth of the time, where a character fits into a byte.

    >>> words("It's 3,870 views — 日本, हिन्दी")
    ['It', 's', '3', '870', 'views', '日', '本', 'हिन्दी']
    """
    if text.isascii():
        return text.encode().translate(_LETTERS).decode().split()
    try:
        return text.encode(_NARROW).translate(_LETTERS).decode(_NARROW).split()
    except UnicodeEncodeError:
        return _WORD.findall(text)


def count_words(text: str) -> int:
    """How many words a text has.

    Every block is counted, so where a character fits into a byte no word is cut out: the places are counted at
    which one begins. That is three to five times faster.

    >>> count_words("It's 3,870 views — 日本"), count_words("It’s 3,870 views")
    (7, 5)
    """
    try:
        narrow = text.encode() if text.isascii() else text.encode(_NARROW)
    except UnicodeEncodeError:
        return len(_WORD.findall(text))
    return (b" " + narrow.translate(_SHAPES)).count(b" a")


def block_words(document: Document) -> list[int]:
    """How many words each block of a document has: counted once, remembered in the document."""
    if len(document.word_counts) != len(document.blocks):
        document.word_counts = [count_words(block.text) for block in document.blocks]
    return document.word_counts

"""How sentences end in the scripts of the world."""

from __future__ import annotations

import re

FULL_STOPS = ".…。．｡।॥۔։።။។෴"
"""Signs that end a statement: Latin, East Asian, Indic, Urdu, Armenian, Ethiopic, Burmese, Khmer, Sinhala."""
SENTENCE_STOPS = FULL_STOPS + "!?！？؟՞՜፧"
"""Those and the signs that end a question or a call."""
CLOSING = "\"'”’»)]）」』】"
"""What may stand behind the last sign of a sentence."""

_UNSPACED = re.compile("[\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff]")
_ENDS, _FULL_STOPS = tuple(SENTENCE_STOPS), tuple(FULL_STOPS)


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does.

    >>> ends_sentence("He said: “It is shut.”"), ends_sentence("Read more"), ends_sentence("وہ چلا گیا۔")
    (True, False, True)
    """
    return text.rstrip(CLOSING).endswith(_ENDS)


def ends_statement(text: str) -> bool:
    """Whether a text ends with a full stop."""
    return text.rstrip(CLOSING).endswith(_FULL_STOPS)


def unspaced_letters(text: str) -> int:
    """How many characters a text has of scripts with neither spaces nor full stops: Thai, Lao, Burmese, Khmer."""
    return 0 if text.isascii() else len(_UNSPACED.findall(text))

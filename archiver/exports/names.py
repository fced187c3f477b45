"""A document in, a name for its file out: readable, unique in its archive, and harmless on every system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

_LONGEST_BYTES = 80
"""Of the readable part, in UTF-8. File systems take 255 bytes, some wrappers of them 143."""
_ID_CHARS = 12
_HYPHENS = re.compile(r"-+")


def file_name(row: Mapping[str, Any]) -> str:
    """Words of the title, else of the last part of `source_uri`, and the beginning of the `version_id`.

    Letters and digits of any script, joined by hyphens: no separator, dot or blank, nothing that a shell reads, no
    name that Windows keeps for a device. ``the-night-ferry-0f1e2d3c4b5a``.
    """
    name = row["title"] or row["source_uri"].rpartition("/")[2].partition("#")[0].partition(".")[0]
    folded = unicodedata.normalize("NFC", name[:_LONGEST_BYTES]).casefold()
    words = _HYPHENS.sub("-", "".join(letter if _is_of_word(letter) else "-" for letter in folded)).strip("-")
    short = words.encode("utf-8")[:_LONGEST_BYTES].decode("utf-8", "ignore").strip("-")
    identity = row["version_id"][:_ID_CHARS]
    return f"{short}-{identity}" if short else identity


def _is_of_word(letter: str) -> bool:
    """Letters, digits, and the marks that belong to the letter before them."""
    return unicodedata.category(letter)[0] in "LNM"

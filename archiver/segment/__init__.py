"""Decoded text becomes a `Document`: a sequence of blocks, each with the separator that stood before it.

`html` walks the tree that `markup` parses; `text` cuts plain text into lines. After this room nobody needs
to know which of the two a document was.
"""

from __future__ import annotations

from archiver.segment.html import check_pages, segment_html
from archiver.segment.text import segment_text

__all__ = ["check_pages", "segment_html", "segment_text"]

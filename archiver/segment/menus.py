"""The entries of a menu: an element with nothing in it but short links is one thing, and becomes one block.

A page of news has more entries of menus than blocks of any other kind, and nobody ever wanted half of a menu.
"""

from __future__ import annotations

from collections.abc import Sequence

from archiver.document import Block, Label
from archiver.segment.joined import joined, marked_alike

# Fewer links are a byline, breadcrumbs, a row of buttons: what each says of itself tells more than that it is a link.
_FEWEST_ENTRIES = 4
# Longer ones are headlines of other articles, each with a date or a summary.
_LONGEST_ENTRY = 60
_LEAST_LINKED = 0.9
_KINDS = frozenset((Label.PARAGRAPH, Label.LIST_ITEM))


def is_entry(block: Block) -> bool:
    """Whether a block may be an entry of a menu: short, and a link."""
    length = len(block.text)
    return block.link_chars >= _LEAST_LINKED * length and length <= _LONGEST_ENTRY and block.kind in _KINDS


def joined_menu(blocks: Sequence[Block]) -> Block | None:
    """The blocks of an element as one, without its place; None where they are too few.

    Each is an entry, or a menu of an inner element. They keep their lines, with what stood between them.
    """
    first = blocks[0]
    text = "".join([block.before + block.text for block in blocks])[len(first.before) :]
    entries = 1 + text.count("\n") - text.count("\n\n")
    if entries < _FEWEST_ENTRIES or not marked_alike(blocks):
        return None
    kinds = {block.kind for block in blocks}
    return joined(blocks, text, first.kind if len(kinds) == 1 else Label.PARAGRAPH)

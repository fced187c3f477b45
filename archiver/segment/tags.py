"""What each tag is to the walk over a page, and what kind of block stands in it: the data of `html`."""

from __future__ import annotations

from archiver.document import Label

_INLINE_TAGS = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr picture q rb ruby s "
    "samp small source span strike strong sub sup time tt u var wbr".split()
)

PARAGRAPH = (Label.PARAGRAPH, 0)
# The kind and level of the blocks in an element; in any other the kind of the outer one counts. The last four are
# neutral: an article in a list is an article.
_KINDS = {
    "li": (Label.LIST_ITEM, 0),
    "dt": (Label.LIST_ITEM, 0),
    "dd": (Label.LIST_ITEM, 0),
    "blockquote": (Label.QUOTE, 0),
    "pre": (Label.CODE, 0),
    "figcaption": (Label.CAPTION, 0),
    "caption": (Label.TABLE, 0),
    **{f"h{level}": (Label.HEADING, level) for level in range(1, 7)},
    **dict.fromkeys(("article", "main", "section", "table"), PARAGRAPH),
}
# What an element is to the walk, by its tag. Those before `BLOCK` do not end a block where they begin; those after
# it matter beyond their place in the tree.
INLINE, LINK, IMAGE, BREAK, BLOCK, NESTED, CELL, ROW, CODE = range(9)
_ROLES = {
    **dict.fromkeys(_KINDS, BLOCK),
    **dict.fromkeys(_INLINE_TAGS, INLINE),
    "a": LINK,
    "img": IMAGE,
    **dict.fromkeys(("br", "hr"), BREAK),  # what ends a block and has no inside
    **dict.fromkeys(("table", "ul", "ol", "form", "button"), NESTED),
    **dict.fromkeys(("td", "th"), CELL),
    "tr": ROW,
    "pre": CODE,
}
# The role of each tag together with what kind of block stands in it.
TAGS = {tag: (role, _KINDS.get(tag)) for tag, role in _ROLES.items()}
OTHER_TAG = (BLOCK, None)

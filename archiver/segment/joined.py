"""One block in place of several."""

from __future__ import annotations

from collections.abc import Sequence

from archiver.document import Block, Label


def joined(parts: Sequence[Block], text: str, kind: Label) -> Block:
    """A block with the links and images of all its parts and the mark they share, without its place."""
    return Block(
        text=text,
        kind=kind,
        inline=parts[0].inline,
        link_chars=sum([part.link_chars for part in parts]),
        links=tuple([link for part in parts for link in part.links]),
        images=tuple([image for part in parts for image in part.images]),
        mark=parts[0].mark,
    )


def marked_alike(parts: Sequence[Block]) -> bool:
    """Whether a rule for the site says the same of all parts; if not, each has to be a block of its own."""
    return len({part.mark for part in parts}) == 1

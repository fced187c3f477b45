"""One block in place of several."""

from __future__ import annotations

from collections.abc import Sequence

from archiver.document import Block, Label


def joined(parts: Sequence[Block], text: str, kind: Label) -> Block:
    """A block with the links and images of all its parts, without its place."""
    return Block(
        text=text,
        kind=kind,
        inline=parts[0].inline,
        link_chars=sum([part.link_chars for part in parts]),
        links=tuple([link for part in parts for link in part.links]),
        images=tuple([image for part in parts for image in part.images]),
    )

"""What is clutter, and what is metadata: each normalizer says it of the blocks it knows about.

A normalizer is any callable ``(Document) -> Iterable[Proposal]``. It proposes; `labeling` decides. The built-in
ones stand in `DEFAULT_NORMALIZERS`, in order; there is no registry, and importing one has no effect.

    def podcast(document):
        for index, block in enumerate(document.blocks):
            if block.text.startswith("Listen to this episode"):
                yield Proposal(index, Label.PROMO, "podcast", 0.95)

    clean(page, normalizers=(*DEFAULT_NORMALIZERS, podcast))
"""

from __future__ import annotations

from archiver.document import Normalizer
from archiver.normalizers.articles import articles
from archiver.normalizers.boxes import boxes
from archiver.normalizers.form import form
from archiver.normalizers.guards import guards
from archiver.normalizers.headline import headline
from archiver.normalizers.lists import lists
from archiver.normalizers.markup import markup
from archiver.normalizers.people import people
from archiver.normalizers.wording import wording
from archiver.normalizers.zones import zones

DEFAULT_NORMALIZERS: tuple[Normalizer, ...] = (
    headline,
    articles,
    wording,
    zones,
    lists,
    people,
    form,
    markup,
    boxes,
    guards,
)

__all__ = ["DEFAULT_NORMALIZERS"]

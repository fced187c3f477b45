"""What the normalizers say of a block and of those around it, as numbers: how the model learns whom to believe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from archiver.document import Family, Label, Proposal
from archiver.features.batch import Batch, Bools, Floats, logged

_CLAIMED = tuple(label for label in Label if label.family is not Family.CONTENT)
# Where one of these was seen below the article, the article is often over.
_ENDINGS = (Label.RELATED, Label.COMMENTS, Label.NEWSLETTER, Label.AUTHOR_BIO, Label.TAGS, Label.SHARE, Label.DATE)
# Prose above an ending: so many words, or it is no end of an article.
_BODY_WORDS = 100
_WINDOW = 3
# From here on claims are many, and a block is far from the title.
_MANY_CLAIMS, _FAR = 50, 60

NAMES = (
    "plea",
    *(f"claim_{label.value}" for label in _CLAIMED),
    *("claim_any", "claims_-1", "claims_+1", "claims_window", "claims_before", "claims_after"),
    *(f"since_{label.value}" for label in _ENDINGS),
    *("title_seen", "since_title"),
)


def claim_columns(batch: Batch, proposals: Sequence[Iterable[Proposal]]) -> list[Floats]:
    """The columns of `NAMES`, each of shape (blocks,). `proposals` has those of each document."""
    claims = {label: np.zeros(len(batch.blocks)) for label in _CLAIMED}
    plea = np.zeros(len(batch.blocks))
    for (start, _), made in zip(batch.bounds, proposals, strict=True):
        for proposal in made:
            column, place = claims.get(proposal.label, plea), start + proposal.block
            if proposal.score > column[place]:
                column[place] = proposal.score
    highest: Floats = np.max(list(claims.values()), axis=0, initial=0.0)
    body = batch.before(batch.prose) >= _BODY_WORDS
    title = claims[Label.TITLE] > 0
    return [
        plea,
        *claims.values(),
        highest,
        batch.shifted(highest, -1),
        batch.shifted(highest, 1),
        batch.windowed(highest, _WINDOW),
        logged(batch.before(highest), _MANY_CLAIMS),
        logged(batch.total(highest) - batch.before(highest) - highest, _MANY_CLAIMS),
        *(_since(batch, (claims[label] > 0) & body) for label in _ENDINGS),
        (batch.before(title.astype(float)) > 0).astype(float),
        logged(batch.since(title), _FAR),
    ]


def _since(batch: Batch, marked: Bools) -> Floats:
    """How near the last marked block before this one is: 1 for the next one, zero where there is none."""
    seen = batch.before(marked.astype(float)) > 0
    near: Floats = np.where(seen, 1 / np.maximum(batch.since(marked), 1), 0.0)
    return near + seen

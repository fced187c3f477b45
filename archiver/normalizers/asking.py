"""The normalizers of a run in, what they say of a document out; what those of other people say is checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import entry_points

from archiver.document import Document, Label, Normalizer, Proposal
from archiver.errors import DocumentError, UsageError
from archiver.normalizers import DEFAULT_NORMALIZERS

_ENTRY_POINTS = "archiver.normalizers"


def all_normalizers(normalizers: Sequence[Normalizer], names: Sequence[str]) -> tuple[Normalizer, ...]:
    """The normalizers that a call hands over, and after them those that its settings name.

    Raises:
        UsageError: one is no function, or not installed.
    """
    if not isinstance(normalizers, Iterable) or not all(map(callable, normalizers)):
        raise UsageError("normalizers are a list of functions, each from a Document to its Proposals")
    return (*normalizers, *_named(names))


def proposals_of(document: Document, normalizers: Sequence[Normalizer]) -> Iterator[Proposal]:
    """What the normalizers say of a document, in their order.

    Raises:
        DocumentError: one that is not ours speaks of no block of the document, or of no probability.
    """
    for normalizer in normalizers:
        if normalizer in DEFAULT_NORMALIZERS:
            yield from normalizer(document)
            continue
        for proposal in normalizer(document):
            yield _accepted(document, normalizer, proposal)


def _accepted(document: Document, normalizer: Normalizer, proposal: Proposal) -> Proposal:
    """The proposal, if it speaks of a block that there is and of a probability."""
    match proposal:
        case Proposal(block=int(block), label=Label(), by=str(), score=int() | float() as score, evidence=str()):
            if 0 <= block < len(document.blocks) and 0 <= score <= 1:
                return proposal
    name = getattr(normalizer, "__name__", repr(normalizer))
    message = f"{name} proposes {proposal!r:.200} for a document of {len(document.blocks)} blocks"
    raise DocumentError("label", "invalid-proposal", message)


def _named(names: Sequence[str]) -> tuple[Normalizer, ...]:
    """The normalizers that other packages offer as entry points, those that the settings name, in that order."""
    if not names:
        return ()
    offered = entry_points(group=_ENTRY_POINTS)
    missing = [name for name in names if name not in offered.names]
    if missing:
        known = ", ".join(sorted(offered.names)) or "none"
        raise UsageError(f"setting normalizers: {missing[0]} is not installed; installed are: {known}")
    return tuple(offered[name].load() for name in names)

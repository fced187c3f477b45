"""A judged document or an archived record in, the same view of its blocks out: what `explain` shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archiver.document import Document, Family, Label
from archiver.record import Failure, Record, RecordBlock, Rejection, Skip
from archiver.record_json import from_json

_FAMILIES = {label.value: label.family for label in Label}


@dataclass(frozen=True, slots=True)
class BlockView:
    """A block and what was decided about it. `evidence` is empty for a record: archives do not hold it."""

    index: int
    label: str
    kept: bool
    by: str
    score: float
    evidence: str
    text: str

    @property
    def family(self) -> Family | None:
        """The family of the label; None for a label of a newer version."""
        return _FAMILIES.get(self.label)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document that is not archived: ``rejected``, ``failed`` or ``skipped``, where and why."""

    kind: str
    stage: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A document block by block. `outcome` is None for one that is archived, or that nobody has archived yet."""

    source_uri: str
    media_type: str | None
    encoding: str | None
    language: str | None
    title: str | None
    blocks: Sequence[BlockView]
    outcome: Outcome | None = None

    @property
    def characters(self) -> tuple[int, int]:
        """How many characters of the blocks are kept and how many are removed."""
        kept = sum(len(block.text) for block in self.blocks if block.kept)
        return kept, sum(len(block.text) for block in self.blocks) - kept


def of_document(document: Document) -> Explanation:
    """The view of a document that has its verdicts."""
    pairs = zip(document.blocks, document.verdicts, strict=True)
    blocks = [
        BlockView(index, verdict.label.value, verdict.kept, verdict.by, verdict.score, verdict.evidence, block.text)
        for index, (block, verdict) in enumerate(pairs)
    ]
    source = document.source.source_uri
    return Explanation(
        source, document.media_type, document.encoding, document.language, document.title or None, blocks
    )


def of_record(record: Record) -> Explanation:
    """The view of an archived record."""
    blocks = [
        BlockView(index, block.label, block.kept, block.by, block.score, "", _text_of(block, record.text))
        for index, block in enumerate(record.blocks)
    ]
    return Explanation(
        record.source_uri, record.source_media_type, record.source_encoding, record.language, record.title, blocks
    )


def of_outcome(found: Record | Rejection | Failure | Skip) -> Explanation:
    """The view of what an archive has of an input. A rejected record is shown as far as it was kept."""
    match found:
        case Record():
            return of_record(found)
        case Rejection():
            return replace(_of_rejected(found), outcome=Outcome("rejected", found.stage, found.code, found.message))
        case Failure():
            return replace(_of_nothing(found), outcome=Outcome("failed", found.stage, found.code, found.message))
        case Skip():
            return replace(_of_nothing(found), outcome=Outcome("skipped", "", *_split(found.reason)))


def _split(reason: str) -> tuple[str, str]:
    code, _, message = reason.partition(": ")
    return code, message


def _of_rejected(found: Rejection) -> Explanation:
    try:
        return of_record(from_json(json.loads(found.record_json or "")))
    except (ValueError, TypeError, AttributeError, KeyError):  # what was rejected need not be a record
        return _of_nothing(found)


def _of_nothing(found: Rejection | Failure | Skip) -> Explanation:
    return Explanation(found.source_uri, None, None, None, None, ())


def _text_of(block: RecordBlock, text: str) -> str:
    return text[block.start : block.end] if block.kept else block.text or ""

"""Our own small documents as cases to train with: `seeds/`, with the texts that tests/pages/ say are right.

They are few. But they are short, in seventeen languages, and full of what a model of long English pages stumbles over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from archiver import Settings
from archiver.document import RawDocument
from archiver.pipeline import sniff_media_type
from archiver.sources import Piece, read_piece
from benchmarks.datasets import Case

SEEDS = "seeds"
_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Seed(Case):
    """A document of ours, as its source gives it."""

    raw: RawDocument = field(default_factory=lambda: RawDocument(b"", ""))

    def document(self) -> RawDocument:
        """The document."""
        return self.raw


def seeds(media_type: str) -> Iterator[Case]:
    """The documents of one media type, in the order of their names."""
    for folder in sorted(path for path in (_ROOT / "tests" / "pages").iterdir() if path.is_dir()):
        facts = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        documents = list(read_piece(Piece(_ROOT / facts["source"], facts["source"]), Settings()))
        raw = documents[facts.get("row") or 0]
        if isinstance(raw, RawDocument) and (raw.media_type or sniff_media_type(raw.payload)) == media_type:
            gold = (folder / "expected.txt").read_text(encoding="utf-8")
            yield Seed(folder.name, "", domain=folder.name, group="article", gold=(gold,), raw=raw)

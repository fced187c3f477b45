"""Two archives in, what changed from one to the other out: documents added, removed, and changed, field by field.

Documents are known by their `id`; of each the newest version counts. How a record was made (`HOW_MADE`) is no
change of it. Memory grows by 32 bytes a document.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from archiver.archive.columns import ARTICLE_SCHEMA
from archiver.archive.reader import batches_of, read_archive

HOW_MADE = frozenset(("version_id", "settings_sha256", "cleaner_version", "schema_version"))
"""Columns that differ whenever something else was used to clean, whatever came of it."""

_COMPARED = tuple(name for name in ARTICLE_SCHEMA.names if name not in HOW_MADE)
_DIGEST_BYTES = 16
_BATCH_ROWS = 256
_MOST_LINES = 2000
"""Lines of a text that are compared: difflib takes the square of it."""
_MOST_DIFF_LINES = 40
_LONGEST_LINE = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """A document that is not the same in both archives. `fields` and `text_diff` are those of a changed one."""

    kind: str
    id: str
    source_uri: str
    title: str | None
    fields: tuple[str, ...] = ()
    text_diff: tuple[str, ...] = ()


class ArchiveDiff(Iterator[Difference]):
    """Yields the differences as they are found; `same` and the counts of each kind are whole at the end.

    First those removed, then those changed, then those added, each in the order of their archive.

    Raises:
        ArchiveError: one of the two is no finished archive, or is damaged.
    """

    def __init__(self, before: str | Path, after: str | Path) -> None:
        self.counts = {"added": 0, "removed": 0, "changed": 0}
        self.same = 0
        self._before = _Side(before)
        self._after = _Side(after)
        self._found = self._differences()

    def __next__(self) -> Difference:
        difference = next(self._found)
        self.counts[difference.kind] += 1
        return difference

    def _differences(self) -> Iterator[Difference]:
        old, new = _index(self._before), _index(self._after)
        common, places, others = np.intersect1d(old["id"], new["id"], assume_unique=True, return_indices=True)
        changed = common[old["content"][places] != new["content"][others]]
        self.same = len(common) - len(changed)
        removed = np.setdiff1d(old["id"], new["id"], assume_unique=True)
        added = np.setdiff1d(new["id"], old["id"], assume_unique=True)
        yield from self._alone("removed", self._before, removed)
        yield from self._changed(changed)
        yield from self._alone("added", self._after, added)

    def _alone(self, kind: str, side: _Side, wanted: npt.NDArray[Any]) -> Iterator[Difference]:
        for row in _rows(side, wanted):
            yield Difference(kind, row["id"], row["source_uri"], row["title"])

    def _changed(self, wanted: npt.NDArray[Any]) -> Iterator[Difference]:
        """Both archives are read at once. Where their orders agree, hardly a row has to wait for its like."""
        waiting: tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]] = ({}, {})
        pairs = zip_longest(_rows(self._before, wanted), _rows(self._after, wanted))
        for side, row in ((side, row) for pair in pairs for side, row in enumerate(pair) if row):
            other = waiting[1 - side].pop(row["id"], None)
            if other is None:
                waiting[side][row["id"]] = row
            else:
                yield _difference(other, row) if side else _difference(row, other)


class _Side:
    """One of the two archives: the newest version of each document."""

    def __init__(self, archive: str | Path) -> None:
        self._archive = archive
        self._dataset = read_archive(archive, latest=True)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The columns that are compared."""
        return batches_of(self._archive, self._dataset, _COMPARED, batch_size=_BATCH_ROWS)


_INDEX = np.dtype([("id", f"S{_DIGEST_BYTES}"), ("content", f"S{_DIGEST_BYTES}")])


def _index(side: _Side) -> npt.NDArray[Any]:
    """A digest of each document's id and one of what it holds."""
    found = [np.empty(0, _INDEX)]
    for batch in side.batches():
        columns = [batch.column(name).to_pylist() for name in _COMPARED]
        rows = [(_digest(row[0]), _digest(row)) for row in zip(*columns, strict=True)]
        found.append(np.array(rows, _INDEX))
    return np.concatenate(found)


def _digest(value: Any) -> bytes:
    """Sixteen bytes, none of them zero: NumPy cuts off zeros at the end of bytes."""
    digest = hashlib.blake2b(repr(value).encode("utf-8", "backslashreplace"), digest_size=_DIGEST_BYTES).digest()
    return digest.replace(b"\0", b"\1")


def _rows(side: _Side, wanted: npt.NDArray[Any]) -> Iterator[dict[str, Any]]:
    """The documents whose ids have these digests."""
    chosen = frozenset(wanted.tolist())
    for batch in side.batches() if chosen else ():
        own = [index for index, name in enumerate(batch.column("id").to_pylist()) if _digest(name) in chosen]
        yield from batch.take(pa.array(own, pa.int64())).to_pylist() if own else ()


def _difference(row: dict[str, Any], other: dict[str, Any]) -> Difference:
    fields = tuple(name for name in _COMPARED if row[name] != other[name])
    text_diff = tuple(diff_texts(row["text"], other["text"])) if "text" in fields else ()
    return Difference("changed", row["id"], other["source_uri"], other["title"], fields, text_diff)


def diff_texts(before: str, after: str) -> list[str]:
    """The lines that differ, each after ``-`` or ``+``, with one line around them; at most so many, cut to length."""
    old, new = before.split("\n"), after.split("\n")
    start = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = max(0, start - 1)
    old, new = old[start : start + _MOST_LINES], new[start : start + _MOST_LINES]
    lines = list(difflib.unified_diff(old, new, lineterm="", n=1))[2:]
    shown = [line[:_LONGEST_LINE] for line in lines if not line.startswith("@@")]
    return shown[:_MOST_DIFF_LINES]

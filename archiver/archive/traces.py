"""Where a document stands in an archive: its name in, the rows of every part that speak of it out.

The whole archive is searched, a few columns at a time. A part that cannot be read ends the search: what it holds
would be overlooked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from archiver.archive.damage import UNREADABLE, open_part, reason
from archiver.archive.manifest import Manifest
from archiver.archive.part import DATA, FAILURES, REJECTED, SOURCES
from archiver.archive.receipt import PartFile
from archiver.compose import identity_of
from archiver.errors import ArchiveError, UsageError

_NAMES = ("id", "version_id", "source_uri", "url")
_MOST_SHOWN = 5


@dataclass(slots=True)
class Traces:
    """The rows of a document by part and number, its versions and uris.

    `homeless` are payloads that stood in its rows and are those of other documents too, by the part and row that
    shall hold them from now on. `alike` are the ids of other documents with the same text.
    """

    id: str
    rows: dict[str, list[int]] = field(default_factory=dict)
    version_ids: list[str] = field(default_factory=list)
    uris: set[str] = field(default_factory=set)
    homeless: dict[tuple[str, int], bytes] = field(default_factory=dict)
    alike: list[str] = field(default_factory=list)

    def count(self, folder: str) -> int:
        """How many rows of the document stand in a folder of the archive."""
        return sum(len(rows) for path, rows in self.rows.items() if path.startswith(f"{folder}/"))


def find_traces(root: Path, manifest: Manifest, name: str) -> Traces | None:
    """The traces of the one document that `name` (id, version_id, source_uri or url) stands for; None if of none.

    Raises:
        UsageError: it stands for several documents.
        ArchiveError: a part cannot be read.
    """
    search = _Search(root, manifest)
    found = search.ids(name)
    if len(found) > 1:
        shown = ", ".join(sorted(found)[:_MOST_SHOWN])
        raise UsageError(f"{name} stands for {len(found)} documents: {shown}; name one by its id")
    return search.traces(found.pop(), name) if found else None


class _Search:
    def __init__(self, root: Path, manifest: Manifest) -> None:
        self._root = root
        self._parts = manifest.parts

    def ids(self, name: str) -> set[str]:
        found: set[str] = set()
        for _, _, row in self._rows(DATA, _NAMES, _any_is(_NAMES, name)):
            found.add(row["id"])
        for _, _, row in self._rows(SOURCES, ("source_uri", "url")):
            identity = identity_of(row["url"], row["source_uri"])
            if name in (identity, row["source_uri"], row["url"]):
                found.add(identity)
        for _, _, row in self._rows(REJECTED, ("source_uri", "record_json")):
            identity = _rejected_id(row) or identity_of(None, row["source_uri"])
            if name in (identity, row["source_uri"]):
                found.add(identity)
        return found or {
            identity_of(None, row["source_uri"])
            for _, _, row in self._rows(FAILURES, ("source_uri",))
            if name in (row["source_uri"], identity_of(None, row["source_uri"]))
        }

    def traces(self, identity: str, name: str) -> Traces:
        found = Traces(identity)
        texts: set[str] = set()
        columns = ("id", "version_id", "source_uri", "text_sha256")
        for part, number, row in self._rows(DATA, columns, _any_is(("id",), identity)):
            found.rows.setdefault(part.path, []).append(number)
            found.version_ids.append(row["version_id"])
            found.uris.add(row["source_uri"])
            texts.add(row["text_sha256"])
        self._find_sources(found)
        self._find_problems(found, name)
        found.alike = sorted(self._alike(identity, texts))
        return found

    def _find_sources(self, found: Traces) -> None:
        orphans: dict[str, bytes] = {}
        for part, number, row in self._rows(SOURCES, ("source_uri", "url", "source_sha256", "stored")):
            if identity_of(row["url"], row["source_uri"]) == found.id:
                found.rows.setdefault(part.path, []).append(number)
                found.uris.add(row["source_uri"])
                if row["stored"]:
                    orphans[row["source_sha256"]] = b""
        if not orphans:
            return
        kept = pa.array(sorted(orphans), pa.string())
        heirs: dict[tuple[str, int], str] = {}
        for part, number, row in self._rows(SOURCES, ("source_sha256",), lambda batch: pc.is_in(batch.column(0), kept)):
            own = number in found.rows.get(part.path, ())
            if not own and row["source_sha256"] not in heirs.values():
                heirs[part.path, number] = row["source_sha256"]
        wanted = frozenset(heirs.values())
        if wanted:
            orphans = self._payloads(wanted)
        found.homeless = {place: orphans[digest] for place, digest in heirs.items()}

    def _payloads(self, digests: frozenset[str]) -> dict[str, bytes]:
        wanted = pa.array(sorted(digests), pa.string())

        def stored(batch: pa.RecordBatch) -> Any:
            return pc.and_(batch.column("stored"), pc.is_in(batch.column("source_sha256"), wanted))

        columns = ("source_sha256", "stored", "content")
        return {row["source_sha256"]: row["content"] for _, _, row in self._rows(SOURCES, columns, stored)}

    def _find_problems(self, found: Traces, name: str) -> None:
        for part, number, row in self._rows(REJECTED, ("source_uri", "record_json")):
            identity = _rejected_id(row)
            own = identity == found.id if identity else row["source_uri"] in found.uris
            if own or (not identity and identity_of(None, row["source_uri"]) == found.id):
                found.rows.setdefault(part.path, []).append(number)
                found.uris.add(row["source_uri"])
        for part, number, row in self._rows(FAILURES, ("source_uri",)):
            if row["source_uri"] in found.uris or identity_of(None, row["source_uri"]) == found.id:
                found.rows.setdefault(part.path, []).append(number)
                found.uris.add(row["source_uri"])

    def _alike(self, identity: str, texts: set[str]) -> set[str]:
        wanted = pa.array(sorted(texts), pa.string())
        rows = self._rows(DATA, ("id", "text_sha256"), lambda batch: pc.is_in(batch.column("text_sha256"), wanted))
        return {row["id"] for _, _, row in rows} - {identity}

    def _rows(
        self, folder: str, columns: Sequence[str], mask: Callable[[pa.RecordBatch], Any] | None = None
    ) -> Iterator[tuple[PartFile, int, Mapping[str, Any]]]:
        """The rows in a folder (those that `mask` chooses from a batch), each with its part and its number."""
        for part in self._parts:
            if part.folder != folder:
                continue
            try:
                yield from _rows_of(self._root / part.path, part, columns, mask)
            except UNREADABLE as error:
                message = f"{self._root / part.path} cannot be searched: {reason(error)}; see archiver verify"
                raise ArchiveError(message) from error


def _rows_of(
    path: Path, part: PartFile, columns: Sequence[str], mask: Callable[[pa.RecordBatch], Any] | None
) -> Iterator[tuple[PartFile, int, Mapping[str, Any]]]:
    first = 0
    with open_part(path) as file:
        for batch in file.iter_batches(1024, columns=list(columns), use_threads=False):
            chosen = pc.indices_nonzero(mask(batch)).to_pylist() if mask else range(batch.num_rows)
            rows = batch.take(pa.array(chosen, pa.int64())).to_pylist() if mask else batch.to_pylist()
            for index, row in zip(chosen, rows, strict=True):
                yield part, first + int(index or 0), row
            first += batch.num_rows


def _any_is(columns: Sequence[str], name: str) -> Callable[[pa.RecordBatch], Any]:
    wanted = pa.array([name], pa.string())

    def mask(batch: pa.RecordBatch) -> Any:
        return reduce(pc.or_, (pc.is_in(batch.column(column), wanted) for column in columns))

    return mask


def _rejected_id(row: Mapping[str, Any]) -> str | None:
    """The id of a rejected record, if there is a record."""
    try:
        tree = json.loads(row["record_json"] or "null")
    except ValueError:
        return None
    identity = tree.get("id") if isinstance(tree, dict) else None
    return identity if isinstance(identity, str) else None

"""What no part can say of itself alone: versions that stand twice, sources that are missing or stored twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from archiver.archive.findings import MOST_NAMED, Fault, Finding
from archiver.archive.inspection import Inspection, Numbers, Task, find_numbers
from archiver.archive.manifest import Manifest
from archiver.archive.part import DATA, SOURCES
from archiver.archive.receipt import PartFile


class Crosschecks:
    """Takes what each part holds, and at the end compares all of it. Parts that are damaged do not take part."""

    def __init__(self, root: Path, manifest: Manifest | None) -> None:
        self._root = root
        self._keeping = _keeping_shards(manifest) if manifest else frozenset()
        self._parts: list[tuple[PartFile, Inspection]] = []
        self._whole = True

    def take(self, part: PartFile, seen: Inspection) -> None:
        if seen.findings:
            self._whole = False
        else:
            self._parts.append((part, seen))

    def findings(self) -> Iterator[Finding]:
        yield from self._twice(DATA, "versions", "version_id", Fault.DUPLICATE)
        yield from self._twice(SOURCES, "stored", "source_sha256", Fault.SOURCE)
        if self._whole:
            yield from self._lost()

    def _of(self, name: str) -> list[tuple[PartFile, Numbers]]:
        return [(part, found) for part, seen in self._parts if len(found := getattr(seen, name))]

    def _twice(self, folder: str, name: str, column: str, fault: Fault) -> Iterator[Finding]:
        held = self._of(name)
        if not held:
            return
        values, counts = np.unique(np.concatenate([found for _, found in held]), return_counts=True)
        repeated = values[counts > 1]
        for part, found in held:
            again = frozenset(found[np.isin(found, repeated)].tolist())
            if again and part.folder == folder:
                rows = [row for row, _ in find_numbers(Task(self._root, part), column, again)]
                shown = ", ".join(map(str, rows[:MOST_NAMED]))
                message = f"a {column} stands more than once in the archive: here in rows {shown}"
                yield Finding(part.path, fault, message, (rows[0], rows[-1]))

    def _lost(self) -> Iterator[Finding]:
        """Payloads that are referred to and stored nowhere, in archives that have them all to offer."""
        stored = np.concatenate([np.empty(0, np.uint64), *(found for _, found in self._of("stored"))])
        wanted = [*self._of("borrowed"), *((p, n) for p, n in self._of("sources") if p.shard in self._keeping)]
        for part, found in wanted:
            missing = int((~np.isin(found, stored)).sum())
            if missing:
                message = f"the bytes of {missing} of these documents are not in the archive"
                yield Finding(part.path, Fault.SOURCE, message)


def _keeping_shards(manifest: Manifest) -> frozenset[int]:
    """The shards of runs that kept their sources."""
    ends = [*(run.first_shard for run in manifest.runs[1:]), len(manifest.shards)]
    return frozenset(
        shard
        for run, end in zip(manifest.runs, ends, strict=True)
        if (run.settings or {}).get("keep_source")
        for shard in range(run.first_shard, end)
    )

"""Taking a document out of an archive: its name and a reason in, a rewritten archive with a tombstone out.

    find ─▶ stage the parts without its rows, their receipts, a tombstone, a manifest ─▶ commit ─▶ verify

All of it is staged beside the archive and put in place at once (`amendment`), so that it can be killed at any moment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from archiver.archive.amendment import Amendment, is_amending
from archiver.archive.columns import to_records
from archiver.archive.damage import UNREADABLE, reason
from archiver.archive.durable import storage_errors, write_whole
from archiver.archive.findings import Verification
from archiver.archive.keeping import with_payloads
from archiver.archive.ledger import FORGOTTEN
from archiver.archive.manifest import MANIFEST, Manifest, manifest_of, write_manifest
from archiver.archive.part import DATA, FAILURES, REJECTED, SOURCES
from archiver.archive.reader import finished_manifest
from archiver.archive.receipt import RECEIPTS, Characters, PartFile, Receipt, read_receipt, write_receipt
from archiver.archive.rewriting import copy_changed
from archiver.archive.tombstones import Tombstone, forgotten_ids, tombstone_path
from archiver.archive.traces import Traces, find_traces
from archiver.archive.verify import verify_archive
from archiver.archive.workplace import workplace
from archiver.archive.writer import characters_of
from archiver.compose import identity_of
from archiver.errors import ArchiveError, UsageError
from archiver.record import Skip

_ADVICE = "the archive is as it was, or the next call finishes what has begun: call it again"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was decided and done: the tombstone, the files rewritten or added, and what verifying them found.

    No `files`: the document had been taken out before. `alike` are the ids of other documents with the same text;
    they are still there.
    """

    tombstone: Tombstone
    files: tuple[str, ...]
    alike: tuple[str, ...]
    verification: Verification


def forget(path: str | Path, name: str, reason: str) -> Forgotten:
    """Take the document out that `name` (id, version_id, source_uri or url) stands for, in all its versions.

    Its rows leave ``data``, ``rejected``, ``failures`` and ``sources``. In the ledger they become skips, a tombstone
    keeps the reason, and ``--append`` does not take the document in again. What was rewritten is verified.

    Raises:
        UsageError: there is no archive or no such document, or there are several; no reason is given; someone else
            writes there.
        ArchiveError: the archive is not finished, a part of it is damaged, or the disk refuses.
    """

    def decide(manifest: Manifest) -> tuple[Tombstone, Traces | None]:
        found = find_traces(Path(path), manifest, name)
        if found is None:
            return _forgotten_before(Path(path), manifest, name), None
        counts = (found.count(folder) for folder in (DATA, REJECTED, FAILURES, SOURCES))
        return Tombstone(found.id, "forgotten", reason, tuple(found.version_ids), *counts), found

    return _amend(Path(path), reason, decide)


def lift(path: str | Path, name: str, reason: str) -> Forgotten:
    """Let a document that was forgotten come back with a later ``--append``; `name` is its id, source_uri or url.

    Raises:
        UsageError, ArchiveError: as `forget` does.
    """

    def decide(manifest: Manifest) -> tuple[Tombstone, Traces | None]:
        stone = _forgotten_before(Path(path), manifest, name)
        return Tombstone(stone.id, "lifted", reason), Traces(stone.id)

    return _amend(Path(path), reason, decide)


def inherit_tombstones(archive: str | Path, out: str | Path) -> None:
    """Forget in the archive `out`, which was made from `archive`, what is forgotten there.

    Raises:
        UsageError, ArchiveError: as `forget` does.
    """
    root, target = Path(archive), Path(out)
    held = forgotten_ids(root, finished_manifest(root).tombstones)
    with workplace(target, "append"):
        manifest = finished_manifest(target)
        known = forgotten_ids(target, manifest.tombstones)
        stones = [Tombstone(name, "forgotten", why) for name, why in held.items() if name not in known]
        if stones:
            with storage_errors(target, _ADVICE):
                _carry_out(target, manifest, stones, Traces(""))


def _forgotten_before(root: Path, manifest: Manifest, name: str) -> Tombstone:
    held = forgotten_ids(root, manifest.tombstones)
    identity = name if name in held else identity_of(name, "")
    if identity not in held:
        raise UsageError(f"{root}: there is no document {name}; an id, version_id, source_uri or url is wanted")
    return Tombstone(identity, "forgotten", held[identity])


def _amend(out: Path, why: str, decide: Callable[[Manifest], tuple[Tombstone, Traces | None]]) -> Forgotten:
    """Carry out a decision about an archive; without traces nothing is left to do."""
    if not why.strip():
        raise UsageError("a reason is needed: it is what the archive keeps in the place of the document")
    if not out.is_dir():
        raise UsageError(f"{out}: there is no such folder")
    if not any((out / name).exists() for name in (MANIFEST, RECEIPTS)) and not is_amending(out):
        raise UsageError(f"{out}: this is no archive; it has no manifest")
    with workplace(out, "append"):
        manifest = finished_manifest(out)
        stone, traces = decide(manifest)
        if traces is None:
            return Forgotten(stone, (), (), verify_archive(out, only=()))
        with storage_errors(out, _ADVICE):
            files = _carry_out(out, manifest, [stone], traces)
        return Forgotten(stone, files, tuple(traces.alike), verify_archive(out, only=files))


def _carry_out(out: Path, manifest: Manifest, stones: Sequence[Tombstone], traces: Traces) -> tuple[str, ...]:
    """Stage the change and make it; the names of the files that are new."""
    amendment = Amendment(out)
    try:
        receipts = [_stage_shard(out, amendment, entry.shard, traces) for entry in manifest.shards]
        graves = [_bury(amendment, stone, n) for n, stone in enumerate(stones, len(manifest.tombstones))]
        after = manifest_of(amendment.locate, manifest.runs, receipts, (*manifest.tombstones, *graves))
        write_manifest(amendment.root, after)
        amendment.commit()
    except BaseException:
        amendment.discard()
        raise
    rewritten = {*after.parts} - {*manifest.parts}
    return (*sorted(part.path for part in rewritten), *(grave.path for grave in graves))


def _bury(amendment: Amendment, stone: Tombstone, number: int) -> PartFile:
    content = stone.to_json().encode("ascii")
    path = tombstone_path(number)
    write_whole(amendment.root / path, content)
    return PartFile(path, hashlib.sha256(content).hexdigest(), len(content), stone.rows)


def _stage_shard(out: Path, amendment: Amendment, shard: int, traces: Traces) -> Receipt:
    """The receipt of a shard after the rows of the document have left it."""
    receipt = read_receipt(out, shard)
    parts: dict[str, PartFile | None] = {}
    gone = Characters()
    leaving = 0
    for part in receipt.files:
        heirs = {row: payload for (path, row), payload in traces.homeless.items() if path == part.path}
        rows = traces.rows.get(part.path, [])
        if rows or heirs:
            parts[part.folder], text = _stage_part(out, amendment, part, frozenset(rows), heirs)
            gone = text if part.folder == DATA else gone
            leaving += len(rows) if part.folder != SOURCES else 0
    named = tuple(Skip(traces.id, skip.reason) if skip.source_uri in traces.uris else skip for skip in receipt.skipped)
    if not parts and named == receipt.skipped:
        return receipt
    after = receipt.rewritten(parts, (*named, *[Skip(traces.id, FORGOTTEN)] * leaving), gone)
    after.ledger.check(f"shard {shard}")
    write_receipt(amendment.root, after)
    return after


def _stage_part(
    out: Path, amendment: Amendment, part: PartFile, rows: frozenset[int], heirs: dict[int, bytes]
) -> tuple[PartFile | None, Characters]:
    """The part without `rows`, and the text that they held. One that is damaged is not copied: it would pass for sound.

    Raises:
        ArchiveError: it is not as it was written.
    """
    if not part.stands_in(out):
        raise ArchiveError(f"{out / part.path} is damaged and is not rewritten; see archiver verify")
    dropped = Characters()

    def change(table: pa.Table, first: int) -> pa.Table:
        nonlocal dropped
        mask = pa.array([first + row not in rows for row in range(table.num_rows)], pa.bool_())
        if part.folder == DATA:
            outside = pa.array([first + row in rows for row in range(table.num_rows)], pa.bool_())
            dropped += characters_of(to_records(table.filter(outside)))
        return with_payloads(table, {row - first: payload for row, payload in heirs.items()}).filter(mask)

    try:
        written = copy_changed(out / part.path, amendment.root, part, change)
    except UNREADABLE as error:
        if isinstance(error, OSError):
            raise
        raise ArchiveError(f"{out / part.path} cannot be rewritten: {reason(error)}; see archiver verify") from error
    if written is None:
        amendment.remove(part.path)
    return written, dropped

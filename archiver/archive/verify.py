"""Fixity: the folder of an archive in, everything in which it is not as it was archived out.

    manifest.sha256 ─▶ manifest.json ─▶ receipts, tombstones ─▶ parts ─▶ rows
                                    └─▶ what else lies there

Each file answers for the next by SHA-256, so that no byte of any but ``run.json`` can change unseen; the counts of
each are compared with those of the next. Parts are read in processes of their own, in memory that does not grow
with the archive but for eight bytes a record.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from archiver.archive.accounts import check_accounts
from archiver.archive.amendment import is_amending
from archiver.archive.crosschecks import Crosschecks
from archiver.archive.durable import sha256_of
from archiver.archive.findings import Fault, Finding, Verification
from archiver.archive.inspection import Inspection, Task, inspect_part
from archiver.archive.isolation import Readers
from archiver.archive.manifest import MANIFEST, MANIFEST_SHA256, RUN, Manifest
from archiver.archive.part import FOLDERS
from archiver.archive.receipt import RECEIPTS, PartFile, Receipt
from archiver.archive.tombstones import TOMBSTONES, Tombstone
from archiver.archive.workplace import NOT_FINISHED, Workplace, is_own_name, is_part, is_unfinished
from archiver.errors import ArchiveError
from archiver.resources import resource
from archiver.validation import Validator

_MARKS = (MANIFEST, MANIFEST_SHA256, RECEIPTS)
_BROKEN_JSON = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, MemoryError)
_MOST_VIOLATIONS = 5


def verify_archive(
    path: str | Path, readers: Readers | None = None, only: Collection[str] | None = None
) -> Verification:
    """Compare an archive with what it says of itself.

    With `readers` the parts are read in their processes, else in this one. With `only`, the parts of other names
    are taken for sound; all that is not a part is always looked at.

    Raises:
        ArchiveError: there is no archive.
    """
    root = Path(path)
    if not any((root / name).exists() for name in _MARKS) and not is_amending(root):
        if is_unfinished(root):
            raise ArchiveError(f"{root}: {NOT_FINISHED}")
        raise ArchiveError(
            f"{root}: this is no archive; it has no manifest" if root.is_dir() else f"{root}: there is no such folder"
        )
    return _Verifier(root, readers, only).verify()


class _Verifier:
    def __init__(self, root: Path, readers: Readers | None, only: Collection[str] | None) -> None:
        self._root = root
        self._readers = readers
        self._only = only
        self._done = Verification()

    def verify(self) -> Verification:
        begun = self._first_shard_begun()
        manifest = self._manifest()
        receipts = self._receipts(manifest)
        parts = manifest.parts if manifest else list(self._parts_of(receipts))
        known = {file.path for file in parts} | {receipt.path for receipt in receipts}
        if manifest:
            known |= {entry.receipt.path for entry in manifest.shards} | {file.path for file in manifest.tombstones}
            self._tombstones(manifest)
            self._add(check_accounts(self._root, manifest, receipts))
        self._parts(parts, manifest)
        self._surplus(known, begun)
        return self._done

    def _add(self, findings: Iterable[Finding]) -> None:
        self._done.findings.extend(findings)

    def _first_shard_begun(self) -> int | None:
        """The first shard of a run that has not finished; says that there is one."""
        try:
            terms = Workplace(self._root, self._root).unfinished_terms()
        except ArchiveError as error:
            self._add([Finding(".run/plan.json", Fault.UNFINISHED, str(error))])
            return 0
        if is_amending(self._root):
            message = "a change to this archive was cut off; the next archiver forget or clean --append finishes it"
            self._add([Finding(MANIFEST, Fault.UNFINISHED, message)])
        if terms is None:
            return None
        message = "a run is under way or was cut off; go on with --resume"
        self._add([Finding(MANIFEST, Fault.UNFINISHED, message)])
        return terms.first_shard

    def _manifest(self) -> Manifest | None:
        """The manifest, if it can be understood, even where its digest is wrong."""
        path = self._root / MANIFEST
        if not path.is_file():
            self._add([Finding(MANIFEST, Fault.MISSING, "there is no manifest; the receipts stand in for it")])
            return None
        try:
            self._check_digest(path)
            text = path.read_bytes().decode("ascii")
            tree = json.loads(text)
            wrong = _manifest_violations(tree)
            if not wrong:
                return Manifest.from_json(text)
        except _BROKEN_JSON as error:
            wrong = [str(error)[:200] or type(error).__name__]
        said = "; ".join(wrong[:_MOST_VIOLATIONS])
        self._add([Finding(MANIFEST, Fault.SCHEMA, f"this is no manifest: {said}; the receipts stand in for it")])
        return None

    def _check_digest(self, path: Path) -> None:
        digest = sha256_of(path)
        written = self._root / MANIFEST_SHA256
        self._done.files += 2
        self._done.bytes += path.stat().st_size
        if not written.is_file():
            self._add([Finding(MANIFEST_SHA256, Fault.MISSING, f"the digest of {MANIFEST} is missing")])
            return
        line = written.read_bytes()
        if line == f"{digest}  {MANIFEST}\n".encode("ascii"):
            return
        if line[:64] == digest.encode("ascii"):
            self._add([Finding(MANIFEST_SHA256, Fault.CHANGED, "the file has changed behind the digest")])
        else:
            message = f"the SHA-256 of {MANIFEST} is not the one in {MANIFEST_SHA256}; one of the two has changed"
            self._add([Finding(MANIFEST, Fault.CHANGED, message)])

    def _receipts(self, manifest: Manifest | None) -> list[Receipt]:
        """All receipts that can be understood: those that the manifest names, or else those that lie there."""
        if manifest:
            found = [self._listed(entry.receipt, Receipt.from_json) for entry in manifest.shards]
        else:
            paths = sorted((self._root / RECEIPTS).glob("part-*.json"))
            found = [self._json(path.relative_to(self._root).as_posix(), Receipt.from_json) for path in paths]
        return [receipt for receipt in found if receipt]

    def _parts_of(self, receipts: Iterable[Receipt]) -> Iterator[PartFile]:
        """The parts that receipts name, where no manifest has said that a part is what they name."""
        for receipt in receipts:
            for file in receipt.files:
                if is_part(file):
                    yield file
                else:
                    self._add([Finding(receipt.path, Fault.SCHEMA, "the receipt names a file that is no part")])

    def _tombstones(self, manifest: Manifest) -> None:
        for file in manifest.tombstones:
            stone = self._listed(file, Tombstone.from_json)
            if stone and stone.rows != file.rows:
                message = f"the manifest counts {file.rows} rows, the tombstone {stone.rows}"
                self._add([Finding(file.path, Fault.LEDGER, message)])

    def _listed(self, file: PartFile, parse: Any) -> Any:
        """What a JSON file of the manifest says, if it is as it was written."""
        self._done.files += 1
        self._done.bytes += file.bytes
        try:
            there, unchanged = (self._root / file.path).is_file(), file.stands_in(self._root)
        except OSError as error:
            self._add([_unreadable(file, error)])
            return None
        if not there:
            self._add([Finding(file.path, Fault.MISSING, "the manifest names this file, and it is not there")])
            return None
        if not unchanged:
            self._add([Finding(file.path, Fault.CHANGED, "the file has changed: its SHA-256 is another")])
            return None
        return self._json(file.path, parse)

    def _json(self, name: str, parse: Any) -> Any:
        try:
            return parse((self._root / name).read_bytes().decode("ascii"))
        except _BROKEN_JSON as error:
            self._add([Finding(name, Fault.UNREADABLE, f"this was not written by archiver ({str(error)[:200]})")])
            return None

    def _parts(self, parts: Iterable[PartFile], manifest: Manifest | None) -> None:
        there = [part for part in parts if self._is_there(part)]
        checks = Crosschecks(self._root, manifest)
        for part, seen in self._inspect(part for part in there if self._only is None or part.path in self._only):
            if seen is None:
                message = (
                    f"the file has changed, and reading it ends the reader: none of its {part.rows} rows can be used"
                )
                seen = Inspection([Finding(part.path, Fault.UNREADABLE, message)])
            self._add(seen.findings)
            self._done.rows += seen.rows
            checks.take(part, seen)
        if self._only is None:
            self._add(checks.findings())

    def _is_there(self, part: PartFile) -> bool:
        self._done.files += 1
        self._done.bytes += part.bytes
        try:
            if (self._root / part.path).is_file():
                return True
        except OSError as error:  # in a folder that may not be entered
            self._add([_unreadable(part, error)])
            return False
        message = f"the file is missing, and with it {part.rows} rows"
        self._add([Finding(part.path, Fault.MISSING, message, (0, part.rows - 1) if part.rows else None)])
        return False

    def _inspect(self, parts: Iterable[PartFile]) -> Iterator[tuple[PartFile, Inspection | None]]:
        tasks = (Task(self._root, part) for part in parts)
        pairs = (
            self._readers.map(inspect_part, tasks) if self._readers else ((task, inspect_part(task)) for task in tasks)
        )
        for task, seen in pairs:
            yield task.part, seen

    def _surplus(self, known: set[str], begun: int | None) -> None:
        """Files that nobody speaks of. Those of a run that is under way are its own matter."""
        for path in sorted(self._root.rglob("*")):
            name = path.relative_to(self._root).as_posix()
            if path.is_dir() and not path.is_symlink():
                continue
            if name in known or is_own_name(name) or _is_of_run(name, begun):
                continue
            self._add([Finding(name, Fault.SURPLUS, "no manifest or receipt speaks of this file")])


def _is_of_run(name: str, begun: int | None) -> bool:
    folder, _, file = name.rpartition("/")
    if begun is None or folder not in (*FOLDERS, RECEIPTS, TOMBSTONES):
        return False
    number = file.partition(".")[0].rpartition("-")[2]
    return file.startswith(".") or (number.isdecimal() and int(number) >= begun)


def _unreadable(file: PartFile, error: OSError) -> Finding:
    return Finding(file.path, Fault.UNREADABLE, f"the file cannot be read: {error.strerror or error}")


def _manifest_violations(tree: Any) -> list[str]:
    found = Validator(resource("schemas", "manifest.schema.json"), shipped=True).violations(tree)
    return [f"{item.pointer}: expected {item.expected}" for item in found]


__all__ = ["RUN", "verify_archive"]

"""The output folder while it is written: what stands in it, who may write, and how a run begins and ends.

    out/                 the archive; a new one and an appended run grow here
      .lock              held by the one process that writes; the system lets go of it when that process dies
      .run/              the terms of an unfinished run, its spool; removed when the run is finished
      .building/         the archive that --overwrite makes, a whole folder like `out`
      .ready/ .old/      stations of the swap at its end, see `_swap`
      .amending/         a change to what is archived, see `amendment`

What a user may have put there (README.md, names with a leading dot) is left alone; any other foreign file
makes the folder unusable, for archiver never deletes what it did not write.
"""

from __future__ import annotations

import errno
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from filelock import FileLock, Timeout

from archiver.archive.amendment import finish_amendment
from archiver.archive.durable import remove_unfinished, storage_errors, sync_folder, understood, write_whole
from archiver.archive.manifest import MANIFEST, MANIFEST_SHA256, RUN
from archiver.archive.part import FOLDERS
from archiver.archive.receipt import RECEIPTS, PartFile
from archiver.archive.terms import Terms
from archiver.archive.tombstones import TOMBSTONES
from archiver.errors import UsageError

Existing: TypeAlias = Literal["refuse", "resume", "append", "overwrite"]
"""What to do with an archive, or the beginning of one, that is in the output folder already."""

_FILES = (MANIFEST, MANIFEST_SHA256, RUN)
_ENTRIES = (*FOLDERS, RECEIPTS, TOMBSTONES, *_FILES)
_PART = re.compile(r"(part|tombstone)-\d{5,}\.(parquet|json)")
_TOLERATED = "README.md"

NOT_FINISHED = "the run that writes this archive has not finished; go on with --resume"
"""What is said to a reader of an archive in the making."""

_LOCK, _RUN_FOLDER, _BUILDING = ".lock", ".run", ".building"
_READY, _MOVING, _OLD = ".ready", ".moving", ".old"
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where a run writes: the user's folder `out`, and `root`, the archive in it that grows."""

    out: Path
    root: Path

    @property
    def spool(self) -> Path:
        """A folder for input that has to be stored while the run lasts."""
        return self.root / _RUN_FOLDER / "spool"

    @property
    def known(self) -> Path:
        """A file for what an appended run must know of the archive."""
        return self.root / _RUN_FOLDER / "known"

    @property
    def finished(self) -> bool:
        """Whether the archive is complete and no run is under way."""
        return (self.root / MANIFEST_SHA256).is_file() and not self._plan.is_file()

    def begin(self, terms: Terms) -> None:
        """Note the terms of a new run. What an earlier one left of its working files is removed."""
        shutil.rmtree(self.root / _RUN_FOLDER, ignore_errors=True)
        write_whole(self._plan, (json.dumps(terms.to_json(), indent=1) + "\n").encode("ascii"))
        sync_folder(self.root)

    def abandon(self, terms: Terms) -> None:
        """Leave the place as it was before `begin`: nothing has come of the run, and nothing can be resumed."""
        if self.root != self.out:
            shutil.rmtree(self.root)
            return
        self.clear_unfinished()
        self.remove_shards_from(terms.first_shard)
        shutil.rmtree(self.root / _RUN_FOLDER, ignore_errors=True)
        if not terms.first_shard:
            for path in filter(Path.is_dir, map(self.root.joinpath, (RECEIPTS, *FOLDERS))):
                path.rmdir()

    def unfinished_terms(self) -> Terms | None:
        """The terms of the run that is under way here, if one is.

        Raises:
            ArchiveError: they cannot be understood.
        """
        if not self._plan.is_file():
            return None
        with understood(self._plan, "plan", passing=(OSError,)):
            return Terms.from_json(json.loads(self._plan.read_bytes()))

    def clear_unfinished(self) -> None:
        """Remove the files that a killed run left half written."""
        for folder in (".", RECEIPTS, TOMBSTONES, *FOLDERS):
            remove_unfinished(self.root / folder)

    def remove_shards_from(self, first: int) -> None:
        """Remove receipts and parts of the shards from `first` on: an earlier attempt may have had more."""
        for folder in (RECEIPTS, *FOLDERS):
            for path in (self.root / folder).glob("part-*"):
                if int(path.stem.removeprefix("part-")) >= first:
                    path.unlink()

    def end(self) -> None:
        """The archive is complete: forget the run, and put what was built beside in its place."""
        if self._plan.is_file():
            self._plan.unlink()
            sync_folder(self._plan.parent)
        shutil.rmtree(self.root / _RUN_FOLDER, ignore_errors=True)
        if self.root != self.out:
            self.root.rename(self.out / _READY)
            _swap(self.out)

    @property
    def _plan(self) -> Path:
        return self.root / _RUN_FOLDER / "plan.json"


def is_unfinished(root: Path) -> bool:
    """Whether a run has begun in `root` and no archive has come of it yet."""
    place = Workplace(root, root)
    begun = place._plan.is_file() or any((root / name).is_dir() for name in (RECEIPTS, _READY, _MOVING))
    return not place.finished and begun


def is_part(file: PartFile) -> bool:
    """Whether this names a part of an archive and nothing else, whoever wrote it."""
    typed = isinstance(file.path, str) and isinstance(file.rows, int) and isinstance(file.bytes, int)
    folder, _, name = file.path.rpartition("/") if typed else ("", "", "")
    return folder in FOLDERS and _PART.fullmatch(name) is not None and name.endswith(".parquet")


def is_own_name(name: str) -> bool:
    """Whether a file of that name may lie in an archive though no receipt speaks of it; ``/`` separates folders."""
    return name in (*_FILES, _TOLERATED) or name.startswith(".")


@contextmanager
def workplace(out: Path, existing: Existing) -> Iterator[Workplace]:
    """The place to write in, locked against every other process until it is left.

    Raises:
        UsageError: something stands in `out` that `existing` does not provide for; says what is possible.
        UsageError: another process writes there, the folder cannot be made, or nobody may write in it.
        ArchiveError: the disk refuses.
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out}: the output must be a folder")
    with _locked(out):
        with storage_errors(out):
            _swap(out)
            finish_amendment(out)
        root = _root(out, existing)
        root.mkdir(exist_ok=True)
        place = Workplace(out, root)
        place.clear_unfinished()
        yield place


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    with storage_errors(out):
        _refuse_foreign(out)
        is_new = not out.exists()
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{out}: the folder cannot be made: {error.strerror}") from error
        lock = FileLock(out / _LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise UsageError(f"{out}: another process is writing this archive") from error
        except OSError as error:
            if error.errno not in _FORBIDDEN:
                raise
            raise UsageError(f"cannot write to {out}: {error.strerror}") from error
    try:
        yield
    finally:
        if is_new:
            _remove_empty(out)
        lock.release()


def _remove_empty(out: Path) -> None:
    """Remove a folder that was made for a run of which nothing has come."""
    if [path.name for path in out.iterdir()] == [_LOCK]:
        with suppress(OSError):  # Windows keeps a file that is open
            (out / _LOCK).unlink()
            out.rmdir()


def _root(out: Path, existing: Existing) -> Path:
    """Where to write, or a `UsageError` that names the ways that are open."""
    building = out / _BUILDING
    if existing == "overwrite":
        if building.exists():
            shutil.rmtree(building)
        return building if _holds_archive(out) else out
    if building.exists():
        if existing == "resume":
            return building
        raise UsageError(f"{out}: an --overwrite has not finished; finish it with --resume or start again with it")
    if existing != "resume" and Workplace(out, out).unfinished_terms():
        raise UsageError(f"{out}: a run has not finished; go on with --resume, or start again with --overwrite")
    if existing == "refuse" and _holds_archive(out):
        raise UsageError(
            f"{out}: there is an archive already; add to it with --append, replace it with --overwrite, "
            "or choose another --out"
        )
    return out


def _holds_archive(out: Path) -> bool:
    return any((out / name).exists() for name in _ENTRIES)


def _refuse_foreign(out: Path) -> None:
    """Raise a `UsageError` if `out` holds anything that archiver did not write, but for what is tolerated."""
    if not out.is_dir():
        return
    for path in sorted(out.iterdir()):
        if not (path.name in _ENTRIES or path.name == _TOLERATED or path.name.startswith(".")):
            raise UsageError(f"{out}: {path.name} is no part of an archive; choose an empty folder or a new one")
    ours = _holds_archive(out)
    if ours and not any((out / name).exists() for name in (MANIFEST, RECEIPTS, _RUN_FOLDER, _READY, _MOVING)):
        raise UsageError(f"{out}: this looks like no archive of archiver; choose an empty folder or a new one")
    for folder in (*FOLDERS, RECEIPTS, TOMBSTONES):
        for path in sorted((out / folder).glob("*")):
            if not _PART.fullmatch(path.name) and not path.name.startswith("."):
                raise UsageError(f"{out}: {folder}/{path.name} was not written by archiver; move it elsewhere")


def _swap(out: Path) -> None:
    """Put the archive in ``.ready`` in the place of the one in `out`; go on with a swap that was cut off.

    Each step is one rename and each state tells the next step: with ``.ready`` there, entries of `out` go to
    ``.old``; then ``.ready`` becomes ``.moving``, whose entries go to `out`; then ``.old`` goes.
    """
    ready, moving, old = out / _READY, out / _MOVING, out / _OLD
    if ready.exists():
        old.mkdir(exist_ok=True)
        _move(out, old)
        ready.rename(moving)
        sync_folder(out)
    if moving.exists():
        _move(moving, out)
        sync_folder(out)
        shutil.rmtree(moving)
    if old.exists():
        shutil.rmtree(old)


def _move(source: Path, target: Path) -> None:
    for name in (*_ENTRIES, _RUN_FOLDER):
        if (source / name).exists():
            (source / name).rename(target / name)

"""Files that are either whole or not there: written beside, synced, renamed, and the folder synced.

A file in the making has a hidden name in its own folder, so that no reader takes it for part of the archive
and the rename never crosses a file system. The name is the process's own: where a cluster takes a worker for lost
that is not, two may be at the same file, and either's is whole.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from archiver.errors import ArchiveError

_CHUNK = 1024 * 1024
_UNFINISHED = ".unfinished"
_OWN = uuid4().hex[:12]


def unfinished(path: Path) -> Path:
    """The hidden name beside `path` under which it is written until it is whole."""
    return path.with_name(f".{path.name}.{_OWN}{_UNFINISHED}")


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed writer left in `folder`; a folder that does not exist is fine."""
    for path in folder.glob(f".*{_UNFINISHED}"):
        path.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a crash at any moment leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished(path).write_bytes(content)
    publish(path)


def publish(path: Path) -> None:
    """Give the unfinished file of `path` its name, once it and its name are sure to be on disk."""
    beside = unfinished(path)
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to fill that is `path` once it has been filled, and gone if it could not be."""
    beside = unfinished(path)
    shutil.rmtree(beside, ignore_errors=True)
    try:
        beside.mkdir(parents=True)
        yield beside
        beside.rename(path)
        sync_folder(path.parent)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` durable. Windows cannot open a folder and needs no such call."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hex, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


_MISREAD = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""How reading a file of ours ends that is damaged, or that somebody else wrote."""


@contextmanager
def understood(path: Path, kind: str, passing: tuple[type[OSError], ...] = ()) -> Iterator[None]:
    """Turn what reading the `kind` of file at `path` raises into an `ArchiveError`, but for what is `passing`."""
    try:
        yield
    except passing:
        raise
    except OSError as error:
        raise ArchiveError(f"{path}: the {kind} cannot be read: {error.strerror or error}") from error
    except _MISREAD as error:
        raise ArchiveError(f"{path}: this is no {kind} of archiver ({error})") from error


SAFE_TO_RESUME = "all that is finished is safe, go on with --resume"


@contextmanager
def storage_errors(out: Path, advice: str = SAFE_TO_RESUME) -> Iterator[None]:
    """Turn a failing disk into an `ArchiveError` that says what is safe and how to go on."""
    try:
        yield
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        reason = error.strerror or str(error)
        raise ArchiveError(f"cannot write to {out}: {reason}{place}; {advice}") from error

"""A change to a finished archive: staged beside it, then put in its place by one rename and what follows from it.

    .amending/     files that are to replace or join those of the archive, and a list of those that are to go
    .amended/      the same once all is on disk: from here on the change is made, if need be by the next writer

Killed before that rename, the archive is as it was. Killed after it, whoever writes here next finishes: each step
can be done again. The files of the archive keep their names, so a reader finds the old part or the new one.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from archiver.archive.durable import sync_folder, write_whole
from archiver.archive.manifest import MANIFEST, MANIFEST_SHA256

_STAGE, _READY = ".amending", ".amended"
_REMOVALS = ".removals.json"


class Amendment:
    """A change in the making to the archive in `out`, which must be locked. `root` is where its files are written."""

    def __init__(self, out: Path) -> None:
        self.root = out / _STAGE
        self._out = out
        self._removed: list[str] = []
        shutil.rmtree(self.root, ignore_errors=True)
        self.root.mkdir()

    def remove(self, path: str) -> None:
        """A file of the archive, by its name, is to go."""
        self._removed.append(path)

    def locate(self, path: str) -> Path:
        """Where the content of a file is read that this change may have replaced."""
        staged = self.root / path
        return staged if staged.exists() else self._out / path

    def commit(self) -> None:
        """Make the change."""
        write_whole(self.root / _REMOVALS, json.dumps(self._removed).encode("ascii"))
        self.root.rename(self._out / _READY)
        sync_folder(self._out)
        finish_amendment(self._out)

    def discard(self) -> None:
        """Give up the change: the archive stays as it is."""
        shutil.rmtree(self.root, ignore_errors=True)


def finish_amendment(out: Path) -> None:
    """Finish a change that was cut off after it was made, and remove the traces of one that was not."""
    shutil.rmtree(out / _STAGE, ignore_errors=True)
    ready = out / _READY
    if not ready.exists():
        return
    for path in sorted((path for path in ready.rglob("*") if path.is_file()), key=_order):
        if path.name != _REMOVALS:
            target = out / path.relative_to(ready)
            target.parent.mkdir(exist_ok=True)
            path.replace(target)
            sync_folder(target.parent)
    _remove(out, ready / _REMOVALS)
    shutil.rmtree(ready)


def is_amending(out: Path) -> bool:
    """Whether a change was made and has not been finished."""
    return (out / _READY).exists()


def _order(path: Path) -> tuple[int, str]:
    """The manifest after all that it speaks of, its digest last."""
    return (MANIFEST, MANIFEST_SHA256).index(path.name) + 1 if path.name in (MANIFEST, MANIFEST_SHA256) else 0, str(
        path
    )


def _remove(out: Path, listed: Path) -> None:
    if not listed.is_file():  # the change was finished but for its own folder
        return
    for name in json.loads(listed.read_bytes()):
        (out / name).unlink(missing_ok=True)
        sync_folder((out / name).parent)

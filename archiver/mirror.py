"""An archive elsewhere, such as in S3: it grows in a local folder, and every finished shard is copied at once.

An archive rests on renames, on files that are on disk when a call returns, and on a lock; stores of objects have none
of them. So the run works in a local folder, whose files are copied in the order in which they rest on each other:
parts, receipts, the manifest, its digest. What is elsewhere can be resumed from any machine. There is no lock: whoever
lets two runs write to one place has to see to it himself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archiver.archive.manifest import MANIFEST, MANIFEST_SHA256, RUN
from archiver.archive.receipt import RECEIPTS
from archiver.archive.workplace import Existing
from archiver.errors import ArchiveError
from archiver.remote import download, is_remote, listing, remove, upload

_PLAN = ".run/plan.json"
_LAST = (RUN, MANIFEST, MANIFEST_SHA256)


class Mirror:
    """The local folder `local`, and its copy at `url`, if there is one."""

    def __init__(self, url: str | None, local: Path) -> None:
        self.local = local
        self._url = url
        self._known: dict[str, tuple[int, int]] = {}

    def pull(self, existing: Existing) -> None:
        """Fetch what is there. Its parts only where they are read again: to resume it, and to add to it.

        Raises:
            ArchiveError: it cannot be read.
        """
        if self._url is None:
            return
        wanted = existing in ("resume", "append")
        try:
            for name in listing(self._url):
                if wanted or not name.endswith(".parquet"):
                    download(f"{self._url}/{name}", self.local / name)
                    self._known[name] = _state(self.local / name)
        except OSError as error:
            raise ArchiveError(f"{self._url} cannot be read: {error.strerror or error}") from error

    def push(self, finished: bool = False) -> None:
        """Copy what is new or has changed; once the run is `finished`, remove what is no longer there.

        Raises:
            ArchiveError: it cannot be written; the run can be resumed.
        """
        if self._url is None:
            return
        try:
            names = sorted(_files(self.local), key=_rank)
            for name in names:
                state = _state(self.local / name)
                if self._known.get(name) != state:
                    upload(self.local / name, f"{self._url}/{name}")
                    self._known[name] = state
            if finished:
                for name in sorted(set(listing(self._url)).difference(names), reverse=True):
                    remove(f"{self._url}/{name}")
        except OSError as error:
            raise ArchiveError(f"{self._url} cannot be written: {error.strerror or error}") from error


@contextmanager
def mirrored(out: Path) -> Iterator[Mirror]:
    """The folder to work in: `out` itself, or a temporary one if `out` is a URL."""
    if not is_remote(str(out)):
        yield Mirror(None, out)
        return
    scheme, _, rest = str(out).partition(":")
    with tempfile.TemporaryDirectory(prefix="archiver-") as folder:
        yield Mirror(f"{scheme}://{rest.strip('/')}", Path(folder))


def _files(folder: Path) -> Iterator[str]:
    """The files of an archive and the plan of its run; nothing that is half written, or of this machine alone."""
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and (name == _PLAN or not any(part.startswith(".") for part in name.split("/"))):
            yield name


def _rank(name: str) -> tuple[int, str]:
    """The plan first, for without it nothing can be resumed; what speaks of other files after them."""
    if name == _PLAN:
        return 0, name
    if name in _LAST:
        return 3 + _LAST.index(name), name
    return (2 if name.startswith(f"{RECEIPTS}/") else 1), name


def _state(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns

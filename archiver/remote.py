"""Files that lie elsewhere, such as in S3: enter URLs, leave paths that can be listed, opened and copied.

Any file system that fsspec knows will do. This is the only file that knows fsspec; what goes wrong there becomes an
`OSError`, as with local files.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from archiver.errors import UsageError

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):/{1,2}(?!/)")
_MAGIC = frozenset("*?[")
_BUFFER_BYTES = 1024 * 1024
_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs"}
_WEB = ("http", "https", "ftp")


@dataclass(frozen=True, slots=True)
class RemotePath:
    """A file elsewhere, by its URL. It has of a `Path` what reading an input takes."""

    url: str

    def __str__(self) -> str:
        return self.url

    @property
    def name(self) -> str:
        return self.url.rpartition("/")[2]

    @property
    def parent(self) -> RemotePath:
        return RemotePath(self.url.rpartition("/")[0])

    def is_relative_to(self, _: Path) -> bool:
        """No file elsewhere lies in a local folder."""
        return False

    def open(self, _: str = "rb") -> BinaryIO:
        """The file for reading, from any place in it."""
        fs, path = _file_system(self.url)
        with _as_os_error(self.url):
            return io.BufferedReader(_RemoteFile(fs.open(path, "rb"), self.url), _BUFFER_BYTES)


class RemoteEntry(NamedTuple):
    """A file that was listed: its URL, its name below what was listed, and its size in bytes."""

    url: str
    name: str
    size: int


def is_remote(name: str) -> bool:
    """Whether `name` is a URL, also one that `Path` has taken a slash from."""
    return _SCHEME.match(name) is not None


def look(url: str) -> list[RemoteEntry]:
    """The file or all files below the folder that `url` names, or that match it as a glob; sorted by name.

    Names are relative to the parent of what was named, of a glob to that of its fixed folder.

    Raises:
        UsageError: there is no such file, it cannot be listed, or what reads that kind of URL is not installed.
    """
    fs, path = _file_system(url)
    fixed = path
    try:
        if _MAGIC & set(path):
            fixed = path[: min(path.index(sign) for sign in _MAGIC & set(path))].rpartition("/")[0]
            found = fs.glob(path, detail=True)
        else:
            found = fs.find(path, detail=True)
    except Exception as error:
        raise UsageError(f"{url} cannot be listed: {_reason(error)}") from error
    base = fixed.rstrip("/").rpartition("/")[0]
    entries = [
        RemoteEntry(fs.unstrip_protocol(name), name[len(base) :].lstrip("/"), int(info.get("size") or 0))
        for name, info in found.items()
        if info.get("type") == "file"
    ]
    if not entries:
        raise UsageError(f"{url} does not exist, or there is nothing in it")
    return sorted(entries, key=lambda entry: entry.name)


def listing(url: str) -> dict[str, int]:
    """The files below the folder `url`, by their names in it, with their sizes; none where there is no such folder.

    Raises:
        UsageError: what reads that kind of URL is not installed.
        OSError: it cannot be listed.
    """
    fs, path = _file_system(url)
    with _as_os_error(url):
        fs.invalidate_cache()
        try:
            found = fs.find(path, detail=True)
        except FileNotFoundError:
            return {}
    base = len(path.rstrip("/")) + 1
    return {name[base:]: int(info.get("size") or 0) for name, info in found.items() if name[base:]}


def download(url: str, target: Path) -> None:
    """Copy a file to `target`, whole or not at all. Raises `OSError`."""
    fs, path = _file_system(url)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _as_os_error(url):
        fs.get_file(path, str(target))


def upload(source: Path, url: str) -> None:
    """Copy the file `source` to `url`. Raises `OSError`."""
    fs, path = _file_system(url)
    with _as_os_error(url):
        fs.put_file(str(source), path)


def remove(url: str) -> None:
    """Remove a file. Raises `OSError`."""
    fs, path = _file_system(url)
    with _as_os_error(url):
        fs.rm_file(path)


def _file_system(url: str) -> tuple[Any, str]:
    scheme = _SCHEME.match(url)
    kind = scheme[1] if scheme else ""
    if kind in _WEB:
        raise UsageError(f"{url}: archiver cleans what was fetched, it does not fetch; download it first")
    try:
        from fsspec.core import url_to_fs

        fs, path = url_to_fs(_SCHEME.sub(r"\1://", url, count=1))
    except (ImportError, ValueError) as error:
        extra = _EXTRAS.get(kind)
        hint = f"pip install 'archiver[{extra}]'" if extra else "pip install the package of fsspec for it"
        raise UsageError(f"{url} cannot be opened ({error}): {hint}") from error
    return fs, str(path)


def _reason(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


@contextmanager
def _as_os_error(url: str) -> Iterator[None]:
    """Every client has errors of its own; to a reader all of them say that a file cannot be read."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise OSError(5, f"{url}: {_reason(error)}") from error


class _RemoteFile(io.RawIOBase):
    def __init__(self, file: Any, url: str) -> None:
        self._file = file
        self._url = url

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        with _as_os_error(self._url):
            return int(self._file.seek(offset, whence))

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        with _as_os_error(self._url):
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

"""ZIP, WACZ and tar: enters a container, leave its members one by one as streams, or why one is not read.

Nothing is unpacked to disk, so a member's name is only a name; one that would lead out of a folder is a failure all
the same, for somebody may trust it later. A member is bounded like a compressed file. Of a WACZ only the web
archives in it are read: the rest is about them.
"""

from __future__ import annotations

import io
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import IO, BinaryIO, NamedTuple, TypeAlias

from archiver.errors import DocumentError, LimitError
from archiver.record import Failure, Skip
from archiver.settings import Limits
from archiver.sources.compression import RATIO_GRACE
from archiver.sources.forms import Form

CONTAINERS = (Form.ZIP, Form.TAR)

_CHUNK = 256 * 1024
_ENCRYPTED = 0x1
_LOCAL_HEADER = struct.Struct("<26xHH")
_UNSAFE = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)")
_RANDOM_ACCESS = re.compile(r"\.(?:warc|parquet)(?:\.\w+)?$", re.IGNORECASE)
WARC_NAME = re.compile(r"\.warc(?:\.\w+)?$", re.IGNORECASE)
_ARCHIVED = re.compile(r"archive/.*\.warc(?:\.\w+)?", re.IGNORECASE)
_DESCRIPTION = "datapackage.json"
_ZIP_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, struct.error)
_TAR_DAMAGE = (tarfile.TarError, EOFError, ValueError, OverflowError)


class Opened(NamedTuple):
    """A member that can be read until the next one is asked for."""

    uri: str
    content: BinaryIO


Found: TypeAlias = Opened | Failure | Skip


def uri_of(found: Found) -> str:
    """The name of a member, whatever becomes of it."""
    return found.uri if isinstance(found, Opened) else found.source_uri


def uri_within(container: str, path: str) -> str:
    """The name of the member at `path`, whose parts ``.`` say nothing."""
    return f"{container}!{_without_dots(path)}"


class ZipMembers:
    """The members of a ZIP file, in the order of its directory, folders left out.

    Raises:
        DocumentError: the directory cannot be read (``invalid-zip``), there are more than `limits.members`
            (``too-many-members``), or members overlap, as they do in bombs (``overlapping-members``).
    """

    def __init__(self, handle: IO[bytes], limits: Limits) -> None:
        self._handle = handle
        self._limits = limits
        try:
            self._zip = zipfile.ZipFile(handle)
        except _ZIP_DAMAGE as error:
            raise DocumentError(
                "source", "invalid-zip", f"the directory of the file cannot be read: {error}"
            ) from error
        infos = self._zip.infolist()
        _check_count(len(infos), limits)
        _check_apart(infos)
        is_wacz = any(info.filename == _DESCRIPTION for info in infos)
        archived = [info for info in infos if _ARCHIVED.fullmatch(info.filename)] if is_wacz else []
        self.infos = archived or [info for info in infos if not info.is_dir()]

    def open(self, number: int, uri: str) -> Found:
        """Member `number` of the container `uri`."""
        info = self.infos[number]
        name = uri_within(uri, info.filename)
        refused = _refused(info.filename, name)
        if refused:
            return refused
        if info.flag_bits & _ENCRYPTED:
            return Failure(name, None, "source", "encrypted", "the member is encrypted")
        if not info.file_size:
            return Skip(name, "empty")
        try:
            window = self.window(number)
            content = window or _Bounded(self._zip.open(info), info.compress_size, self._limits, _ZIP_DAMAGE)
        except (*_ZIP_DAMAGE, RuntimeError) as error:
            return Failure(name, None, "source", "corrupt", f"the member cannot be read: {error}")
        return Opened(name, io.BufferedReader(content, _CHUNK))

    def window(self, number: int) -> io.RawIOBase | None:
        """A member that is to be read here and there, if it lies in the file as it is."""
        info = self.infos[number]
        if info.compress_type != zipfile.ZIP_STORED or not _RANDOM_ACCESS.search(info.filename):
            return None
        self._handle.seek(info.header_offset)
        names = sum(_LOCAL_HEADER.unpack(self._handle.read(_LOCAL_HEADER.size)))
        return _Window(self._handle, info.header_offset + _LOCAL_HEADER.size + names, info.file_size)


def tar_members(content: BinaryIO, uri: str, limits: Limits) -> Iterator[Found]:
    """The members of a tar file, which is read once from where `content` stands; folders are left out."""
    try:
        with tarfile.open(fileobj=content, mode="r|", errorlevel=2) as tar:
            for number, info in enumerate(tar):
                _check_count(number, limits)
                if not info.isdir():
                    yield _tar_member(tar, info, uri, limits)
                tar.members = []  # type: ignore[attr-defined]  # it would remember them all
    except _TAR_DAMAGE as error:
        yield Failure(uri, None, "source", "invalid-tar", f"the next member cannot be found: {error}")


def _tar_member(tar: tarfile.TarFile, info: tarfile.TarInfo, uri: str, limits: Limits) -> Found:
    name = uri_within(uri, info.name)
    refused = _refused(info.name, name)
    if refused:
        return refused
    content = tar.extractfile(info) if info.isreg() and info.sparse is None else None
    if content is None:
        return Skip(name, "not-a-file")
    if not info.size:
        return Skip(name, "empty")
    return Opened(name, io.BufferedReader(_Bounded(content, info.size, limits, _TAR_DAMAGE), _CHUNK))


def _without_dots(path: str) -> str:
    return "/".join(part for part in path.split("/") if part != ".")


def _refused(path: str, uri: str) -> Failure | Skip | None:
    if _UNSAFE.search(_without_dots(path)):
        return Failure(uri, None, "source", "unsafe-name", "the name of the member leads out of its folder")
    parts = _without_dots(path).split("/")
    return Skip(uri, "hidden") if any(part.startswith(".") or part == "__MACOSX" for part in parts) else None


def _check_count(count: int, limits: Limits) -> None:
    if count > limits.members:
        raise LimitError("source", "too-many-members", f"more members than limits.members = {limits.members}")


def _check_apart(infos: Sequence[zipfile.ZipInfo]) -> None:
    ordered = sorted(infos, key=lambda info: info.header_offset)
    for one, two in pairwise(ordered):
        end = one.header_offset + _LOCAL_HEADER.size + len(one.orig_filename) + one.compress_size
        if end > two.header_offset:
            message = f"{one.filename} and {two.filename} share bytes of the file"
            raise DocumentError("source", "overlapping-members", message)


class _Bounded(io.RawIOBase):
    """The content of a member, from its start. Damage, and too much of it, is a `DocumentError`."""

    def __init__(self, content: IO[bytes], packed: int, limits: Limits, damage: tuple[type[Exception], ...]) -> None:
        self._content = content
        self._packed = packed
        self._limits = limits
        self._damage = damage
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._content.read(len(buffer))
        except self._damage as error:
            what = f"the member is damaged after {self._given} bytes ({error})"
            raise DocumentError("source", "corrupt", what) from error
        self._given += len(data)
        ratio = self._limits.compression_ratio
        if self._given > RATIO_GRACE and self._given > ratio * self._packed:
            message = f"limits.compression_ratio is {ratio}, but {self._packed} bytes hold {self._given} or more"
            raise LimitError("source", "compression-ratio", message)
        buffer[: len(data)] = data
        return len(data)


class _Window(io.RawIOBase):
    """A stretch of a file as a file of its own."""

    def __init__(self, handle: IO[bytes], start: int, size: int) -> None:
        self._handle = handle
        self._start = start
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        base = (0, self._position, self._size)[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._handle.seek(self._start + self._position)
        data = self._handle.read(max(0, min(len(buffer), self._size - self._position)))
        self._position += len(data)
        buffer[: len(data)] = data
        return len(data)

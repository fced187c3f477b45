"""What the command line names becomes files: enter paths, folders, globs and ``-``, leave `InputFile` and `Skip`.

A `uri` says where a document came from without naming the machine: relative to the parent of the input as named,
with ``/``. ``archiver clean news`` gives ``news/a.html``, ``archiver clean news/a.html`` gives ``a.html``. The
matches of a glob are relative to the parent of its fixed folder, so that ``'news/*.html'`` gives ``news/a.html``
too; a glob without a fixed folder, such as ``'*.html'``, is relative to the current folder.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO, TypeAlias

from archiver.errors import UsageError
from archiver.record import Skip
from archiver.remote import RemoteEntry, RemotePath, is_remote, look

STDIN = Path("-")
"""The path of standard input in an `InputFile` or a `Piece`. Every other path is absolute, or a URL."""

STDIN_URI = "stdin"

Location: TypeAlias = Path | RemotePath
"""Where a file lies: here, or elsewhere."""

_MAGIC = frozenset("*?[")
_SIGNS = re.compile("#row=|#offset=|!")
_LIKE_ESCAPED = re.compile(r"\\x[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read. `size` is in bytes as it lies on disk, 0 for standard input, whose size is unknown."""

    path: Location
    uri: str
    size: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A path met while looking: its `uri`, and either the `reason` to skip it or its `size` and real `target`."""

    path: Location
    uri: str
    size: int = 0
    target: str = ""
    reason: str = ""
    is_link: bool = False


def standard_input() -> BinaryIO:
    """Standard input, in bytes.

    Raises:
        UsageError: it was closed before the program began.
    """
    if sys.stdin is None:
        raise UsageError("standard input is closed; there is nothing to read from it")
    return sys.stdin.buffer


def find_inputs(arguments: Sequence[str | Path]) -> tuple[list[InputFile], list[Skip]]:
    """All files that `arguments` name, and what was met beside them, both sorted by uri.

    Folders are searched recursively, but not folders that are hidden or symbolic links. A symbolic link to a file is
    read unless it leads out of the folder that was named (of a glob: its fixed folder), for an unpacked dump must not
    draw in what lies beside it. A link that is named itself may lead anywhere. Reasons to skip are ``hidden``,
    ``empty``, ``not-a-file``, ``symlinked-folder``, ``outside-folder``, ``unreadable-folder`` and ``duplicate-input``
    (the same file was reached twice; the file itself stays before a link to it, then the smaller uri).

    Raises:
        UsageError: nothing is named, standard input is closed, a path is missing, a glob matches nothing, a named
            folder cannot be listed, or two different files would get the same uri.
    """
    if not arguments or not all(map(str, arguments)):
        raise UsageError("name at least one file, folder or glob, or - for standard input; an empty name is none")
    found = sorted((item for argument in arguments for item in _look(str(argument))), key=_order)
    files: dict[str, _Found] = {}
    skips: list[Skip] = []
    targets: set[str] = set()
    for item in found:
        if item.reason:
            skips.append(Skip(item.uri, item.reason))
        elif item.target in targets:
            skips.append(Skip(item.uri, "duplicate-input"))
        elif item.uri in files:
            raise UsageError(f"{files[item.uri].path} and {item.path} would both be {item.uri}; name a folder above")
        else:
            targets.add(item.target)
            files[item.uri] = item
    named = sorted(((_apart(uri, files), item) for uri, item in files.items()), key=lambda pair: pair[0])
    inputs = [InputFile(item.path, uri, item.size) for uri, item in named]
    return inputs, sorted(dict.fromkeys(skips), key=lambda skip: (skip.source_uri, skip.reason))


def _apart(uri: str, files: Container[str]) -> str:
    """The uri, its signs escaped if it is called as a row, a record or a member of another one of `files` is."""
    for sign in _SIGNS.finditer(uri):
        stem, rest = uri[: sign.start()], uri[sign.start() :]
        if stem in files:
            return stem + _SIGNS.sub(lambda found: f"\\x{ord(found[0][0]):02x}{found[0][1:]}", rest)
    return uri


def _order(item: _Found) -> tuple[bool, str, str]:
    return item.is_link, item.uri, str(item.path)


def _look(argument: str) -> Iterator[_Found]:
    if argument == str(STDIN):
        standard_input()
        yield _Found(STDIN, STDIN_URI, target=STDIN_URI)
        return
    if is_remote(argument):
        yield from map(_elsewhere, look(argument))
        return
    path = _absolute(argument)
    if path.is_dir():
        yield from _walk(path, path.parent, named=True)
    elif path.exists():
        yield _file(path, path.parent)
    elif _MAGIC.intersection(argument):
        yield from _matches(argument)
    else:
        raise UsageError(f"{argument} does not exist")


def _elsewhere(entry: RemoteEntry) -> _Found:
    path = RemotePath(entry.url)
    if any(part.startswith(".") for part in entry.name.split("/")):
        return _Found(path, entry.name, reason="hidden")
    if not entry.size:
        return _Found(path, entry.name, reason="empty")
    return _Found(path, entry.name, entry.size, target=entry.url)


def _matches(pattern: str) -> Iterator[_Found]:
    """The files a glob matches and those in the folders it matches, each once; no hidden ones but by name."""
    parts = PurePath(pattern).parts
    fixed = next(index for index, part in enumerate(parts) if _MAGIC.intersection(part))
    folder = _absolute(PurePath(*parts[:fixed]))
    base = folder.parent if fixed else folder
    hidden_wanted = any(part.startswith(".") for part in parts[fixed:])
    found: dict[Location, _Found] = {}
    for match in sorted(folder.glob(str(PurePath(*parts[fixed:])))):
        hidden = any(part.startswith(".") for part in match.relative_to(folder).parts)
        if match == folder or (hidden and not hidden_wanted):
            continue
        for item in _walk(match, base, root=folder) if match.is_dir() else [_inside(_file(match, base), folder)]:
            found.setdefault(item.path, item)
    if not found:
        raise UsageError(f"{pattern} matches nothing")
    yield from found.values()


def _walk(folder: Path, base: Path, named: bool = False, root: Path | None = None) -> Iterator[_Found]:
    """Everything below a folder, which is `root` or below it.

    A symbolic link to a folder is followed only when it is itself what was named.
    """
    if folder.is_symlink() and not named:
        yield _Found(folder, _uri(folder, base), reason="symlinked-folder")
        return
    try:
        with os.scandir(folder) as entries:
            inside = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        if named:
            raise UsageError(f"{folder}: {error.strerror}") from error
        yield _Found(folder, _uri(folder, base), reason="unreadable-folder")
        return
    for entry in inside:
        path = folder / entry.name
        if entry.name.startswith("."):
            yield _Found(path, _uri(path, base), reason="hidden")
        elif path.is_dir():
            yield from _walk(path, base, root=root or folder)
        else:
            yield _inside(_file(path, base), root or folder)


def _inside(found: _Found, root: Path) -> _Found:
    """What was found below the folder `root`, or a skip if it is a link that leads out of it."""
    leaves = found.is_link and not Path(found.target).is_relative_to(os.path.realpath(root))
    return _Found(found.path, found.uri, reason="outside-folder") if leaves else found


def _file(path: Path, base: Path) -> _Found:
    uri = _uri(path, base)
    try:
        status = path.stat()
    except OSError:  # a dangling or circular link, or gone since the folder was listed
        return _Found(path, uri, reason="not-a-file")
    if not stat.S_ISREG(status.st_mode):
        return _Found(path, uri, reason="not-a-file")
    if status.st_size == 0:
        return _Found(path, uri, reason="empty")
    return _Found(path, uri, status.st_size, target=os.path.realpath(path), is_link=path.is_symlink())


def _absolute(path: str | PurePath) -> Path:
    """The path from the root without ``.`` and ``..``. Links stay: a document is known by the name it was given."""
    return Path(os.path.abspath(path))  # noqa: PTH100


def _uri(path: Path, base: Path) -> str:
    """The path below `base`. Bytes of a name that are not UTF-8 are written as ``\\xff``.

    There, and in a name that reads like this by itself, a backslash is doubled, so that no two names become one.
    """
    name = os.fsencode(path.relative_to(base).as_posix())
    uri = name.decode("utf-8", "backslashreplace")
    return name.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace") if _LIKE_ESCAPED.search(uri) else uri

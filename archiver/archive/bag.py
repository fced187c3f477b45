"""An archive in, a BagIt bag of it out: every file as it is, under digests that any tool for bags can check.

BagIt 1.0 is RFC 8493. The bag has no date in it, so that equal archives make equal bags.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from archiver.archive.durable import new_folder, storage_errors, write_whole
from archiver.archive.manifest import MANIFEST, MANIFEST_SHA256, RUN, Manifest
from archiver.archive.reader import finished_manifest
from archiver.errors import DamageError, UsageError
from archiver.version import __version__

_CHUNK = 1024 * 1024
_DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_ADVICE = "nothing is left of the bag; the archive is as it was"


def write_bag(archive: str | Path, out: str | Path) -> int:
    """Write a bag of a finished archive to the new folder `out`; return the number of its payload files.

    Each file is compared with its SHA-256 while it is copied. The bag appears under its name when it is whole.

    Raises:
        UsageError: there is something at `out`, or it lies in the archive.
        ArchiveError: there is no finished archive, or the disk refuses.
        DamageError: a file of the archive is missing or damaged.
    """
    root, target = Path(archive), Path(out)
    manifest = finished_manifest(root)
    if target.exists():
        raise UsageError(f"{target}: there is something already; choose a new folder for the bag")
    if target.resolve().is_relative_to(root.resolve()):
        raise UsageError(f"{target} lies inside the archive; choose another folder for the bag")
    with storage_errors(target, _ADVICE), new_folder(target) as beside:
        return _fill(root, manifest, beside)


def _fill(root: Path, manifest: Manifest, bag: Path) -> int:
    digests: dict[str, str] = {}
    size = 0
    for name, expected in sorted(_payload(root, manifest).items()):
        digest, length = _copy(root / name, bag / "data" / name)
        if expected not in (None, digest):
            raise DamageError(f"{root / name}: the file has changed; see archiver verify")
        digests[f"data/{name}"] = digest
        size += length
    info = f"Bag-Software-Agent: archiver {__version__}\nPayload-Oxum: {size}.{len(digests)}\n"
    tags = {"bagit.txt": _DECLARATION, "bag-info.txt": info, "manifest-sha256.txt": _lines(digests)}
    for name, content in tags.items():
        write_whole(bag / name, content.encode("utf-8"))
    tag_digests = {name: hashlib.sha256(content.encode("utf-8")).hexdigest() for name, content in tags.items()}
    write_whole(bag / "tagmanifest-sha256.txt", _lines(tag_digests).encode("utf-8"))
    return len(digests)


def _payload(root: Path, manifest: Manifest) -> Mapping[str, str | None]:
    """The files of the archive with the digests that they must have, where one is written down."""
    listed = (*manifest.parts, *(entry.receipt for entry in manifest.shards), *manifest.tombstones)
    others = {name: None for name in (MANIFEST, MANIFEST_SHA256, RUN) if (root / name).is_file()}
    return {**{file.path: file.sha256 for file in listed}, **others}


def _copy(source: Path, target: Path) -> tuple[str, int]:
    digest = hashlib.sha256()
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        reading = source.open("rb")
    except OSError as error:
        raise DamageError(f"{source}: the file cannot be read: {error.strerror}; see archiver verify") from error
    with reading, target.open("wb") as writing:
        while chunk := reading.read(_CHUNK):
            digest.update(chunk)
            writing.write(chunk)
    return digest.hexdigest(), target.stat().st_size


def _lines(digests: Mapping[str, str]) -> str:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items()))

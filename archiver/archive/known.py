"""What an archive knows of its sources, for ``--append``: which documents need not be cleaned again.

A document is known by its `source_uri` and the digest of its payload, if it was archived or rejected under the
same settings by the same version of archiver. A changed page is not known and becomes a new version; nor are
failures known, so they are tried anew. What was taken out of the archive stays out, whatever its payload is now.
"""

from __future__ import annotations

import hashlib
import mmap
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeAlias

from archiver.archive.damage import readable_part
from archiver.archive.durable import write_whole
from archiver.archive.ledger import ALREADY_ARCHIVED, ALREADY_REJECTED, FORGOTTEN
from archiver.archive.manifest import Manifest
from archiver.archive.part import DATA, REJECTED
from archiver.archive.receipt import PartFile
from archiver.archive.terms import Terms
from archiver.archive.tombstones import forgotten_ids
from archiver.compose import identity_of
from archiver.document import RawDocument
from archiver.record import Failure, Skip

_Digests: TypeAlias = bytes | mmap.mmap

_DIGEST_BYTES = 16
_REASONS = {DATA: ALREADY_ARCHIVED, REJECTED: ALREADY_REJECTED}
_ID = re.compile(r"[0-9a-f]{32}")


def write_known(root: Path, manifest: Manifest, terms: Terms, folder: Path) -> None:
    """Write to `folder` the sorted digests of what a run under `terms` need not clean again, by reason.

    Raises:
        DamageError: a part cannot be read.
    """
    parts = list(_parts_under(manifest, terms))
    for source, reason in _REASONS.items():
        chosen = (root / part.path for part in parts if part.path.startswith(f"{source}/"))
        digests = {digest for path in chosen for digest in _digests(path)}
        write_whole(folder / reason, b"".join(sorted(digests)))
    forgotten = forgotten_ids(root, manifest.tombstones)
    ids = (bytes.fromhex(name) for name in forgotten if _ID.fullmatch(name))
    write_whole(folder / FORGOTTEN, b"".join(sorted(ids)))


def without_known(
    items: Iterable[RawDocument | Failure | Skip], folder: Path
) -> Iterator[RawDocument | Failure | Skip]:
    """The items, with a `Skip` in the place of each document that `folder` (see `write_known`) knows."""
    with ExitStack() as files:
        known = {reason: files.enter_context(_mapped(folder / reason)) for reason in _REASONS.values()}
        forgotten = files.enter_context(_mapped(folder / FORGOTTEN))
        for item in items:
            if not isinstance(item, RawDocument):
                yield item
            elif _holds(forgotten, bytes.fromhex(name := identity_of(item.url, item.source_uri))):
                yield Skip(name, FORGOTTEN)
            else:
                reason = _reason(item, known)
                yield Skip(item.source_uri, reason) if reason else item


def _parts_under(manifest: Manifest, terms: Terms) -> Iterator[PartFile]:
    """The parts of the earlier runs that cleaned as a run under `terms` would."""
    ends = [*(run.first_shard for run in manifest.runs[1:]), len(manifest.shards)]
    for run, end in zip(manifest.runs, ends, strict=True):
        if run.cleaning == terms.cleaning:
            for entry in manifest.shards[run.first_shard : min(end, terms.first_shard)]:
                yield from entry.files


def _digests(path: Path) -> Iterator[bytes]:
    columns = ["source_uri", "source_sha256"]
    with readable_part(path) as file:
        for batch in file.iter_batches(columns=columns):
            yield from map(_digest, *(batch.column(name).to_pylist() for name in columns))


def _digest(uri: str, source_sha256: str) -> bytes:
    return hashlib.sha256(f"{source_sha256} {uri}".encode("utf-8", "backslashreplace")).digest()[:_DIGEST_BYTES]


def _reason(document: RawDocument, known: Mapping[str, _Digests]) -> str | None:
    digest = _digest(document.source_uri, hashlib.sha256(document.payload).hexdigest())
    return next((reason for reason, digests in known.items() if _holds(digests, digest)), None)


@contextmanager
def _mapped(path: Path) -> Iterator[_Digests]:
    """The digests in `path`, mapped into memory: all workers share them. An empty file cannot be mapped."""
    if not path.stat().st_size:
        yield b""
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        yield content


def _holds(digests: _Digests, wanted: bytes) -> bool:
    def at(index: int) -> bytes:
        return digests[index * _DIGEST_BYTES : (index + 1) * _DIGEST_BYTES]

    return at(bisect_left(range(len(digests) // _DIGEST_BYTES), wanted, key=at)) == wanted

"""Reading an archive: its folder in, a lazy PyArrow dataset of the articles out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow.fs import LocalFileSystem

from archiver.archive.amendment import is_amending
from archiver.archive.columns import ARTICLE_SCHEMA
from archiver.archive.damage import damage_told
from archiver.archive.manifest import Manifest, read_manifest
from archiver.archive.part import DATA
from archiver.archive.workplace import NOT_FINISHED, is_unfinished
from archiver.errors import ArchiveError, DamageError


def read_archive(path: str | Path, latest: bool = False) -> ds.Dataset:
    """The articles of an archive, in order, as a dataset of `ARTICLE_SCHEMA`.

    Nothing is read before it is asked for; the checksum of every page read is verified. Columns that an
    older archive lacks are null. With `latest`, only the newest version of each `id` is there: the one that
    was archived last. To know which that is, the ids are read at once.

    Raises:
        ArchiveError: `path` is no archive, or its run has not finished.
        DamageError: a part is missing, or cannot be read where that is done at once. Else PyArrow raises when it is.
    """
    root = Path(path)
    manifest = finished_manifest(root)
    parts = [root / file.path for file in manifest.parts if file.path.startswith(f"{DATA}/")]
    with damage_told(root):
        missing = [part for part in parts if not part.is_file()]
    if missing:
        raise DamageError(f"{root}: {missing[0].relative_to(root)} is missing")
    if not parts:
        return ds.dataset(ARTICLE_SCHEMA.empty_table())
    checked = ds.ParquetFragmentScanOptions(page_checksum_verification=True)
    parquet = ds.ParquetFileFormat(default_fragment_scan_options=checked)
    names = [part.absolute().as_posix() for part in parts]
    with damage_told(root):
        dataset = ds.dataset(names, schema=ARTICLE_SCHEMA, format=parquet, filesystem=LocalFileSystem())
        return _latest(dataset) if latest else dataset


def batches_of(path: str | Path, dataset: ds.Dataset, columns: Sequence[str], **scan: Any) -> Iterator[pa.RecordBatch]:
    """Some columns of what `read_archive` found at `path`; `scan` says how PyArrow shall read.

    Raises:
        DamageError: a part cannot be read.
    """
    with damage_told(Path(path)):
        yield from dataset.to_batches(columns=list(columns), **scan)


def _latest(dataset: ds.Dataset) -> ds.Dataset:
    """The dataset without the versions that a later one of the same id has replaced."""
    seen: list[npt.NDArray[np.int64]] = []
    for batch in dataset.to_batches(columns=["id"]):
        seen.append(np.fromiter(map(hash, batch.column("id").to_pylist()), np.int64, batch.num_rows))
    values, counts = np.unique(np.concatenate(seen or [np.empty(0, np.int64)]), return_counts=True)
    repeated = frozenset(values[counts > 1].tolist())
    if not repeated:
        return dataset
    newest: dict[str, str] = {}
    replaced: list[str] = []
    for batch in dataset.to_batches(columns=["id", "version_id"]):
        for name, version in zip(*(batch.column(index).to_pylist() for index in (0, 1)), strict=True):
            if hash(name) in repeated:
                replaced += [newest[name]] if name in newest else []
                newest[name] = version
    return dataset.filter(~ds.field("version_id").isin(replaced))


def finished_manifest(root: Path) -> Manifest:
    """The manifest of a finished archive.

    Raises:
        ArchiveError: `root` is no archive, or its run has not finished; says how to go on.
    """
    if not root.is_dir():
        raise ArchiveError(f"{root}: there is no such folder")
    try:
        return read_manifest(root)
    except (FileNotFoundError, ArchiveError) as error:
        if is_amending(root):
            message = f"{root}: a change to this archive was cut off; call archiver forget again to finish it"
            raise ArchiveError(message) from error
        if is_unfinished(root):
            raise ArchiveError(f"{root}: {NOT_FINISHED}") from error
        if isinstance(error, ArchiveError):
            raise
        raise ArchiveError(f"{root}: this is no archive; it has no manifest") from error


def problems(path: Path, kind: str, most: int) -> tuple[int, list[dict[str, str]]]:
    """How many documents stand in the ``failures`` or the ``rejected`` of an archive, and the first `most` of them.

    Each is a dict of ``source_uri``, ``stage`` and ``message``.
    """
    folder = path / kind
    if not folder.is_dir():
        return 0, []
    rows = ds.dataset(folder, format="parquet")
    return rows.count_rows(), rows.head(most, columns=["source_uri", "stage", "message"]).to_pylist()

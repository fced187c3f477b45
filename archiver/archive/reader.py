"""Reading an archive: its folder in, a lazy PyArrow dataset of the articles or one record of it out."""

from __future__ import annotations

from pathlib import Path

import pyarrow.dataset as ds
from pyarrow.fs import LocalFileSystem

from archiver.archive.columns import ARTICLE_SCHEMA, to_records
from archiver.archive.manifest import Manifest, read_manifest
from archiver.archive.part import DATA
from archiver.archive.workplace import is_unfinished
from archiver.errors import ArchiveError
from archiver.record import Record


def read_archive(path: str | Path) -> ds.Dataset:
    """The articles of an archive, in order, as a dataset of `ARTICLE_SCHEMA`.

    Nothing is read before it is asked for; the checksum of every page read is verified. Columns that an
    older archive lacks are null.

    Raises:
        ArchiveError: `path` is no archive, its run has not finished, or a part is missing.
    """
    root = Path(path)
    manifest = finished_manifest(root)
    parts = [root / file.path for file in manifest.parts if file.path.startswith(f"{DATA}/")]
    missing = [part for part in parts if not part.is_file()]
    if missing:
        raise ArchiveError(f"{root}: {missing[0].relative_to(root)} is missing")
    if not parts:
        return ds.dataset(ARTICLE_SCHEMA.empty_table())
    checked = ds.ParquetFragmentScanOptions(page_checksum_verification=True)
    parquet = ds.ParquetFileFormat(default_fragment_scan_options=checked)
    names = [part.absolute().as_posix() for part in parts]
    return ds.dataset(names, schema=ARTICLE_SCHEMA, format=parquet, filesystem=LocalFileSystem())


def find_record(path: str | Path, name: str) -> Record:
    """The record of an archive whose `id`, `version_id`, `source_uri` or `url` is `name`; of several the newest.

    Raises:
        ArchiveError: there is none, or `read_archive` cannot open the archive.
    """
    wanted = (ds.field("id") == name) | (ds.field("version_id") == name)
    wanted |= (ds.field("source_uri") == name) | (ds.field("url") == name)
    records = list(to_records(read_archive(path).to_table(filter=wanted)))
    if not records:
        raise ArchiveError(f"{path}: there is no record {name}; an id, version_id, source_uri or url is wanted")
    return records[-1]


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
        if is_unfinished(root):
            message = f"{root}: the run that writes this archive has not finished; go on with --resume"
            raise ArchiveError(message) from error
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

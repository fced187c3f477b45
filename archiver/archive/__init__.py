"""The archive: results come in, a folder of Parquet leaves that can prove nothing was lost; and it is read again.

    plan      shards ─▶ terms ─▶ workplace        what is to be done, under which terms, in which folder
    a shard   columns ─▶ part ─▶ writer ─▶ receipt
    the end   duplicates ─▶ manifest ─▶ finishing
    later     verify; forget by way of an amendment; diff; bag

A part counts once it has been synced, read back, and named in a receipt; an archive once it has a manifest.
"""

from archiver.archive.direct import write_archive
from archiver.archive.reader import read_archive

__all__ = ["read_archive", "write_archive"]

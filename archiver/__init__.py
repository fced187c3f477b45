"""archiver cleans scraped articles and archives them.

    sources ─▶ decode ─▶ segment ─▶ label ─▶ metadata ─▶ record ─▶ validate ─▶ archive
    bytes      str       blocks,    one       title,      one row    JSON       Parquet,
                         repaired   verdict   authors,               Schema     receipts,
                                    a block   date…                             manifest

The names below are the public ones. They are imported when they are first used, so that a program which needs
one does not load the others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from archiver.version import __version__

if TYPE_CHECKING:
    from archiver.api import clean, clean_many, explain
    from archiver.archive import read_archive, write_archive
    from archiver.document import Block, Document, Label, Normalizer, Proposal, RawDocument, Verdict
    from archiver.errors import ArchiverError
    from archiver.normalizers import DEFAULT_NORMALIZERS
    from archiver.record import Failure, Record, Rejection, Violation
    from archiver.settings import Settings, read_settings
    from archiver.validation import validate

_ROOMS = {
    "archiver.api": ("clean", "clean_many", "explain"),
    "archiver.archive": ("read_archive", "write_archive"),
    "archiver.document": ("Block", "Document", "Label", "Normalizer", "Proposal", "RawDocument", "Verdict"),
    "archiver.errors": ("ArchiverError",),
    "archiver.normalizers": ("DEFAULT_NORMALIZERS",),
    "archiver.record": ("Failure", "Record", "Rejection", "Violation"),
    "archiver.settings": ("Settings", "read_settings"),
    "archiver.validation": ("validate",),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "DEFAULT_NORMALIZERS",
    "ArchiverError",
    "Block",
    "Document",
    "Failure",
    "Label",
    "Normalizer",
    "Proposal",
    "RawDocument",
    "Record",
    "Rejection",
    "Settings",
    "Verdict",
    "Violation",
    "__version__",
    "clean",
    "clean_many",
    "explain",
    "read_archive",
    "read_settings",
    "validate",
    "write_archive",
]


def __getattr__(name: str) -> object:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'archiver' has no attribute {name!r}")
    value = getattr(import_module(_ROOM_OF[name]), name)
    globals()[name] = value
    return value

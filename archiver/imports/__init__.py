"""Imports: records that are clean already come in, an archive leaves. Nothing is cleaned again.

    PATH ─▶ rows ─▶ records ─▶ write_archive

A row that has every column of a record is one, and comes out as it went in. Any other row is a text with what is known
about it, found by the names of its columns as in `sources.rows`, or by ``settings.fields``.
"""

from archiver.imports.importing import import_paths

__all__ = ["import_paths"]

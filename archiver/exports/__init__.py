"""Exports: an archive comes in, other people's forms leave: JSON Lines, CSV, Markdown, plain text, Parquet.

    read_archive ─▶ rows ─▶ jsonl | csv | markdown | text | parquet ─▶ a stream, a file, or one file a document

Everything streams: no more than a batch of rows is in memory. A file or folder appears under its name when it is whole.
`query` runs SQL over the same articles.
"""

from archiver.exports.export import FORMS, export_archive, export_to

__all__ = ["FORMS", "export_archive", "export_to"]

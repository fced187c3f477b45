"""Sources: enter paths, folders, globs and standard input, leave raw documents, one by one.

    find_inputs ─▶ InputFile ─▶ split or spool ─▶ Piece ─▶ read_piece ─▶ RawDocument | Failure | Skip

Every form may be compressed (``.gz .zst .bz2 .xz``). What a file is, its content says; the extension only decides
where the content could be several things.

The forms, and what of them becomes url, date and text, stand in docs/sources.md. Beside those, the ``sources/`` of an
archive are read, as they were kept.

The columns are found under the names people use (`rows.COLUMNS`) or as ``settings.fields`` says. Rows are named
``dump.jsonl.gz#row=42``, counted from 0, blank lines not counted.

Reasons of a `Skip`: ``unsupported-type`` (images, PDF, other binary data, text of other kinds), ``empty``, ``hidden``,
``not-a-file``, ``symlinked-folder``, ``outside-folder``, ``unreadable-folder``, ``duplicate-input``, ``http-status``,
``revisit``, ``continuation``, ``nested-archive``. Codes of a `Failure`: ``unreadable``, ``too-large``, ``truncated``,
``corrupt``, ``compression-ratio``, ``digest-mismatch``, ``several-records``, ``invalid-json``, ``invalid-csv``,
``invalid-feed``, ``invalid-zip``, ``invalid-tar``, ``invalid-parquet``, ``invalid-value``, ``too-deep``, ``no-text``,
``missing-field``, ``duplicate-key``, ``lost-source``, ``unsafe-name``, ``encrypted``, ``overlapping-members``,
``too-many-members``, ``needs-extra``, ``unsupported-type`` (a row whose html or text is a PDF or an image).
"""

from archiver.sources.compression import HEAD_BYTES
from archiver.sources.forms import Form, form_of, may_be_document, starts_like_html
from archiver.sources.inputs import STDIN, STDIN_URI, InputFile, find_inputs, standard_input
from archiver.sources.kept import KEPT_SCHEMA, kept_table
from archiver.sources.parquet import rows_of
from archiver.sources.pieces import Piece
from archiver.sources.reading import read_piece
from archiver.sources.rows import COLUMNS, canonical_json, check_fields, repeated, to_document
from archiver.sources.splitting import split
from archiver.sources.spooling import needs_spool, spool

__all__ = [
    "COLUMNS",
    "HEAD_BYTES",
    "KEPT_SCHEMA",
    "STDIN",
    "STDIN_URI",
    "Form",
    "InputFile",
    "Piece",
    "canonical_json",
    "check_fields",
    "find_inputs",
    "form_of",
    "kept_table",
    "may_be_document",
    "needs_spool",
    "read_piece",
    "repeated",
    "rows_of",
    "split",
    "spool",
    "standard_input",
    "starts_like_html",
    "to_document",
]

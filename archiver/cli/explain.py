"""``archiver explain``: one document, block by block."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli.options import Assignments, Json, SettingsFile, chosen_settings
from archiver.errors import UsageError

if TYPE_CHECKING:
    from archiver.document import RawDocument
    from archiver.report.blocks import Explanation
    from archiver.settings import Settings


def explain(
    source: Annotated[str, typer.Argument(metavar="FILE|DIR", help="A document or an archive; - is standard input.")],
    name: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="In an archive: id, version_id, source_uri or url. In a file: row, from 0."),
    ] = None,
    settings_file: SettingsFile = None,
    assignments: Assignments = None,
    json: Json = False,
) -> None:
    """Show a document block by block.

    Kept or removed, its label, how sure that is, who said so and why.

    \b
    Examples:
      archiver explain page.html
      archiver explain rows.jsonl 42
      archiver explain articles/ https://example.org/story
    """
    from rich.console import Console

    from archiver.report.json import write_explanation
    from archiver.report.terminal import print_explanation

    look_up = _explain_archived if Path(source).is_dir() else _explain_file
    explanation = look_up(source, name, chosen_settings(settings_file, assignments or []))
    if json:
        write_explanation(sys.stdout, explanation)
    else:
        print_explanation(Console(), explanation)


def _explain_archived(archive: str, name: str | None, _: Settings) -> Explanation:
    from archiver.archive.outcomes import find_outcome
    from archiver.report.blocks import of_outcome

    if name is None:
        raise UsageError(f"{archive} is a folder: explain a file, or add the ID of a record of this archive")
    return of_outcome(find_outcome(archive, name))


def _explain_file(source: str, row: str | None, settings: Settings) -> Explanation:
    from archiver.api import explain
    from archiver.report.blocks import of_document

    document = Path(source) if row is None and source != "-" else _raw_document(source, row, settings)
    return of_document(explain(document, settings=settings))


def _raw_document(source: str, row: str | None, settings: Settings) -> RawDocument:
    """Standard input, or one row of a file of rows."""
    from archiver.document import RawDocument
    from archiver.record import Failure
    from archiver.sources import STDIN_URI, Piece, read_piece

    if row is None:
        return RawDocument(sys.stdin.buffer.read(), STDIN_URI)
    path = Path(source)
    wanted = f"{path.name}#row={row}"
    for item in read_piece(Piece(path, path.name), settings):
        if item.source_uri == wanted and isinstance(item, RawDocument):
            return item
        if item.source_uri in (wanted, path.name) and isinstance(item, Failure):
            raise UsageError(f"{item.source_uri}: {item.message}")
    raise UsageError(f"{wanted} is no document; rows count from 0")

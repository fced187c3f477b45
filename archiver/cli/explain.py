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
        typer.Argument(
            metavar="ID",
            help="In an archive: id, version_id, source_uri or url. In a file: row, from 0, member or source_uri.",
        ),
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
      archiver explain pages.zip news/a.html
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


def _explain_file(source: str, name: str | None, settings: Settings) -> Explanation:
    from archiver.api import explain
    from archiver.report.blocks import of_document

    if name is None:
        source, name = _file_and_name(source)
    document = Path(source) if name is None and source != "-" else _raw_document(source, name, settings)
    return of_document(explain(document, settings=settings))


def _file_and_name(source: str) -> tuple[str, str | None]:
    """A file, and what is named of it where `source` is a source_uri, such as ``x.zip!a.html``."""
    if not Path(source).exists():
        for sign in ("!", "#row=", "#offset="):
            file, found, rest = source.partition(sign)
            if found and Path(file).is_file():
                return file, f"{Path(file).name}{sign}{rest}"
    return source, None


def _raw_document(source: str, name: str | None, settings: Settings) -> RawDocument:
    """What is named of a file or of standard input: a row, a member, a source_uri; without a name its one document."""
    from archiver.record import Failure, Skip
    from archiver.sources import STDIN, STDIN_URI, Piece, read_piece

    path, uri = (STDIN, STDIN_URI) if source == "-" else (Path(source), Path(source).name)
    items = read_piece(Piece(path, uri), settings)
    if name is None:
        found = next(items, None)
        if next(items, None):
            raise UsageError(f"{uri} holds several documents: name a row or a member of it")
    else:
        found = next((item for item in items if _is_called(item.source_uri, uri, name)), None)
    if found is None:
        wanted = f"{uri}#row={name}" if (name or "").isdigit() else f"{uri}!{name}"
        raise UsageError(f"{wanted} is no document; rows count from 0")
    if isinstance(found, Skip):
        raise UsageError(f"{found.source_uri} is no document: {found.reason}")
    if isinstance(found, Failure):
        raise UsageError(f"{found.source_uri}: {found.message}")
    return found


def _is_called(source_uri: str, file: str, name: str) -> bool:
    """Whether a document of `file` is the one called `name`, or what is wrong with the whole file."""
    names = (file, f"{file}#row={name}", f"{file}!{name}", name)
    return source_uri in names or name.endswith(f"/{source_uri}")

"""``archiver show``: one article of an archive."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from archiver.cli.options import Json
from archiver.errors import UsageError

_DEFAULT = "out"


def show(
    place: Annotated[str, typer.Argument(metavar="DIR|ID", help="Folder of the archive; else out.")],
    name: Annotated[
        str | None, typer.Argument(metavar="ID", help="The article's id, version_id, source_uri or url.")
    ] = None,
    json: Json = False,
) -> None:
    """Show one article of an archive as Markdown.

    Its newest version, with what is known about it. Exit codes: 0 done, 2 there is none.

    \b
    Examples:
      archiver show articles/ https://example.org/story
      archiver show articles/ seeds/night-ferry.html --json
    """
    from archiver.archive.outcomes import find_outcome
    from archiver.exports.texts import DESCRIBING, json_of, markdown_of
    from archiver.record import Record
    from archiver.record_json import COLUMNS, to_json
    from archiver.report.safety import safe

    if name is None and Path(place).is_dir():
        raise UsageError(f"{place} is a folder: add the ID of an article, archiver show {place} ID")
    archive, wanted = (_DEFAULT, place) if name is None else (place, name)
    if name is None and not Path(archive).is_dir():
        raise UsageError(f"there is no archive {archive} to look for {place} in; name one, archiver show DIR {place}")
    if not Path(archive).is_dir():
        raise UsageError(f"{archive} is no folder of an archive: archiver show DIR ID")
    found = find_outcome(archive, wanted)
    if not isinstance(found, Record):
        raise UsageError(f"{wanted} was not archived; see archiver explain {archive} {wanted}")
    row = to_json(found)
    content = json_of(row, COLUMNS) if json else safe(markdown_of(row, DESCRIBING))
    sys.stdout.write(content)

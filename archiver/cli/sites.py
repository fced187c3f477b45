"""``archiver sites``: what a rule for a site does, before a run is made with it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli.options import Assignments, SettingsFile, chosen_settings
from archiver.errors import UsageError

if TYPE_CHECKING:
    from archiver.document import RawDocument
    from archiver.settings import Settings

sites = typer.Typer(no_args_is_help=True, help="Try the rules for single sites.", rich_markup_mode=None)
_SHOWN_CHARS = 70


@sites.callback()
def _sites() -> None:
    """Try the rules for single sites."""


@sites.command()
def test(
    host: Annotated[str, typer.Argument(metavar="HOST", help="The host whose rule is tried.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Pages of that host.")],
    settings_file: SettingsFile = None,
    assignments: Assignments = None,
) -> None:
    """Show what the rule of a host changes in some of its pages.

    Of each file the blocks that it removes (-) or keeps (+), and the fields that it takes.
    """
    from archiver.sites import rule_for

    settings = chosen_settings(settings_file, assignments or [])
    url = f"https://{host}/"
    if not rule_for(url, settings.sites):
        known = ", ".join(sorted(settings.sites)) or "none"
        raise UsageError(f"there is no rule for {host} in the settings; there are rules for: {known}")
    for file in files:
        typer.echo(f"{file}:")
        for line in _effect(_document(file, url, settings), settings) or ["  nothing changes"]:
            typer.echo(line)


def _document(file: Path, url: str, settings: Settings) -> RawDocument:
    from archiver.document import RawDocument
    from archiver.sources import Piece, read_piece

    found = next(read_piece(Piece(file, file.name), settings), None)
    if not isinstance(found, RawDocument):
        raise UsageError(f"{file} holds no page that can be read")
    return replace(found, url=url)


def _effect(raw: RawDocument, settings: Settings) -> list[str]:
    """The lines that tell what the rules of the settings change in a document."""
    from archiver.pipeline import judge_document
    from archiver.report.safety import safe_line

    before = judge_document(raw, replace(settings, sites={}))
    after = judge_document(raw, settings)
    was_kept = {block.text: verdict.kept for block, verdict in zip(before.blocks, before.verdicts, strict=True)}
    lines = [f"  {name} = {safe_line(value)}   ({selector})" for name, selector, value in after.head.site]
    for block, verdict in zip(after.blocks, after.verdicts, strict=True):
        if verdict.kept != was_kept.get(block.text):
            shown = safe_line(block.text[:_SHOWN_CHARS])
            lines.append(f"  {'+' if verdict.kept else '-'} {verdict.label} ({verdict.by}) {shown}")
    return lines

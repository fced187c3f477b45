"""``archiver reclean``: the sources that an archive has kept into a new archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from archiver.cli.options import Assignments, EngineName, Json, Quiet, Scheduler, Workers, folder
from archiver.cli.running import Hands, carry_out, existing_of
from archiver.errors import UsageError

if TYPE_CHECKING:
    from archiver.settings import Settings

_DIGEST = "sha256:"


def reclean(
    archive: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of an archive that has kept its sources.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="NEW", parser=folder, help="Folder of the new archive.")],
    workers: Workers = None,
    engine: EngineName = "local",
    scheduler: Scheduler = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the archive once a new one is done.")] = False,
    settings_file: Annotated[
        Path | None, typer.Option("--settings", metavar="FILE", help="Settings; else those of the archive's last run.")
    ] = None,
    assignments: Assignments = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Clean again what an archive has kept, into a new one.

    Exit codes: 0 all archived, 1 some rejected or failed, 2 wrong usage, 3 could not go on, 130 interrupted.

    \b
    Example:
      archiver reclean articles/ --out again/ --set aggressiveness=0.7
    """
    from archiver.archive.forget import inherit_tombstones
    from archiver.archive.part import SOURCES
    from archiver.archive.reader import finished_manifest

    manifest = finished_manifest(archive)
    if not any(part.folder == SOURCES for part in manifest.parts):
        raise UsageError(f"{archive} has kept no sources; they are kept by clean --keep-source")
    settings = _settings(settings_file, assignments or [], manifest.runs[-1].settings)
    existing = existing_of(resume=resume, overwrite=overwrite)
    sources = [str(archive / SOURCES)]
    hands = Hands(workers, engine, scheduler)
    carry_out(sources, out, settings, hands, existing, quiet, json, lambda: inherit_tombstones(archive, out))


def _settings(file: Path | None, assignments: list[str], recorded: Any) -> Settings:
    """The settings of the file, or else those that the archive's last run was made with; assignments on top."""
    from archiver.settings import read_settings

    settings = read_settings(file, tuple(assignments), recorded)
    for name, value in (("schema", settings.schema), ("model", settings.model)):
        if value and value.startswith(_DIGEST):  # an archive does not say where files lay
            digest = value.removeprefix(_DIGEST)
            raise UsageError(
                f"the archive was made with a {name} of SHA-256 {digest}; name its file with --set {name}=FILE"
            )
    return settings

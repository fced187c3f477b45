"""``archiver schema`` and ``archiver settings``: print what a run goes by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from archiver.cli.options import Assignments, Json, SettingsFile, chosen_settings, from_environment, settings_file
from archiver.errors import UsageError


def schema(name: Annotated[str, typer.Argument(metavar="NAME", help="article, manifest, …")] = "article") -> None:
    """Print a JSON Schema of archiver.

    \b
    Example:
      archiver schema > article.schema.json
    """
    from archiver.resources import resource

    known = sorted(path.name.partition(".")[0] for path in resource("schemas").glob("*.schema.json"))
    if name not in known:
        raise UsageError(f"there is no schema {name}; known are {', '.join(known)}")
    typer.echo(resource("schemas", f"{name}.schema.json").read_text(encoding="utf-8"), nl=False)


def settings(
    file: SettingsFile = None,
    assignments: Assignments = None,
    explain: Annotated[bool, typer.Option("--explain", help="Say what each key means, and who has set it.")] = False,
    json: Json = False,
) -> None:
    """Print the settings in use, as an archiver.toml.

    \b
    Examples:
      archiver settings --explain
      archiver settings --set mode=page > archiver.toml
    """
    chosen = chosen_settings(file, assignments or [])
    if explain:
        typer.echo(_explained(file, assignments or []), nl=False)
    else:
        typer.echo(chosen.to_json() if json else chosen.to_toml(), nl=json)


def _explained(file: Path | None, assignments: Sequence[str]) -> str:
    from archiver.cli.settings_page import explained
    from archiver.settings import Settings, read_settings

    path, environment = settings_file(file), from_environment()
    layers = (
        ("nobody", Settings()),
        (str(path), read_settings(path)),
        ("the environment", read_settings(path, environment)),
        ("--set", read_settings(path, (*environment, *assignments))),
    )
    return explained(layers)

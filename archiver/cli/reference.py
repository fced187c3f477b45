"""``archiver schema`` and ``archiver settings``: print what a run goes by."""

from __future__ import annotations

from typing import Annotated

import typer

from archiver.cli.options import Assignments, Json, SettingsFile, chosen_settings
from archiver.errors import UsageError


def schema(name: Annotated[str, typer.Argument(metavar="NAME", help="article, manifest, …")] = "article") -> None:
    """Print a JSON Schema of archiver."""
    from archiver.resources import resource

    known = sorted(path.name.partition(".")[0] for path in resource("schemas").glob("*.schema.json"))
    if name not in known:
        raise UsageError(f"there is no schema {name}; known are {', '.join(known)}")
    typer.echo(resource("schemas", f"{name}.schema.json").read_text(encoding="utf-8"), nl=False)


def settings(settings_file: SettingsFile = None, assignments: Assignments = None, json: Json = False) -> None:
    """Print the settings in use, as an archiver.toml."""
    chosen = chosen_settings(settings_file, assignments or [])
    typer.echo(chosen.to_json() if json else chosen.to_toml(), nl=json)

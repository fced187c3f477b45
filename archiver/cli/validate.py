"""``archiver validate``: records against a JSON Schema, and rules beyond it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli.options import IMPERFECT, Quiet
from archiver.errors import UsageError

if TYPE_CHECKING:
    from archiver.record import Violation
    from archiver.validation import PathValidation

FORMATS = ("text", "json", "github", "junit", "sarif")


def validate(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Archives, Parquet, JSON Lines, or folders.")],
    schemas: Annotated[
        list[str] | None,
        typer.Option("--schema", metavar="[VERSION=]FILE", help="A JSON Schema; else that of archiver's records."),
    ] = None,
    checks: Annotated[
        str | None, typer.Option("--check", metavar="all|NAME,…", help="Rules beyond the schema; see docs.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text, json, github, junit or sarif.")
    ] = "text",
    max_errors: Annotated[
        int | None, typer.Option("--max-errors", min=1, metavar="N", help="End after so many violations.")
    ] = None,
    fail_on: Annotated[
        str, typer.Option("--fail-on", metavar="any|none|RULE,…", help="Which violations make the exit code 1.")
    ] = "any",
    quiet: Quiet = False,
) -> None:
    """Check records against a JSON Schema.

    The records may be of other tools, too. Exit codes: 0 valid, 1 violations, 2 wrong usage.

    \b
    Examples:
      archiver validate articles/ --check all
      archiver validate data/*.jsonl --schema mine.schema.json --format github
      archiver validate data/ --schema 1.0=old.json --schema 2.0=new.json
    """
    from archiver.report.annotations import rules_that_fail
    from archiver.validation import validate_paths

    if form not in FORMATS:
        raise UsageError(f"--format {form}: known are {', '.join(FORMATS)}")
    fails = rules_that_fail(fail_on)
    only_first = quiet and fail_on == "any"
    found = validate_paths(paths, _by_version(schemas or []), 1 if only_first else max_errors, checks=_names(checks))
    if quiet:
        for _ in found:
            pass
    else:
        _print(found, form, fails)
    if any(fails(_of_rule(rule)) for rule in found.by_rule):
        raise typer.Exit(IMPERFECT)


def _print(found: PathValidation, form: str, fails: object) -> None:
    from rich.console import Console

    from archiver.report import annotations
    from archiver.report.json import write_violations
    from archiver.report.terminal import print_violations

    if form == "text":
        print_violations(Console(), found)
    elif form == "json":
        write_violations(sys.stdout, found)
    else:
        getattr(annotations, f"write_{form}")(sys.stdout, found, fails)


def _of_rule(rule: str) -> Violation:
    from archiver.record import Violation

    return Violation("", None, "", rule, "", "")


def _by_version(schemas: Sequence[str]) -> dict[str, Path | None] | Path | None:
    """The schemas by version; a bare FILE is for all records that have no other."""
    found: dict[str, Path | None] = {}
    for schema in schemas:
        version, equals, file = schema.partition("=")
        version, file = (version, file) if equals and not Path(schema).is_file() else ("", schema)
        if version in found:
            raise UsageError(f"--schema {schema}: there are two for {version or 'all records'}")
        found[version] = Path(file)
    return found or None


def _names(checks: str | None) -> list[str]:
    from archiver.validation.checks import CHECKS

    names = [name.strip() for name in (checks or "").split(",") if name.strip()]
    unknown: Iterator[str] = (name for name in names if name not in (*CHECKS, "all"))
    for name in unknown:
        raise UsageError(f"--check {name}: known are all, {', '.join(CHECKS)}")
    return list(CHECKS) if "all" in names else names

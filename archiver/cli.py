"""The command line: arguments in, results on standard output, progress and messages on standard error.

Parse, call, print. What is heavy is imported by the command that needs it, so that ``archiver --help`` is there
at once. Exit codes: 0 done, 1 something is wrong with the data, 2 the call cannot be carried out as given, 3 the
run could not go on, 130 interrupted; after 3 and 130 a run can be resumed.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, cast

import typer

from archiver.errors import ArchiverError, UsageError
from archiver.settings import Settings, read_settings
from archiver.version import __version__

if TYPE_CHECKING:
    from archiver.archive.workplace import Existing
    from archiver.document import RawDocument
    from archiver.report.blocks import Explanation

IMPERFECT, UNUSABLE, STOPPED, INTERRUPTED = 1, 2, 3, 130

SETTINGS_FILE = "archiver.toml"
FORMATS = ("text", "json")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

SettingsFile = Annotated[
    Path | None, typer.Option("--settings", metavar="FILE", help=f"Settings; else the nearest {SETTINGS_FILE} upwards.")
]
Assignments = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="One setting; may be repeated.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def main() -> None:
    """Run the command line; what stops it becomes a line on standard error and an exit code."""
    for stream in (sys.stdout, sys.stderr):  # names of files may hold what the encoding of a terminal cannot
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        app(prog_name="archiver")
    except ArchiverError as error:
        _stop(str(error), UNUSABLE)
    except KeyboardInterrupt:
        _stop("interrupted", INTERRUPTED)
    except OSError as error:
        _stop(f"the output cannot be written: {error.strerror}", STOPPED)
    except Exception:
        traceback.print_exc()
        _stop("this is a bug in archiver; please report it with the lines above", STOPPED)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"archiver {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Clean scraped articles and archive them as validated Parquet."""


@app.command()
def clean(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT", help="Files, folders, globs; - is standard input.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder of the archive.")] = Path("out"),
    field: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="NAME=COLUMN", help="Which column of a row is which, as text=body."),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option("--mode", metavar="article|page", help="One article's body, or the main content of any page."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", "-w", min=1, metavar="N", help="Processes; else one a processor.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")] = False,
    append: Annotated[bool, typer.Option("--append", help="Add what the archive does not hold yet.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the archive once a new one is done.")] = False,
    settings_file: SettingsFile = None,
    assignments: Assignments = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Clean documents into an archive.

    Exit codes: 0 all archived, 1 some rejected or failed, 2 wrong usage, 3 could not go on, 130 interrupted.
    """
    from rich.console import Console

    from archiver.batch import run
    from archiver.report.json import write_summary
    from archiver.report.progress import show_progress
    from archiver.report.terminal import print_problems, print_summary

    existing = _existing(resume=resume, append=append, overwrite=overwrite)
    settings = _settings(settings_file, [*_shorthands(mode, field or []), *(assignments or [])])
    processes = workers or os.cpu_count() or 1
    try:
        with show_progress(Console(stderr=True), quiet) as on_progress:
            summary = run(inputs, out, settings, workers=processes, existing=existing, on_progress=on_progress)
    except UsageError:
        raise
    except ArchiverError as error:
        _stop(str(error), STOPPED)
    except KeyboardInterrupt:
        _stop("interrupted; what is finished is safe, go on with --resume", INTERRUPTED)
    if json:
        write_summary(sys.stdout, summary)
    elif not quiet:
        print_summary(Console(), summary)
    if not summary.run.complete:
        print_problems(Console(stderr=True), summary.out, quiet)
        raise typer.Exit(IMPERFECT)


@app.command()
def validate(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Archives, Parquet, JSON Lines, or folders.")],
    schema: Annotated[
        Path | None, typer.Option("--schema", metavar="FILE", help="A JSON Schema; else that of archiver's records.")
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="text|json", help="How violations are printed.")] = "text",
    max_errors: Annotated[
        int | None, typer.Option("--max-errors", min=1, metavar="N", help="End after so many violations.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Check records against a JSON Schema.

    The records may be of other tools, too. Exit codes: 0 valid, 1 violations, 2 wrong usage.
    """
    from rich.console import Console

    from archiver.report.json import write_violations
    from archiver.report.terminal import print_violations
    from archiver.validation import validate_paths

    if form not in FORMATS:
        raise UsageError(f"--format {form}: known are {', '.join(FORMATS)}")
    validation = validate_paths(paths, schema, max_errors=1 if quiet else max_errors)
    if quiet:
        next(validation, None)
    elif form == "json":
        write_violations(sys.stdout, validation)
    else:
        print_violations(Console(), validation)
    if validation.violations:
        raise typer.Exit(IMPERFECT)


@app.command()
def status(
    archive: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the archive.")] = Path("out"),
    json: Json = False,
) -> None:
    """Show what became of every input of an archive."""
    from rich.console import Console

    from archiver.archive.reader import finished_manifest
    from archiver.report.json import write_ledger
    from archiver.report.terminal import print_ledger

    ledger = finished_manifest(archive).ledger
    if json:
        write_ledger(sys.stdout, ledger)
    else:
        print_ledger(Console(), ledger)


@app.command()
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
    """
    from rich.console import Console

    from archiver.report.json import write_explanation
    from archiver.report.terminal import print_explanation

    look_up = _explain_archived if Path(source).is_dir() else _explain_file
    explanation = look_up(source, name, _settings(settings_file, assignments or []))
    if json:
        write_explanation(sys.stdout, explanation)
    else:
        print_explanation(Console(), explanation)


@app.command()
def schema(name: Annotated[str, typer.Argument(metavar="NAME", help="article, manifest, …")] = "article") -> None:
    """Print a JSON Schema of archiver."""
    from archiver.resources import resource

    known = sorted(path.name.partition(".")[0] for path in resource("schemas").glob("*.schema.json"))
    if name not in known:
        raise UsageError(f"there is no schema {name}; known are {', '.join(known)}")
    typer.echo(resource("schemas", f"{name}.schema.json").read_text(encoding="utf-8"), nl=False)


@app.command()
def settings(settings_file: SettingsFile = None, assignments: Assignments = None, json: Json = False) -> None:
    """Print the settings in use, as an archiver.toml."""
    chosen = _settings(settings_file, assignments or [])
    typer.echo(chosen.to_json() if json else chosen.to_toml(), nl=json)


def _explain_archived(archive: str, name: str | None, _: Settings) -> Explanation:
    from archiver.archive.reader import find_record
    from archiver.report.blocks import of_record

    if name is None:
        raise UsageError(f"{archive} is a folder: explain a file, or add the ID of a record of this archive")
    return of_record(find_record(archive, name))


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


def _existing(**options: bool) -> Existing:
    """What to do with an archive that is there: the one option that was given, or to refuse."""
    given = [name for name, chosen in options.items() if chosen]
    if len(given) > 1:
        raise UsageError(f"--{given[0]} and --{given[1]} exclude each other")
    return cast("Existing", given[0] if given else "refuse")


def _shorthands(mode: str | None, fields: Sequence[str]) -> Iterator[str]:
    """The options that stand for a setting, as assignments. Quoted, a column called 5 or true is a name."""
    if mode is not None:
        yield f"mode={dumps(mode, ensure_ascii=False)}"
    for field in fields:
        name, equals, column = field.partition("=")
        if not equals:
            raise UsageError(f"--field {field}: write NAME=COLUMN, as text=body")
        yield f"fields.{name}={dumps(column, ensure_ascii=False)}"


def _settings(file: Path | None, assignments: Sequence[str]) -> Settings:
    folders = (Path.cwd(), *Path.cwd().parents)
    nearest = next((path for folder in folders if (path := folder / SETTINGS_FILE).is_file()), None)
    return read_settings(file or nearest, tuple(assignments))


def _stop(message: str, code: int) -> NoReturn:
    from archiver.report.safety import safe_line

    typer.echo(f"archiver: {safe_line(message)}", err=True)
    sys.exit(code)

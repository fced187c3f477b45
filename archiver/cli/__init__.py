"""The command line: arguments in, results on standard output, progress and messages on standard error.

Parse, call, print: one module a verb. What is heavy is imported by the verb that needs it, so that
``archiver --help`` is there at once. Exit codes: 0 done, 1 something is wrong with the data, 2 the call cannot be
carried out as given, 3 the run could not go on, 130 interrupted; after 3 and 130 a run can be resumed.
"""

from __future__ import annotations

import sys
import traceback
from typing import Annotated, NoReturn

import typer

from archiver.cli.clean import clean
from archiver.cli.diff import diff
from archiver.cli.explain import explain
from archiver.cli.export import export
from archiver.cli.forget import forget
from archiver.cli.importing import import_
from archiver.cli.options import INTERRUPTED, STOPPED, UNUSABLE, stop
from archiver.cli.query import query
from archiver.cli.reclean import reclean
from archiver.cli.reference import schema, settings
from archiver.cli.show import show
from archiver.cli.sites import sites
from archiver.cli.status import status
from archiver.cli.surroundings import STANDARD_OUTPUT, surroundings
from archiver.cli.validate import validate
from archiver.cli.verify import verify
from archiver.errors import ArchiverError
from archiver.version import __version__

VERBS = (
    *(clean, import_, validate, verify, status, explain, show, query),
    *(forget, reclean, diff, export, schema, settings),
)

_UNFIT = (PermissionError, FileNotFoundError, FileExistsError, IsADirectoryError, NotADirectoryError)

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for verb in VERBS:
    app.command(verb.__name__.strip("_"))(verb)
app.add_typer(sites, name="sites")


def main() -> None:
    """Run the command line; what stops it becomes a line on standard error and an exit code."""
    with surroundings():
        try:
            try:
                app(prog_name="archiver")
            finally:
                sys.stdout.flush()
        except ArchiverError as error:
            stop(str(error), UNUSABLE)
        except KeyboardInterrupt:
            stop("interrupted", INTERRUPTED)
        except OSError as error:
            _stop_for_file(error)
        except Exception:
            traceback.print_exc()
            stop("this is a bug in archiver; please report it with the lines above", STOPPED)


def _stop_for_file(error: OSError) -> NoReturn:
    """End the program for a file: one that is not what the call needs, or a disk that is full or fails."""
    reason = error.strerror or str(error)
    if error.filename == STANDARD_OUTPUT:
        stop(f"{STANDARD_OUTPUT} cannot be written: {reason}", STOPPED)
    told = f"{error.filename}: {reason}" if error.filename else reason
    stop(told, UNUSABLE if isinstance(error, _UNFIT) else STOPPED)


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

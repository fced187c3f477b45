"""SQL over an archive, by DuckDB (extra ``archiver[query]``): a statement in, columns and rows out.

| table | rows |
| --- | --- |
| ``articles`` | the archived records |
| ``removed`` | the blocks that were removed from them, with `id`, `version_id`, `source_uri` and `index` |
| ``failures`` | what could not be read or cleaned: `source_uri`, `source_sha256`, stage, code, message |
| ``rejected`` | what was cleaned and could not be archived: the same, with the violations and the record |

Nothing but the archive is within reach: a statement can neither read nor write a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow.dataset as ds

from archiver.archive.columns import FAILURE_SCHEMA, REJECTED_SCHEMA
from archiver.archive.part import FAILURES, REJECTED
from archiver.archive.reader import finished_manifest, read_archive
from archiver.errors import UsageError

if TYPE_CHECKING:
    import duckdb

EXTRA = "pip install 'archiver[query]'"

_REMOVED = """
CREATE VIEW removed AS
SELECT id, version_id, source_uri, place AS "index", block.label AS label, block."by" AS "by", block.score AS score,
    block."text" AS "text"
FROM (
    SELECT id, version_id, source_uri, unnest(blocks) AS block, generate_subscripts(blocks, 1) - 1 AS place
    FROM articles
)
WHERE NOT block.kept
"""
_ROWS = 256

Value = TypeVar("Value")


class Answer(Iterator[tuple[Any, ...]]):
    """The rows of an answer, as they come; `columns` are their names."""

    def __init__(self, result: duckdb.DuckDBPyConnection) -> None:
        self.columns = tuple(item[0] for item in result.description or ())
        for name, count in Counter(self.columns).items():
            if count > 1:
                raise UsageError(f"{count} columns are called {name}: name them apart with AS")
        self._rows = _rows(result)

    def __next__(self) -> tuple[Any, ...]:
        return next(self._rows)


def query(archive: str | Path, sql: str) -> Answer:
    """The answer of a finished archive to a statement.

    Raises:
        UsageError: DuckDB is not installed, or refuses the statement; says why.
        ArchiveError: there is no finished archive.
    """
    try:
        import duckdb
    except ImportError as error:
        raise UsageError(f"SQL needs DuckDB: {EXTRA}") from error
    root = Path(archive)
    connection = duckdb.connect(":memory:", config={"enable_external_access": "false"})
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("articles", read_archive(root))
    connection.register("failures", _problems(root, FAILURES, FAILURE_SCHEMA))
    connection.register("rejected", _problems(root, REJECTED, REJECTED_SCHEMA))
    connection.execute(_REMOVED)
    connection.execute("SET lock_configuration = true")
    with _asked():
        statements = connection.extract_statements(sql)
        if len(statements) != 1:
            raise UsageError(f"there are {len(statements)} statements; one is asked at a time")
        return Answer(_interruptible(connection, lambda: connection.execute(sql)))


def _problems(root: Path, folder: str, schema: Any) -> ds.Dataset:
    parts = [(root / part.path).absolute().as_posix() for part in finished_manifest(root).parts]
    chosen = [part for part in parts if Path(part).parent.name == folder]
    return ds.dataset(chosen, schema=schema, format="parquet") if chosen else ds.dataset(schema.empty_table())


def _rows(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    with _asked():
        while rows := _interruptible(result, lambda: result.fetchmany(_ROWS)):
            yield from rows


def _interruptible(connection: duckdb.DuckDBPyConnection, ask: Callable[[], Value]) -> Value:
    """What DuckDB says, asked in a thread: while it works, Ctrl-C and SIGTERM are heard by the main thread alone."""
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask)
        try:
            return asked.result()
        except BaseException:
            connection.interrupt()
            raise


@contextmanager
def _asked() -> Iterator[None]:
    """What DuckDB refuses becomes a `UsageError`, with the first line of what it says."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        raise UsageError(f"the statement cannot be carried out: {str(error).splitlines()[0]}") from error

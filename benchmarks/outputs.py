"""Run a system over cases in two processes, and remember what peers gave.

Enter: a system and cases. Leaves: one `Output` a case, in order. Peers are slow and do not change, so their
outputs are kept outside the project, in ``ARCHIVER_BENCH_CACHE`` or the folder for temporary files, by
version, adapter and digest of the document. Our own are computed every time.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import TimeoutError as DeadlineError
from functools import partial
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from benchmarks.datasets import Case
from benchmarks.folds import FOLDS, fold_of
from benchmarks.systems import SYSTEMS, Output, Peer

VARIABLE = "ARCHIVER_BENCH_CACHE"
WORKERS = 2
BATCH = 50
"""Documents of ours a task: batches are how archiver runs, and two workers still end at the same time."""
DEADLINE_PER_DOCUMENT = 60.0
"""Seconds. The slowest peer takes about 10 on its slowest page; what takes longer hangs."""


def outputs(system: str, cases: Sequence[Case], models: Path | None = None) -> list[Output]:
    """What the named system gives for each case, in order.

    With a folder of `models`, one a fold, ours cleans each case with the model that has not seen its domain.
    """
    chosen = SYSTEMS[system]
    if not isinstance(chosen, Peer):
        return _out_of_fold(system, cases, models) if models else list(_computed(system, cases, BATCH))
    with Cache() as cache:
        keys = [f"{chosen.identity()} {case.url} {case.digest()}" for case in cases]
        known = {key: output for key in keys if (output := cache.get(key))}
        todo = [(key, case) for key, case in zip(keys, cases, strict=True) if key not in known]
        computed = _computed(system, [case for _, case in todo], 1)
        for (key, _), output in zip(todo, computed, strict=True):
            known[key] = output
            cache.put(key, output)
    return [known[key] for key in keys]


def _out_of_fold(system: str, cases: Sequence[Case], models: Path) -> list[Output]:
    made: dict[int, Iterator[Output]] = {}
    folds = [fold_of(case.domain, FOLDS) for case in cases]
    for fold in sorted(set(folds)):
        of_fold = [case for case, its in zip(cases, folds, strict=True) if its == fold]
        made[fold] = iter(list(_computed(system, of_fold, BATCH, models / f"fold-{fold}.npz")))
    return [next(made[fold]) for fold in folds]


def _computed(system: str, cases: Sequence[Case], batch: int, model: Path | None = None) -> Iterator[Output]:
    """Outputs as they come. A worker that dies or hangs costs its batch, nothing else."""
    batches = [cases[start : start + batch] for start in range(0, len(cases), batch)]
    if not batches:
        return
    done = 0
    with ProcessPool(max_workers=WORKERS) as pool:
        run = partial(_run, system, model)
        future = pool.map(run, batches, timeout=DEADLINE_PER_DOCUMENT * batch, chunksize=1)
        results = future.result()
        for cases_of_batch in batches:
            try:
                yield from next(results)
            except (ProcessExpired, DeadlineError) as error:
                yield from [Output("", f"{type(error).__name__}: {error}")] * len(cases_of_batch)
            done += len(cases_of_batch)
            _show_progress(system, done, len(cases))


def _run(system: str, model: Path | None, cases: Sequence[Case]) -> list[Output]:
    documents = [case.document() for case in cases]
    chosen = SYSTEMS[system]
    return chosen.run(documents) if isinstance(chosen, Peer) else chosen.run(documents, model)


def _show_progress(system: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{system} {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


class Cache:
    """Outputs by key, in one SQLite file that several runs may share."""

    def __init__(self) -> None:
        folder = Path(os.environ.get(VARIABLE) or Path(tempfile.gettempdir()) / "archiver-bench")
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(folder / "peers.sqlite", timeout=60, isolation_level=None)
        self._connection.execute("CREATE TABLE IF NOT EXISTS outputs (key TEXT PRIMARY KEY, text TEXT, error TEXT)")

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, key: str) -> Output | None:
        row = self._connection.execute("SELECT text, error FROM outputs WHERE key = ?", (key,)).fetchone()
        return Output(*row) if row else None

    def put(self, key: str, output: Output) -> None:
        text = output.text.encode("utf-8", "replace").decode()  # SQLite refuses lone surrogates
        self._connection.execute("INSERT OR REPLACE INTO outputs VALUES (?, ?, ?)", (key, text, output.error))

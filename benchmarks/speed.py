"""CPU time of ours beside its peers: our whole `clean` against their bare extraction, paired in one run.

    python benchmarks/speed.py --sets wcxb,multilingual --sample 200 --rounds 5

Every round takes every system over the same batches of pages, in turns that rotate, on one thread. Trust the
ratios more than the times. Exit codes: 0 done, 2 usage or no data.
"""

from __future__ import annotations

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")  # before NumPy is imported

import argparse
import gc
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from time import process_time

if not __package__:  # run as a file: the project's root takes the place of benchmarks/ in the search path
    sys.path[:1] = [str(Path(__file__).resolve().parents[1])]

from archiver import clean_many, write_archive
from archiver.document import RawDocument
from benchmarks import datasets
from benchmarks.datasets import Case, DataAbsentError, data_folder
from benchmarks.options import name_list
from benchmarks.systems import PEERS, SYSTEMS
from benchmarks.tables import markdown

Run = Callable[[Sequence[RawDocument]], object]
Times = Mapping[str, Sequence[float]]

RECORD, PARQUET = "ours: record", "ours: parquet"
SETS = ("wcxb", "multilingual", "dirty")
DEFAULT_PEERS = ("resiliparse", "trafilatura", "turbohtml", "readability")
BATCH = 100
"""Documents a turn: long enough to time, and one shard's worth for the archive."""
WARM_UP = 5


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        folder = data_folder()
    except DataAbsentError as error:
        print(error, file=sys.stderr)
        return 2
    for name in options.sets:
        for title, cases, peers in _loads(name, folder, options.systems):
            documents = [case.document() for case in datasets.sample(cases, options.sample)]
            times = measure(_contestants(peers), documents, options.rounds)
            print(f"\n{title}: {len(documents)} documents, {options.rounds} rounds\n")
            print(markdown(_figures(times, documents)), flush=True)
    return 0


def measure(contestants: Mapping[str, Run], documents: Sequence[RawDocument], rounds: int) -> Times:
    """CPU seconds by contestant, one value a round, each over all documents."""
    batches = [documents[start : start + BATCH] for start in range(0, len(documents), BATCH)]
    for run in contestants.values():
        run(documents[:WARM_UP])  # imports and tables are paid for before the clock runs, by all alike
    gc.collect()
    gc.freeze()
    times = {name: [0.0] * rounds for name in contestants}
    for turn in range(rounds):
        for number, batch in enumerate(batches):
            for name in _rotated(list(contestants), turn + number):
                times[name][turn] += _cpu_seconds(contestants[name], batch)
    gc.unfreeze()
    return times


def _cpu_seconds(run: Run, documents: Sequence[RawDocument]) -> float:
    gc.collect()  # nobody pays for what the one before left behind
    started = process_time()
    run(documents)
    return process_time() - started


def _rotated(names: list[str], by: int) -> list[str]:
    start = by % len(names)
    return names[start:] + names[:start]


def _contestants(peers: Sequence[str]) -> dict[str, Run]:
    """Ours as records and as a Parquet archive, then the peers that are installed."""
    contestants: dict[str, Run] = {RECORD: _to_records, PARQUET: _to_parquet}
    for name in peers:
        if SYSTEMS[name].is_installed():
            contestants[name] = SYSTEMS[name].run
        else:
            print(f"{name} is not installed and left out", file=sys.stderr)
    return contestants


def _to_records(documents: Sequence[RawDocument]) -> object:
    return list(clean_many(documents))


def _to_parquet(documents: Sequence[RawDocument]) -> object:
    with tempfile.TemporaryDirectory() as folder:
        return write_archive(clean_many(documents), Path(folder) / "archive")


def _loads(name: str, folder: Path, peers: Sequence[str]) -> Iterator[tuple[str, list[Case], Sequence[str]]]:
    """Title, cases and peers of each load of a set. Texts have no peer: what they can do takes pages."""
    if name == "dirty":
        for form in datasets.DIRTY_FORMS:
            yield f"dirty-text-dev, {form}", datasets.dirty(folder, form), ()
    else:
        yield f"{name}-dev", {"wcxb": datasets.wcxb, "multilingual": datasets.multilingual}[name](folder), peers


def _figures(times: Times, documents: Sequence[RawDocument]) -> dict[str, dict[str, float]]:
    """Time and throughput of each contestant; of each of ours its ratio to each peer, median and range."""
    megabytes = sum(len(document.payload) for document in documents) / 1e6
    figures: dict[str, dict[str, float]] = {}
    for name, seconds in times.items():
        figures[name] = {
            "ms a document": 1000 * median(seconds) / len(documents),
            "documents/s": len(documents) / median(seconds),
            "MB/s": megabytes / median(seconds),
        }
        if name in (RECORD, PARQUET):
            continue
        for ours in (RECORD, PARQUET):
            ratios = [mine / theirs for mine, theirs in zip(times[ours], seconds, strict=True)]
            kind = ours.removeprefix("ours: ")
            figures[name] |= {f"{kind} / it": median(ratios), f"{kind} min": min(ratios), f"{kind} max": max(ratios)}
    return figures


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="CPU time of archiver beside its peers, paired in one run.")
    parser.add_argument("--sets", type=name_list(SETS), default=SETS, help=f"any of {','.join(SETS)}")
    known = [peer.name for peer in PEERS]
    parser.add_argument("--systems", type=name_list(known), default=DEFAULT_PEERS, help=f"any of {','.join(known)}")
    parser.add_argument("--sample", type=int, default=200, help="documents a set, always the same ones")
    parser.add_argument("--rounds", type=int, default=5)
    return parser


if __name__ == "__main__":
    sys.exit(main())

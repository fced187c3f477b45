"""What grows with the input: time and memory of a run's driver, and of a document in a large run.

    python benchmarks/scale.py shards --counts 1000,10000,100000     empty work: planner, driver, receipts, manifest
    python benchmarks/scale.py documents --counts 1000,100000        small texts, cleaned for real
    python benchmarks/scale.py workers --documents 4000              one worker and two, in turns
    python benchmarks/scale.py engines --documents 5000              the same bytes from every engine, workers killed

Every run has a fresh process, the driver, whose largest memory is told. Times are those of the clock and of the
processor, all processes together. Exit codes: 0 done, 1 archives differ, 2 usage.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

if not __package__:  # run as a file: the project's root takes the place of benchmarks/ in the search path
    sys.path[:1] = [str(Path(__file__).resolve().parents[1])]

from archiver.archive.manifest import read_manifest
from archiver.archive.shards import plan_shards
from archiver.batch import Progress, run
from archiver.document import Document, Normalizer, Proposal, RawDocument
from archiver.guard import Guard
from archiver.normalizers import DEFAULT_NORMALIZERS
from archiver.record import Failure, Result, Skip
from archiver.settings import Settings
from archiver.sources import find_inputs
from benchmarks.tables import markdown

ROOT = str(Path(__file__).resolve().parents[1])
START_UP = 64
"""Documents of the run whose cost is that of starting up."""
KILL_ONE_IN = 1500
"""Documents for each that kills the process which cleans it, once, where engines are compared."""
ENGINES = {
    "this process": {},
    "1 worker": {"workers": 1},
    "2 workers": {"workers": 2},
    "dask": {"engine": "dask", "workers": 2},
    "spark": {"engine": "spark", "workers": 2},
}


@dataclass(frozen=True)
class Figures:
    """What a run took: seconds by the clock until the last shard and until its end, of the processor, and megabytes."""

    shards: int
    working: float
    seconds: float
    processor: float
    megabytes: float


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    os.environ["PYTHONPATH"] = os.pathsep.join([ROOT, os.environ.get("PYTHONPATH", "")])  # where workers find this file
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        print(f"load of the machine {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors", file=sys.stderr)
        measure: Callable[[argparse.Namespace, Path], int] = options.measure
        return measure(options, Path(folder))


def shards(options: argparse.Namespace, folder: Path) -> int:
    """Planner, driver and manifest with as many shards as asked for, in which nothing is done."""
    rows = {}
    for count in options.counts:
        source = _rows(folder / f"{count}.jsonl", count, lambda number: f"{number}")
        planned = _apart(_plan, source)
        out = folder / f"{count}"
        figures = _apart(_run, source, out, {"workers": 2, "shard_bytes": 1, "clean": skip_all})
        reading = _apart(_read_manifest, out)
        rows[f"{figures.shards:,}"] = {
            "plan s": planned.seconds,
            "plan MB": planned.megabytes,
            "work s": figures.working,
            "ms a shard": 1000 * figures.working / count,
            "finish s": figures.seconds - figures.working,
            "driver MB": figures.megabytes,
            "manifest MB": (out / "manifest.json").stat().st_size / 1e6,
            "read it s": reading.seconds,
            "read it MB": reading.megabytes,
        }
        print(markdown({f"{figures.shards:,}": rows[f"{figures.shards:,}"]}), flush=True)
    print(markdown(rows))
    return 0


def documents(options: argparse.Namespace, folder: Path) -> int:
    """Small texts: what one costs beyond the start-up, and the driver's memory."""
    base = _apart(_run, _stories(folder, START_UP), folder / "start", {"workers": 1})
    rows = {}
    for count in options.counts:
        figures = _apart(_run, _stories(folder, count), folder / f"{count}", {"workers": 1})
        rows[f"{count:,}"] = {
            "shards": figures.shards,
            "CPU ms a document": 1000 * (figures.processor - base.processor) / (count - START_UP),
            "driver MB": figures.megabytes,
        }
    print(markdown(rows))
    return 0


def workers(options: argparse.Namespace, folder: Path) -> int:
    """Documents a second of one worker and of two, beyond the start-up, in turns."""
    source = _stories(folder, options.documents)
    seconds: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(options.rounds):
        for number in (1, 2) if turn % 2 else (2, 1):
            wanted = {"workers": number, "shard_bytes": source.stat().st_size // 16}
            seconds[number].append(_apart(_run, source, folder / f"{turn}-{number}", wanted).working)
    ratios = [one / two for one, two in zip(seconds[1], seconds[2], strict=True)]
    figures = {f"{number}": {"documents/s": options.documents / median(taken)} for number, taken in seconds.items()}
    print(markdown(figures), f"\n2 workers / 1: {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")
    return 0


def engines(options: argparse.Namespace, folder: Path) -> int:
    """The archives of every engine, each from the same files in another order on the disk, byte by byte."""
    chance = random.Random(8)
    found: dict[str, dict[str, bytes]] = {}
    for name in options.engines:
        place = folder / name.replace(" ", "-")
        flags = place / "flags"
        flags.mkdir(parents=True)
        if name == "this process":  # it cannot outlive its own death
            for number in range(0, options.documents, KILL_ONE_IN):
                (flags / f"{number}").touch()
        source = _shuffled(place / "in", options.documents, chance)
        wanted = {**ENGINES[name], "shard_bytes": 100_000, "normalizers": (*DEFAULT_NORMALIZERS, die_once)}
        os.environ["FLAGS"] = str(flags)
        figures = _apart(_run, source, place / "out", wanted)
        killed = len(list(flags.iterdir()))
        found[name] = _content(place / "out")
        same = found[name] == next(iter(found.values()))
        died = "" if name == "this process" else f", {killed} workers killed"
        print(
            f"{name}: {figures.shards} shards, {figures.seconds:.0f} s{died}: {'same' if same else 'OTHER'}", flush=True
        )
        if not same:
            return 1
    return 0


def skip_all(
    items: Iterable[RawDocument | Failure | Skip], _: Settings, __: Sequence[Normalizer], ___: Guard, /
) -> Iterator[Result]:
    """Stands in the place of the pipeline: nothing is done with a document."""
    for item in items:
        yield Skip(item.source_uri, "nothing to do")


def die_once(document: Document) -> Iterator[Proposal]:
    """A rule that kills the process it runs in, once for each of some documents; in a cluster the first host, too."""
    number = document.source.given.get("title")
    flag = Path(os.environ["FLAGS"]) / f"{number}"
    if isinstance(number, str) and int(number) % KILL_ONE_IN == 0 and not flag.exists():
        flag.touch()
        if number == "0" and flag.parts[-3] in ("dask", "spark"):
            os.kill(os.getppid(), 9)
        os.kill(os.getpid(), 9)
    yield from ()


def _stories(folder: Path, count: int) -> Path:
    return _rows(folder / f"stories-{count}.jsonl", count, _story)


def _story(number: int) -> str:
    chance = random.Random(number)
    words = "lamp quay ferry keeper tower gull harbour winter letter evening captain market bread river".split()
    said = (" ".join(["The", *chance.choices(words, k=9), "stood", "there."]) for _ in range(4))
    return f"{' '.join(said)}\n\nAnd that was all there was to say of day {number}.\n\nShare this article"


def _rows(path: Path, count: int, text: Callable[[int], str], first: int = 0) -> Path:
    with path.open("w", encoding="utf-8") as file:
        for number in range(first, first + count):
            file.write(json.dumps({"text": text(number), "title": f"{number}"}) + "\n")
    return path


def _shuffled(folder: Path, count: int, chance: random.Random) -> Path:
    """A folder of files of 100 rows each, which came to the disk in some order."""
    folder.mkdir()
    starts = list(range(0, count, 100))
    chance.shuffle(starts)
    for start in starts:
        _rows(folder / f"{start:06}.jsonl", min(100, count - start), _story, start)
    return folder


def _content(out: Path) -> dict[str, bytes]:
    files = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name != "run.json"}


def _apart(task: Callable[..., Any], *arguments: Any) -> Figures:
    """The figures of a task in a process of its own."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(theirs, task, arguments))
    process.start()
    theirs.close()
    try:
        figures: Figures = mine.recv()
    except EOFError:
        sys.exit("the run has failed")
    process.join()
    return figures


def _measured(results: Any, task: Callable[..., tuple[int, float]], arguments: Sequence[Any]) -> None:
    begun = time.monotonic()
    count, working = task(*arguments)
    seconds = time.monotonic() - begun
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor = sum(usage.ru_utime + usage.ru_stime for usage in spent)
    results.send(Figures(count, working, seconds, processor, spent[0].ru_maxrss / 1024))


def _plan(source: Path) -> tuple[int, float]:
    files, skips = find_inputs([source])
    return sum(1 for _ in plan_shards(files, skips, source.parent, Settings(), 1)), 0.0


def _run(source: Path, out: Path, options: dict[str, Any]) -> tuple[int, float]:
    """The number of shards, and seconds from the first that was done to the last."""
    moments: list[float] = []

    def note(_: Progress) -> None:
        moments[1:] = [time.monotonic()]

    moments.append(time.monotonic())
    summary = run([source], out, on_progress=note, **options)
    return summary.shards, moments[-1] - moments[0]


def _read_manifest(out: Path) -> tuple[int, float]:
    return len(read_manifest(out).shards), 0.0


def _numbers(argument: str) -> list[int]:
    return [int(number) for number in argument.split(",")]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="What grows with the input, and what does not.")
    parser.add_argument("--folder", type=Path, help="where to write; else the folder for temporary files")
    verbs = parser.add_subparsers(required=True)
    for measure, counts in ((shards, [1_000, 10_000, 100_000]), (documents, [1_000, 10_000, 100_000])):
        verb = verbs.add_parser(measure.__name__, help=measure.__doc__)
        verb.add_argument("--counts", type=_numbers, default=counts)
        verb.set_defaults(measure=measure)
    verb = verbs.add_parser("workers", help=workers.__doc__)
    verb.add_argument("--documents", type=int, default=4_000)
    verb.add_argument("--rounds", type=int, default=3)
    verb.set_defaults(measure=workers)
    verb = verbs.add_parser("engines", help=engines.__doc__)
    verb.add_argument("--documents", type=int, default=5_000)
    verb.add_argument("--engines", type=lambda names: names.split(","), default=list(ENGINES))
    verb.set_defaults(measure=engines)
    return parser


if __name__ == "__main__":
    from benchmarks.scale import main as imported  # so that what workers are sent has a module that they can import

    sys.exit(imported())

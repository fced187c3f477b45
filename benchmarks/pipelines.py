"""A whole run beside another tool's: JSON Lines of pages in, Parquet out, each in a fresh process, in turns.

    python benchmarks/pipelines.py --documents 400 --rounds 3

datatrove's pipeline is reader, Trafilatura, Parquet writer, as its documentation has it, in one task of one worker,
without a time limit a page. Ours is `archiver clean` in its own process (``--workers 1``), with everything on:
metadata, validation, checksums. The clock of a process includes its start. Exit codes: 0 done, 2 usage or no data.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

if not __package__:  # run as a file: the project's root takes the place of benchmarks/ in the search path
    sys.path[:1] = [str(Path(__file__).resolve().parents[1])]

from benchmarks import datasets
from benchmarks.datasets import DataAbsentError, data_folder
from benchmarks.tables import markdown

OURS = """
import sys
from archiver.cli import main
sys.argv[1:] = ["clean", sys.argv[1], "--out", sys.argv[2], "--workers", "1", "--quiet"]
main()
"""
DATATROVE = """
import sys
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import ParquetWriter

if __name__ == "__main__":
    folder, out = sys.argv[1].rpartition("/")[0], sys.argv[2]
    steps = [
        JsonlReader(folder, glob_pattern="*.jsonl", text_key="html"),
        Trafilatura(favour_precision=False, timeout=60),
        ParquetWriter(out, compression="zstd"),
    ]
    LocalPipelineExecutor(steps, tasks=1, workers=1, logging_dir=f"{out}/logs").run()
"""
PROGRAMS = {"archiver": OURS, "datatrove": DATATROVE}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--documents", type=int, default=400, help="pages of wcxb-dev")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(arguments)
    if find_spec("datatrove") is None:
        print("datatrove is not installed: pip install 'datatrove[io,processing]'", file=sys.stderr)
        return 2
    try:
        cases = datasets.sample(datasets.wcxb(data_folder()), options.documents)
    except DataAbsentError as error:
        print(error, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "in" / "pages.jsonl"
        source.parent.mkdir()
        with source.open("w", encoding="utf-8") as file:
            for case in cases:
                stored = case.stored if isinstance(case.stored, bytes) else Path(case.stored).read_bytes()
                page = gzip.decompress(stored).decode("utf-8", "replace")
                file.write(json.dumps({"id": case.id, "html": page, "url": case.url}) + "\n")
        times = _measured(source, Path(folder), options.rounds)
    rows = {
        name: {
            "pages/s": len(cases) / median(wall for wall, _ in took),
            "ms of CPU a page": 1000 * median(processor for _, processor in took) / len(cases),
        }
        for name, took in times.items()
    }
    ratios = [one / other for (one, _), (other, _) in zip(times["datatrove"], times["archiver"], strict=True)]
    print(markdown(rows))
    print(f"\n{len(cases)} pages: archiver takes 1/{median(ratios):.2f} of datatrove's time by the clock")
    return 0


def _measured(source: Path, folder: Path, rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Seconds by the clock and of the processor for each program and round."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in PROGRAMS}
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    for name, program in PROGRAMS.items():
        (folder / f"run_{name}.py").write_text(program, encoding="utf-8")
    for number in range(rounds):
        for name in list(PROGRAMS)[:: 1 if number % 2 else -1]:
            command = [sys.executable, str(folder / f"run_{name}.py"), str(source), str(folder / f"{name}{number}")]
            wall, before = time.perf_counter(), getrusage(RUSAGE_CHILDREN)
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            after = getrusage(RUSAGE_CHILDREN)
            if done.returncode > (name == "archiver"):  # 1: a page without an article is rejected
                raise SystemExit(f"{name} failed:\n{done.stderr[-2000:]}")
            if not list((folder / f"{name}{number}").rglob("*.parquet")):
                raise SystemExit(f"{name} wrote nothing:\n{done.stderr[-2000:]}")
            processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            times[name].append((time.perf_counter() - wall, processor))
    return times


if __name__ == "__main__":
    sys.exit(main())

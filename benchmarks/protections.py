"""What the protections of an archive cost: checksums, fsync and reading back, on against off, paired.

    python benchmarks/protections.py [PAIRS] [ROWS]

There is no setting to turn them off: an archive without them is none. Here they are taken out of the program, in a
process of its own, and the same rows are archived with and without them in turn. Printed are the times and the median
of the ratios of each pair: of all the time that a run took, and of that of the processor.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

SEEDS = Path(__file__).parents[1] / "seeds"
PAIRS, ROWS = 7, 400


def write_rows(path: Path, rows: int) -> None:
    """`rows` pages, made of the seeds in turn, each with a number so that no two are the same."""
    pages = [page.read_text(encoding="utf-8", errors="replace") for page in sorted(SEEDS.glob("*.html"))]
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            page = pages[number % len(pages)].replace("</p>", f" {number}.</p>", 1)
            file.write(json.dumps({"html": page, "url": f"https://a.example/{number}"}) + "\n")


def measure(source: Path, out: Path, protected: bool) -> tuple[float, float]:
    """Seconds of a run, and those of its processor."""
    from archiver.archive import part
    from archiver.batch import run

    if not protected:
        _unprotect(part)
    run([source.parent / "warm.jsonl"], out.with_name(f"{out.name}.warm"))
    wall, processor = time.perf_counter(), time.process_time()
    run([source], out)
    return time.perf_counter() - wall, time.process_time() - processor


def _unprotect(part: object) -> None:
    os.fsync = lambda _: None
    digests: list[str] = []

    class PlainFile(part._HashedFile):  # type: ignore[name-defined,misc]
        def write(self, data: bytes, /) -> int:
            return super(part._HashedFile, self).write(data)  # type: ignore[attr-defined]

        def close(self) -> None:
            digests.append(self.digest.hexdigest())
            super().close()

    part._HashedFile = PlainFile  # type: ignore[attr-defined]
    part.sha256_of = lambda _: digests[-1]  # type: ignore[attr-defined]
    part._read_back = lambda *_: None  # type: ignore[attr-defined]
    part._PARQUET["write_page_checksum"] = False  # type: ignore[attr-defined]


def main(pairs: int, rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "rows.jsonl"
        write_rows(source, rows)
        write_rows(source.with_name("warm.jsonl"), 20)
        wall, processor = [], []
        for number in range(pairs):
            times = {}
            for protected in ((True, False), (False, True))[number % 2]:
                with multiprocessing.get_context("spawn").Pool(1) as pool:
                    out = Path(folder) / f"out{number}{protected}"
                    times[protected] = pool.apply(measure, (source, out, protected))
            wall.append(times[False][0] / times[True][0])
            processor.append(times[False][1] / times[True][1])
            print(f"with {times[True][0]:.2f} s, without {times[False][0]:.2f} s", flush=True)
    shares = f"{statistics.median(wall):.1%} of that without, {statistics.median(processor):.1%} by processor"
    print(f"throughput with protections: {shares}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]), *(PAIRS, ROWS)[len(sys.argv[1:3]) :])

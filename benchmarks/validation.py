"""How many valid records a second `archiver validate` checks on one core: those of `seeds/`, in both forms."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path

from archiver.archive import read_archive, write_archive
from archiver.archive.columns import to_records
from archiver.batch import run
from archiver.exports import export_archive
from archiver.validation import validate_paths

ROOT = Path(__file__).parents[1]
COPIES = 100
TRIES = 5


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run([ROOT / "seeds"], folder / "seeds")
        records = list(to_records(read_archive(folder / "seeds").to_table()))
        copies = (replace(record, version_id=f"{number:032x}") for number, record in enumerate(records * COPIES))
        write_archive(copies, folder / "many")
        for form in ("jsonl", "parquet"):
            export_archive(folder / "many", form, folder / f"many.{form}")
            print(form, rate(folder / f"many.{form}"))


def rate(path: Path) -> str:
    best, count = float("inf"), 0
    for _ in range(TRIES):
        started = time.process_time()
        found = validate_paths([path])
        assert list(found) == []
        best, count = min(best, time.process_time() - started), found.records
    size = path.stat().st_size / count
    return f"{count / best:,.0f} records a second of {size:,.0f} bytes each, the best of {TRIES} runs"


if __name__ == "__main__":
    main()

"""A program for tests/faults/test_archive_writers.py: waits for a file to appear, then archives like everyone else.

one_writer.py SIGNAL INPUT OUT EXISTING     prints how it ended: ``wrote``, or the refusal
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from archiver.batch import run
from archiver.errors import UsageError
from tests.archive.samples import KEEPING, SHARD_BYTES


def write(signal: Path, source: str, out: str, existing: Any) -> str:
    while not signal.exists():
        time.sleep(0.001)
    try:
        run([source], out, KEEPING, shard_bytes=SHARD_BYTES, existing=existing)
    except UsageError as error:
        return str(error)
    return "wrote"


if __name__ == "__main__":
    print("ready", flush=True)
    print(write(Path(sys.argv[1]), *sys.argv[2:]), flush=True)

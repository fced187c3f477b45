"""A program for the fault tests: the real run, with a rule that does what a document asks of it.

    faulty_documents.py INPUT OUT EXISTING WORKERS SHARD_BYTES SETTING=VALUE…    prints the ledger as JSON

A block of text ``fault: segfault``, ``abort``, ``exit``, ``loop`` (in Python), ``spin`` (in C), ``sleep`` or
``memory`` makes the document do that to the process which cleans it; ``wait FIFO`` waits for the end of a pipe;
``orphan FLAG`` kills the host of that process, once: where the file FLAG is there already, nothing happens.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from archiver.batch import run
from archiver.document import Document, Proposal
from archiver.normalizers import DEFAULT_NORMALIZERS
from archiver.settings import read_settings

_SIGN = "fault: "


def misbehave(document: Document) -> Iterator[Proposal]:
    """A rule that proposes nothing."""
    for block in document.blocks:
        if block.text.startswith(_SIGN):
            word, _, rest = block.text.removeprefix(_SIGN).partition(" ")
            _fault(word, rest)
    yield from ()


def _fault(word: str, rest: str) -> None:
    match word:
        case "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "abort":
            os.abort()
        case "exit":
            os._exit(3)
        case "loop":
            while True:
                time.process_time()
        case "spin":  # one call that takes minutes and never looks at a signal
            unicodedata.normalize("NFC", "e" + "\u0301\u0316" * 2_000_000)
        case "sleep":
            time.sleep(10_000)
        case "memory":
            print(len(bytearray(1 << 40)))
        case "wait":
            Path(rest).read_bytes()
        case _:
            _orphan(Path(rest))


def _orphan(flag: Path) -> None:
    if not flag.exists():
        flag.touch()
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)


def main(source: str, out: str, existing: str, workers: str, shard_bytes: str, *assignments: str) -> None:
    summary = run(
        [source],
        out,
        read_settings(None, assignments),
        (*DEFAULT_NORMALIZERS, misbehave),
        workers=int(workers) or None,
        existing=existing,  # type: ignore[arg-type]
        shard_bytes=int(shard_bytes),
    )
    print(json.dumps(summary.run.to_json()))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A program for tests/test_batch.py: runs with a small cleaning function of its own, and faults on request.

    faulty_runs.py run INPUT OUT EXISTING WORKERS      one run, with 400 bytes a shard; prints the ledger
    faulty_runs.py full INPUT OUT EXISTING -           the same here, on a disk that takes no file above 3,000 bytes
    faulty_runs.py steps INPUT OUT EXISTING PREPARED   for every step towards the disk, or every STRIDEth: a copy of
                                                       PREPARED, a run that is killed before that step, a run that
                                                       resumes; prints the first step that no run came to

A line of input says what becomes of it: ``reject …``, ``fail …``, ``skip …``, else a record of the line. A line
``crash FLAG`` kills its process if the file FLAG is not there yet (without FLAG always); ``wait FIFO`` opens FIFO
and waits for its end.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from archiver.archive.columns import ARTICLE_SCHEMA
from archiver.batch import run
from archiver.document import Normalizer, RawDocument
from archiver.guard import Guard
from archiver.record import SCHEMA_VERSION, Failure, Record, RecordBlock, Rejection, Result, Skip
from archiver.settings import Settings

SHARD_BYTES = 400


def clean(
    items: Iterable[RawDocument | Failure | Skip], settings: Settings, normalizers: Sequence[Normalizer], guard: Guard
) -> Iterator[Result]:
    for item in items:
        yield guard(item, partial(clean_line, item, settings)) if isinstance(item, RawDocument) else item


def clean_line(raw: RawDocument, settings: Settings) -> Result:
    text = raw.payload.decode().strip()
    digest = hashlib.sha256(raw.payload).hexdigest()
    word, _, rest = text.partition(" ")
    match word:
        case "reject":
            return Rejection(raw.source_uri, digest, "clean", "empty", rest, (), "{}")
        case "fail":
            return Failure(raw.source_uri, digest, "decode", "undecodable", rest)
        case "skip":
            return Skip(raw.source_uri, rest)
        case "crash" if not (rest and Path(rest).exists()):
            if rest:
                Path(rest).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        case "wait":
            Path(rest).read_bytes()
    return record(raw, text, digest, settings)


def record(raw: RawDocument, text: str, digest: str, settings: Settings) -> Record:
    empty: dict[str, Any] = {item.name: None if item.nullable else () for item in ARTICLE_SCHEMA}
    key = hashlib.sha256((raw.url or raw.source_uri).encode()).hexdigest()[:32]
    version = hashlib.sha256(f"{key}{digest}{settings.digest()}".encode()).hexdigest()[:32]
    filled = {
        "id": key,
        "version_id": version,
        "text": text,
        "url": raw.url,
        "word_count": len(text.split()),
        "char_count": len(text),
        "blocks": (RecordBlock("share", False, "test", 0.5, None, None, "", "Share"),),
        "source_uri": raw.source_uri,
        "source_sha256": digest,
        "source_bytes": len(raw.payload),
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "settings_sha256": settings.digest(),
        "cleaner_version": "test",
        "schema_version": SCHEMA_VERSION,
    }
    return Record(**{**empty, **filled})


def run_once(source: str, out: str, existing: Any, workers: int | None = None) -> None:
    print(run([source], out, workers=workers, existing=existing, shard_bytes=SHARD_BYTES, clean=clean).run.to_json())


def run_on_full_disk(source: str, out: str, existing: str) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, resource.RLIM_INFINITY))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    run_once(source, out, existing)


def kill_at_every_step(source: str, out: Path, existing: str, prepared: Path) -> None:
    """Leaves ``OUT.0``, ``OUT.1``, …: each killed before one more step, then resumed."""
    os.fsync = lambda _: None  # what a killed process has written is not lost: no need to wait for the disk
    stride = int(os.environ.get("STRIDE", "1"))
    for step in range(0, 1000, stride):
        target = out.with_name(f"{out.name}.{step}")
        if prepared.exists():
            shutil.copytree(prepared, target)
        if _in_fork(lambda target=target, step=step: _run_until(step, source, target, existing)) == 0:
            break  # it came to its end before that step
        # killed before its plan was written, an overwrite or append has not begun: it is not resumed but begun
        again = "resume" if _has_begun(target) or _is_done(target, prepared) else existing
        assert _in_fork(lambda target=target, again=again: run_once(source, str(target), again)) == 0, (step, again)
    print(step)


def _has_begun(target: Path) -> bool:
    return any(target.glob("**/.run/plan.json")) or (target / ".ready").exists() or (target / ".moving").exists()


def _is_done(target: Path, prepared: Path) -> bool:
    """Whether the killed run had made its archive: there is a manifest, and not the one there was."""
    before, after = prepared / "manifest.json", target / "manifest.json"
    return after.exists() and not (before.exists() and before.read_bytes() == after.read_bytes())


def _run_until(step: int, source: str, target: Path, existing: str) -> None:
    left = [step]
    for owner, name in ((os, "fsync"), (Path, "replace"), (Path, "rename"), (Path, "unlink")):
        setattr(owner, name, _counting(getattr(owner, name), left))
    run_once(source, str(target), existing)


def _counting(function: Callable[..., Any], left: list[int]) -> Callable[..., Any]:
    def step(*arguments: Any, **options: Any) -> Any:
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left[0] -= 1
        return function(*arguments, **options)

    return step


def _in_fork(function: Callable[[], None]) -> int:
    """The exit status of `function` in a child. This process never uses Arrow, so a fork of it is sound."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            function()
            status = 0
        finally:
            sys.stdout.flush()
            os._exit(status)
    return os.waitpid(child, 0)[1]


if __name__ == "__main__":
    verb, source, out, existing, last = sys.argv[1:]
    if verb == "steps":
        kill_at_every_step(source, Path(out), existing, Path(last))
    elif verb == "full":
        run_on_full_disk(source, out, existing)
    else:
        run_once(source, out, existing, int(last))

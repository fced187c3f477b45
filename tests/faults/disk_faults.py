"""A program for tests/faults/test_archive_disk.py: steps towards the disk fail, or kill, one at a time.

    disk_faults.py errors FOLDER SEED    a try for each number N on standard input: one of the acts (the Nth in turn)
                                         meets an error of the disk at a random step
    disk_faults.py kills FOLDER          a try for each number N: the act ``forget`` is killed before its step N

FOLDER must be new. In it stand ``whole.ACT``, what an act comes to that nothing disturbs, and ``out.N``, the try N
after it has been taken up again. Standard output has, in JSON, how many steps there are, then a line for each try.
"""

from __future__ import annotations

import errno
import importlib.util
import io
import json
import os
import random
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archiver.archive import part
from archiver.archive.forget import forget
from archiver.archive.verify import verify_archive
from archiver.batch import run
from archiver.errors import ArchiverError
from archiver.settings import Settings

_spec = importlib.util.spec_from_file_location("faulty_runs", Path(__file__).parents[1] / "archive" / "faulty_runs.py")
assert _spec
assert _spec.loader
faulty_runs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(faulty_runs)

ERRORS = (errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EROFS)
ACTS = ("refuse", "append", "overwrite", "forget")
FORGOTTEN = "old.jsonl#row=2"
KILL = -1


KINDS = ("part", "fsync", "write_bytes", "mkdir", "replace", "rename", "unlink")
"""The kinds of steps; ``part`` is a write to a part file, of which there are many."""
WRITING = ("part", "fsync", "write_bytes", "mkdir")


@dataclass
class Fault:
    """Fails the step number `left` of some kinds, by `error`, or kills. A full disk stays full: `lasting`."""

    left: int
    error: int
    kinds: Collection[str] = KINDS
    lasting: bool = False
    met: Counter[str] = field(default_factory=Counter)

    def step(self, kind: str) -> None:
        self.met[kind] += 1
        if self.left < 0 and self.lasting and kind in WRITING:
            raise OSError(self.error, os.strerror(self.error))
        if kind not in self.kinds:
            return
        if self.left == 0:
            if self.error == KILL:
                os.kill(os.getpid(), signal.SIGKILL)
            self.left -= 1
            raise OSError(self.error, os.strerror(self.error))
        self.left -= 1


def install(fault: Fault) -> None:
    """Let every step towards the disk ask `fault` first."""

    def asking(function: Callable[..., Any], kind: str) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            fault.step(kind)
            return function(*arguments, **options)

        return step

    class AskingFile(part._HashedFile):
        def write(self, data: Any, /) -> int:
            fault.step("part")
            return super().write(data)

    part._HashedFile = AskingFile  # type: ignore[misc]
    wait = fault.error != KILL
    os.fsync = asking(os.fsync if wait else lambda _: None, "fsync")
    for name in ("write_bytes", "mkdir", "replace", "rename", "unlink"):
        setattr(Path, name, asking(getattr(Path, name), name))


def act(folder: Path, out: Path, name: str) -> None:
    if name == "forget":
        done = forget(out, FORGOTTEN, "asked to")
        assert done.verification.sound, done.verification.findings
    else:
        source = folder / ("old.jsonl" if name == "prepare" else "in")
        existing: Any = "refuse" if name == "prepare" else name
        settings = Settings(keep_source=True)
        run([source], out, settings, existing=existing, shard_bytes=faulty_runs.SHARD_BYTES, clean=faulty_runs.clean)


def prepare(folder: Path) -> dict[str, dict[str, int]]:
    """Make the input, and what each act comes to; return how many steps of each kind it takes."""
    (folder / "in").mkdir(parents=True)

    def lines(*texts: str, url: str = "") -> str:
        return "".join(json.dumps({"text": text, **({"url": url} if url else {})}) + "\n" for text in texts)

    story = lines("The same story.", url="https://a.example/story")
    (folder / "in/a.jsonl").write_text(story + lines("A longer one. " * 30))
    (folder / "in/b.jsonl").write_text(lines("reject it", "fail it", "skip filtered", "Last of b.") + story)
    (folder / "in/c.jsonl").write_text(lines("Short.") + lines("Another longer one. " * 20))
    (folder / "old.jsonl").write_text(lines("fail it", "reject it", "An older page. " * 30, "One more. " * 40) + story)
    assert in_fork(lambda: act(folder, folder / "prepared", "prepare")) == 0
    return {name: count_steps(folder, name) for name in ACTS}


def count_steps(folder: Path, name: str) -> dict[str, int]:
    out = folder / f"whole.{name}"
    start(folder, out, name)

    def counted() -> None:
        fault = Fault(10**9, errno.EIO)
        install(fault)
        act(folder, out, name)
        (folder / f"steps.{name}").open("w").write(json.dumps(fault.met))

    assert in_fork(counted) == 0
    counts: dict[str, int] = json.loads((folder / f"steps.{name}").read_text())
    return counts


def start(folder: Path, out: Path, name: str) -> None:
    if name != "refuse":
        shutil.copytree(folder / "prepared", out)


def attempt(folder: Path, out: Path, name: str, fault: Fault) -> dict[str, Any]:
    """One try, and what came of it."""
    start(folder, out, name)
    said = folder / "said"

    def faulty() -> None:
        install(fault)
        try:
            act(folder, out, name)
        except ArchiverError as error:
            io.FileIO(said, "w").write(str(error).encode())
            raise SystemExit(3) from error

    said.unlink(missing_ok=True)
    status = in_fork(faulty)
    kept = name != "append" or all(
        (out / file.relative_to(folder / "prepared")).read_bytes() == file.read_bytes()
        for file in (folder / "prepared").rglob("part-*")
    )
    again = name
    if name != "forget" and (faulty_runs._has_begun(out) or faulty_runs._is_done(out, start_of(folder, name))):
        again = "resume"
    recovered = in_fork(lambda: act(folder, out, again))
    sound = in_fork(lambda: check(out))
    message = said.read_text() if said.exists() else ""
    return {"act": name, "status": status, "message": message, "kept": kept, "recovered": recovered, "sound": sound}


def start_of(folder: Path, name: str) -> Path:
    return folder / ("nothing" if name == "refuse" else "prepared")


def check(out: Path) -> None:
    assert verify_archive(out).findings == []


def in_fork(function: Callable[[], Any]) -> int:
    """How a child ends that does it. This process never uses Arrow, so a fork of it is sound."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            function()
            status = 0
        except SystemExit as error:
            status = int(error.code or 0)
        finally:
            sys.stdout.flush()
            os._exit(status)
    code = os.waitpid(child, 0)[1]
    return os.waitstatus_to_exitcode(code)


def errors(folder: Path, seed: int) -> None:
    steps = prepare(folder)
    say({"steps": sum(sum(counts.values()) for counts in steps.values())})
    chance = random.Random(seed)
    for number in map(int, sys.stdin):
        name = ACTS[number % len(ACTS)]
        kind = chance.choice(sorted(steps[name]))
        step, error = chance.randrange(steps[name][kind]), chance.choice(ERRORS)
        fault = Fault(step, error, (kind,), lasting=chance.random() < 0.5)
        said = {"step": step, "kind": kind, "error": errno.errorcode[error], "lasting": fault.lasting}
        say({**said, **attempt(folder, folder / f"out.{number}", name, fault)})


def kills(folder: Path) -> None:
    kinds = [kind for kind in KINDS if kind != "part"]
    counts = prepare(folder)["forget"]
    say({"steps": sum(counts.get(kind, 0) for kind in kinds)})
    for step in map(int, sys.stdin):
        say({"step": step, **attempt(folder, folder / f"out.{step}", "forget", Fault(step, KILL, kinds))})


def say(tree: dict[str, Any]) -> None:
    print(f"\n{json.dumps(tree)}", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "errors":
        errors(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        kills(Path(sys.argv[2]))

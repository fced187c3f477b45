"""A run that is asked to stop, and output that nobody reads: the program ends as it should, and can go on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from archiver.cli.options import IMPERFECT, INTERRUPTED

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and pipes are another matter there")

ARCHIVER = (sys.executable, "-m", "archiver")
STORY = "The keeper climbed the tower every evening, lit the lamp, and wrote the hour into his book."


@pytest.mark.parametrize(("name", "group"), [("SIGINT", True), ("SIGTERM", False), ("SIGHUP", True)])
def test_a_signal_discards_the_shard_in_hand_and_says_how_to_go_on(tmp_path: Path, name: str, group: bool) -> None:
    """Whether it reaches the driver alone, as from a service manager, or all its processes, as from a terminal."""
    fifo, wait = tmp_path / "fifo", Path(__file__).with_name("faulty_documents.py")
    os.mkfifo(fifo)
    (tmp_path / "in.txt").write_text(f"{STORY}\n\nfault: wait {fifo}")
    program = f"""
import sys
from archiver import batch, cli
from archiver.normalizers import DEFAULT_NORMALIZERS
sys.path.insert(0, {str(wait.parent)!r})
from faulty_documents import misbehave
plain = batch.run
batch.run = lambda *a, **o: plain(*a, normalizers=(*DEFAULT_NORMALIZERS, misbehave), **o)
if __name__ == "__main__":
    cli.main()
"""
    (tmp_path / "program.py").write_text(program)
    command = [sys.executable, "program.py", "clean", "in.txt", "--workers", "1"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    run = subprocess.Popen(
        command,
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(getattr(signal, name), signal.SIG_DFL),  # which nohup has them ignore
    )
    with fifo.open("wb", buffering=0) as held:  # opens when the worker has come to that document
        if group:
            os.killpg(run.pid, getattr(signal, name))
        else:
            run.send_signal(getattr(signal, name))
        out, told = run.communicate(timeout=240)
        assert (run.returncode, out) == (INTERRUPTED, b"")
        assert b"archiver: interrupted; what is finished is safe, go on with --resume\n" in told
        with pytest.raises(BrokenPipeError):  # nobody reads any more: the worker has gone with its driver
            held.write(b"!")
    assert not [path for path in (tmp_path / "out").rglob("*") if "unfinished" in path.name]
    threading.Thread(target=lambda: fifo.open("wb").close(), daemon=True).start()
    done = subprocess.run([*command, "--resume", "--json"], cwd=tmp_path, capture_output=True, env=environment)
    assert json.loads(done.stdout)["run"]["archived"] == 1, done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["explain", "in.txt"], 0),
        (["explain", "in.txt", "--json"], 0),
        (["validate", "rows.jsonl"], IMPERFECT),
        (["clean", "in.txt", "rows.jsonl", "--workers", "1"], IMPERFECT),
        (["settings"], 0),
        (["--help"], 0),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_nobody_reads_the_output(tmp_path: Path, arguments: list[str], code: int) -> None:
    """It ends quietly, with the code it has when somebody does."""
    (tmp_path / "in.txt").write_text(f"{STORY}\n\n" * 4000)
    (tmp_path / "rows.jsonl").write_text('{"title": 5}\n' * 100)
    read, written = os.pipe()
    os.close(read)
    done: Any = subprocess.run(
        [*ARCHIVER, *arguments], cwd=tmp_path, stdout=written, stderr=subprocess.PIPE, timeout=240
    )
    os.close(written)
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"pipe" not in done.stderr.lower()

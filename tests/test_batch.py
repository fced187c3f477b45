"""Runs from end to end: the ledger, equal bytes however a run went, and every fault the folder must survive."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from archiver.archive.ledger import ALREADY_ARCHIVED, ALREADY_REJECTED, DUPLICATE, Ledger
from archiver.archive.manifest import read_manifest
from archiver.archive.reader import read_archive
from archiver.archive.receipt import read_receipt
from archiver.archive.workplace import Existing
from archiver.batch import Progress, run
from archiver.errors import ArchiveError, UsageError
from archiver.record import Skip
from archiver.settings import Settings
from archiver.sites import SiteRule

PROGRAM = Path(__file__).parent / "archive" / "faulty_runs.py"
SEEDS = Path(__file__).parents[1] / "seeds"
_spec = importlib.util.spec_from_file_location("faulty_runs", PROGRAM)
assert _spec
assert _spec.loader
faulty_runs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(faulty_runs)
SMALL = 400


def lines(*texts: str, url: str = "") -> str:
    return "".join(json.dumps({"text": text, **({"url": url} if url else {})}) + "\n" for text in texts)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """About ten shards in which every fate occurs, and one document three times, twice in one shard."""
    folder = tmp_path / "in"
    folder.mkdir()
    story = lines("The same story.", url="https://a.example/story")
    (folder / "a.jsonl").write_text(lines(*(f"Story number {n} of the first file." for n in range(20))) + story * 2)
    (folder / "b.jsonl").write_text(lines("reject it", "fail it", "skip filtered") + story + lines("Last of b."))
    (folder / "c.jsonl").write_text(story)
    for n in range(12):
        (folder / f"d{n:02}.txt").write_text(f"A page of its own, number {n}. " * 4)
    (folder / "e.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    return folder


EXPECTED = {"in": 41, "archived": 34, "rejected": 1, "failed": 1, "skipped": 5}


def program(verb: str, source: Path, out: Path, existing: str, last: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(PROGRAM), verb, str(source), str(out), existing, str(last)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(process: subprocess.Popen[str]) -> tuple[str, str]:
    output, errors = process.communicate(timeout=120)
    return output, errors


def run_here(source: Path, out: Path, existing: Existing = "refuse") -> Ledger:
    """A run with one worker and the cleaning function of `PROGRAM`, in this process."""
    return run([source], out, existing=existing, shard_bytes=SMALL, clean=faulty_runs.clean).run


def run_program(verb: str, source: Path, out: Path, existing: str = "refuse", last: object = 1) -> str:
    process = program(verb, source, out, existing, last)
    output, errors = finish(process)
    assert process.returncode == 0, errors
    return output


def content(out: Path) -> dict[str, bytes]:
    """Every file of an archive but the one that may differ, by its name."""
    files = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name != "run.json"}


@pytest.fixture
def undisturbed(source: Path, tmp_path: Path) -> dict[str, bytes]:
    """What an undisturbed run with one worker makes of `source`."""
    run_here(source, tmp_path / "undisturbed")
    found = content(tmp_path / "undisturbed")
    assert len([name for name in found if name.startswith("receipts/")]) >= 6
    return found


def test_every_input_is_accounted_for(source: Path, tmp_path: Path) -> None:
    run_here(source, tmp_path / "out")
    manifest = read_manifest(tmp_path / "out")
    tree = manifest.ledger.to_json()
    assert {name: tree[name] for name in EXPECTED} == EXPECTED
    assert tree["skip_reasons"] == {DUPLICATE: 3, "filtered": 1, "unsupported-type": 1}
    skips = [skip for n in range(len(manifest.shards)) for skip in read_receipt(tmp_path / "out", n).skipped]
    assert Skip("in/c.jsonl#row=0", DUPLICATE) in skips
    versions = read_archive(tmp_path / "out").to_table()["version_id"].to_pylist()
    assert len(set(versions)) == len(versions) == EXPECTED["archived"]


def test_two_workers_make_the_same_bytes(source: Path, tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    run_program("run", source, tmp_path / "out", "refuse", 2)
    assert content(tmp_path / "out") == undisturbed


def test_the_real_pipeline_makes_the_same_bytes_with_two_workers(tmp_path: Path) -> None:
    """And with another order of sets: Python hashes strings by a seed that differs from process to process."""
    script = tmp_path / "real.py"
    script.write_text(
        "import sys; from archiver.batch import run\n"
        "if __name__ == '__main__': run([sys.argv[1]], sys.argv[2], workers=int(sys.argv[3]), shard_bytes=9000)\n"
    )
    for workers in ("1", "2"):
        command = [sys.executable, str(script), str(SEEDS), str(tmp_path / workers), workers]
        subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": workers})
    assert len(list((tmp_path / "1/receipts").iterdir())) > 3
    assert content(tmp_path / "1") == content(tmp_path / "2")


@pytest.mark.slow
@pytest.mark.parametrize(("existing", "stride"), [("refuse", "7"), ("append", "8"), ("overwrite", "9")])
def test_killed_before_a_step_and_resumed_it_makes_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, existing: str, stride: str
) -> None:
    """An fsync, rename or removal is the first thing that does not happen; in new and changed archives.

    About every eighth of these steps is tried; with ``STRIDE=1`` in the environment every step.
    """
    source, prepared, whole = tmp_path / "in", tmp_path / "prepared", tmp_path / "whole"
    source.mkdir()
    story = lines("The same story.", url="https://a.example/story")
    (source / "a.jsonl").write_text(story + lines("A longer one. " * 30))
    (source / "b.jsonl").write_text(lines("reject it", "fail it", "skip filtered", "Last of b.") + story)
    (source / "c.jsonl").write_text(lines("Short.") + lines("Another longer one. " * 20))
    monkeypatch.setenv("STRIDE", os.environ.get("STRIDE", stride))
    if existing != "refuse":
        (tmp_path / "old.jsonl").write_text(lines("fail it", "reject it", "An older page. " * 30) + story)
        run_here(tmp_path / "old.jsonl", prepared)
        shutil.copytree(prepared, whole)
    run_here(source, whole, existing)
    output = run_program("steps", source, tmp_path / "out", existing, prepared)
    last = output.splitlines()[-1]
    killed = [path for path in tmp_path.glob("out.*") if path.suffix != f".{last}"]
    assert len(killed) > 5
    for path in killed:
        assert content(path) == content(whole), f"killed before step {path.suffix}"


def test_a_killed_driver_with_two_workers_can_be_resumed(
    source: Path, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    """A document that waits holds the run in the middle, where its driver is killed."""
    fifo, out = tmp_path / "fifo", tmp_path / "out"
    os.mkfifo(fifo)
    waiting = source / "d06.txt"
    usual = waiting.read_text()
    waiting.write_text(f"wait {fifo}".ljust(len(usual)))
    process = program("run", source, out, "refuse", 2)
    with fifo.open("wb"):  # opens when the worker has come to that document
        process.kill()
        finish(process)
        waiting.write_text(usual)
        assert not (out / "manifest.json").exists()
        with pytest.raises(ArchiveError, match="--resume"):
            read_archive(out)
        run_program("run", source, out, "resume", 2)
    assert content(out) == undisturbed


def test_a_killed_worker_is_replaced(source: Path, tmp_path: Path) -> None:
    (source / "d06.txt").write_text(f"crash {tmp_path / 'flag'}")
    output = run_program("run", source, tmp_path / "out", "refuse", 2)
    assert (tmp_path / "flag").exists()
    assert f"'archived': {EXPECTED['archived']}" in output


def test_a_document_that_always_kills_its_worker_is_a_failure(source: Path, tmp_path: Path) -> None:
    """Also with one worker, and the bytes are the same."""
    usual = (source / "d06.txt").read_text()
    (source / "d06.txt").write_text("crash".ljust(len(usual)))
    output = run_program("run", source, tmp_path / "two", "refuse", 2)
    assert f"'archived': {EXPECTED['archived'] - 1}, 'rejected': 1, 'failed': {EXPECTED['failed'] + 1}" in output
    (failure,) = (row for row in failures(tmp_path / "two") if row["source_uri"] == "in/d06.txt")
    assert (failure["stage"], failure["code"]) == ("clean", "crashed")
    assert failure["message"] == "its worker died 3 times (SIGKILL)"
    run_program("run", source, tmp_path / "one", "refuse", 1)
    assert content(tmp_path / "one") == content(tmp_path / "two")


def failures(out: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(out / "failures").to_pylist()
    return rows


def test_a_full_disk_is_told_and_leaves_what_is_finished(
    source: Path, tmp_path: Path, undisturbed: dict[str, bytes]
) -> None:
    process = program("full", source, tmp_path / "out", "refuse", "-")
    _, errors = finish(process)
    assert process.returncode != 0
    assert "ArchiveError: cannot write to" in errors
    assert "--resume" in errors
    assert not [name for name in content(tmp_path / "out") if "unfinished" in name]
    run_here(source, tmp_path / "out", "resume")
    assert content(tmp_path / "out") == undisturbed


def test_resume_does_only_what_is_left(source: Path, tmp_path: Path) -> None:
    seen: list[Progress] = []

    def stop_in_the_middle(progress: Progress) -> None:
        seen.append(progress)
        if progress.shards_done == 3:
            raise KeyboardInterrupt

    out = tmp_path / "out"
    with pytest.raises(KeyboardInterrupt):
        run([source], out, shard_bytes=SMALL, on_progress=stop_in_the_middle)
    seen.clear()
    summary = run([source], out, shard_bytes=SMALL, existing="resume", on_progress=seen.append)
    assert summary.shards_found == 3
    assert summary.shards == len(seen)
    assert seen[-1].bytes_done == seen[-1].bytes_total == sum(path.stat().st_size for path in source.iterdir())
    again = run([source], out, shard_bytes=SMALL, existing="resume")
    assert again.nothing_to_do
    assert (again.run, again.archive) == (summary.run, summary.archive)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("settings", "setting mode was 'article', now it is 'page'"),
        ("size of a shard", "the size of a shard was 400, now it is 500"),
        ("normalizers", "the normalizers were"),
        ("new file", "the input was 16 files"),
        ("renamed file", "the 16 input files have other names or sizes"),
    ],
)
@pytest.mark.parametrize("finished", [True, False])
def test_resume_refuses_another_run(source: Path, tmp_path: Path, change: str, message: str, finished: bool) -> None:
    def stop(progress: Progress) -> None:
        if not finished:
            raise KeyboardInterrupt

    out = tmp_path / "out"
    try:
        run([source], out, shard_bytes=SMALL, on_progress=stop)
    except KeyboardInterrupt:
        assert not finished
    before = content(out)
    settings, size, normalizers = Settings(), SMALL, {}
    match change:
        case "settings":
            settings = Settings(mode="page")
        case "size of a shard":
            size = 500
        case "normalizers":
            normalizers = {"normalizers": ()}
        case "new file":
            (source / "new.txt").write_text("New.")
        case "renamed file":
            (source / "a.jsonl").rename(source / "z.jsonl")
    with pytest.raises(UsageError, match=message):
        run([source], out, settings, shard_bytes=size, existing="resume", **normalizers)
    assert content(out) == before


def test_append_adds_what_is_new(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run_here(source, out)
    before = content(out)
    (source / "f.txt").write_text("A page that was not there.")
    (source / "d00.txt").write_text("A page that has changed.")
    (source / "g.jsonl").write_text(lines("The same story.", url="https://a.example/story"))
    run_here(source, out, "append")
    manifest = read_manifest(out)
    assert [terms.first_shard for terms in manifest.runs] == [0, len([n for n in before if n.startswith("receipts/")])]
    added = sum((entry.ledger for entry in manifest.shards[manifest.runs[1].first_shard :]), Ledger())
    assert added.read == EXPECTED["in"] + 2
    assert (added.archived, added.rejected, added.failed) == (2, 0, 1)
    assert added.skipped == {
        ALREADY_ARCHIVED: EXPECTED["archived"] - 1 + 3,  # and copies of the story under names that were not archived
        DUPLICATE: 1,  # two of these copies share a shard
        ALREADY_REJECTED: 1,
        "filtered": 1,
        "unsupported-type": 1,
    }
    after = content(out)
    assert {name: after[name] for name in before if name.startswith(("data", "receipts"))} == {
        name: before[name] for name in before if name.startswith(("data", "receipts"))
    }, "nothing is rewritten"
    texts = read_archive(out).to_table()["text"].to_pylist()
    assert texts[-2:] == ["A page that has changed.", "A page that was not there."]


def test_overwrite_replaces_the_whole(source: Path, tmp_path: Path, undisturbed: dict[str, bytes]) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text(lines(*(f"Other {n}, which makes many shards." for n in range(200))))
    run_here(other, tmp_path / "out")
    run_here(source, tmp_path / "out", "overwrite")
    assert content(tmp_path / "out") == undisturbed


def test_standard_input_is_archived_and_its_spool_is_gone(tmp_path: Path) -> None:
    command = [sys.executable, str(PROGRAM), "run", "-", str(tmp_path / "out"), "refuse", "2"]
    subprocess.run(command, input=lines(*(f"Line {n} of the stream." for n in range(100))).encode(), check=True)
    assert read_manifest(tmp_path / "out").ledger == Ledger(100, 100)
    assert len(read_manifest(tmp_path / "out").shards) > 5
    assert sorted(path.name for path in (tmp_path / "out").glob(".*")) == [".lock"]


def test_an_empty_folder_makes_an_empty_archive(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    summary = run([tmp_path / "in"], tmp_path / "out")
    assert summary.archive == Ledger()
    assert read_archive(tmp_path / "out").count_rows() == 0


@pytest.mark.parametrize("out", ["in/out", "in"])
def test_what_is_written_is_not_read(source: Path, tmp_path: Path, out: str) -> None:
    with pytest.raises(UsageError, match="lies inside the input"):
        run([source], tmp_path / out)
    assert not (source / "out").exists()


@pytest.mark.parametrize(
    ("settings", "workers", "message"),
    [
        (Settings(fields={"boddy": "b"}), 1, "fields.boddy does not exist"),
        (Settings(normalizers=("nowhere",)), 1, "nowhere is not installed"),
        (Settings(model=__file__), 1, "setting model: .* cannot be used"),
        (Settings(schema=__file__), 1, "schema"),
        (Settings(sites={"a.example": SiteRule(drop=("p[",))}), 1, "sites"),
        (Settings(), 0, "0 workers"),
    ],
)
def test_mistakes_are_found_before_anything_is_written(
    source: Path, tmp_path: Path, settings: Settings, workers: int, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        run([source], tmp_path / "out", settings, workers=workers)
    assert not (tmp_path / "out").exists()

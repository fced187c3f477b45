"""Whole runs under every engine: the same bytes, whoever does the work and in whatever order the disk got its input."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from archiver.batch import run
from archiver.normalizers import DEFAULT_NORMALIZERS
from tests.engines.installed import engines
from tests.faults.faulty_documents import misbehave

SEEDS = Path(__file__).parents[2] / "seeds"
SHARD_BYTES = 40_000
RULES = (*DEFAULT_NORMALIZERS, misbehave)
STORY = "The ferryman counted the lamps along the quay, number {} among them, and wrote the figure into his book."


def source(folder: Path, flag: Path, chance: random.Random) -> Path:
    """The seeds, some rows, a document that always kills its process and one that kills the host once, shuffled."""
    files = {path.name: path.read_bytes() for path in SEEDS.iterdir() if path.is_file()}
    files["stories.jsonl"] = b"".join(json.dumps({"text": STORY.format(n)}).encode() + b"\n" for n in range(400))
    files["poison.txt"] = b"A text that kills.\n\nfault: segfault"
    files["orphan.txt"] = f"{STORY}\n\nfault: orphan {flag}".encode()
    folder.mkdir()
    names = sorted(files)
    chance.shuffle(names)
    for name in names:
        (folder / name).write_bytes(files[name])
    return folder


def content(out: Path) -> dict[str, bytes]:
    """Every file of an archive but the one that may differ, by its name."""
    files = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name != "run.json"}


@pytest.mark.slow
@engines("dask", "spark")
def test_a_cluster_makes_the_same_bytes_and_outlives_the_loss_of_a_worker(name: str, tmp_path: Path) -> None:
    flag, chance = tmp_path / "flag", random.Random(8)
    there = run([source(tmp_path / "in", flag, chance)], tmp_path / name, None, RULES, **cluster(name))
    assert flag.exists(), "a worker was killed"
    shutil.rmtree(tmp_path / "in")
    here = run([source(tmp_path / "in", flag, chance)], tmp_path / "local", None, RULES, **cluster("local"))
    assert (there.run, there.shards) == (here.run, here.shards)
    assert there.shards > 4
    assert content(tmp_path / name) == content(tmp_path / "local")
    failures = pq.read_table(tmp_path / name / "failures").to_pylist()
    assert [row["code"] for row in failures if row["source_uri"] == "in/poison.txt"] == ["crashed"]


def cluster(name: str) -> dict[str, object]:
    return {"engine": name, "workers": 2, "shard_bytes": SHARD_BYTES}

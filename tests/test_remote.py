"""A real S3 server on loopback, as source and as target; a killed run goes on there."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.batch import Progress, run
from archiver.cli import app  # noqa: F401  # what the commands below need is there
from archiver.errors import UsageError
from archiver.mirror import mirrored
from archiver.remote import is_remote
from archiver.sources import find_inputs
from tests.sources.test_warc import crawl

boto3 = pytest.importorskip("boto3")
moto_server = pytest.importorskip("moto.server")
pytest.importorskip("s3fs")

BODY = "The ferry left the harbour at seven, as it does every day, and the pilot waved to the children on the quay."


def files() -> dict[str, bytes]:
    rows = b"".join(
        json.dumps({"text": f"{BODY} Boat {n}.", "url": f"https://a.example/{n}"}).encode() + b"\n" for n in range(60)
    )
    return {
        "news/a.html": b"<html><body><article><h1>Ferry</h1><p>" + BODY.encode() + b"</p></article>",
        "news/.hidden": b"x",
        "news/empty.txt": b"",
        "rows.jsonl": rows,
        "rows.jsonl.gz": gzip.compress(rows.replace(b"a.example", b"b.example"), mtime=0),
        "crawl.warc.gz": crawl("gzip")[0],
    }


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The server, with a bucket ``pages`` that holds what the folder does, and an empty one."""
    server = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    folder = tmp_path_factory.mktemp("s3") / "pages"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        client = boto3.client("s3")
        for bucket in ("pages", "archives"):
            client.create_bucket(Bucket=bucket)
        for name, content in files().items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
            client.put_object(Bucket="pages", Key=name, Body=content)
        yield folder
    server.stop()


def digest(out: Path) -> str:
    return (out / "manifest.sha256").read_text()


def test_a_bucket_is_read_like_a_folder(s3: Path, tmp_path: Path) -> None:
    assert [(file.uri, file.size) for file in find_inputs(["s3://pages"])[0]] == [
        (file.uri, file.size) for file in find_inputs([s3])[0]
    ]
    assert find_inputs(["s3://pages"])[1] == find_inputs([s3])[1]
    assert [file.uri for file in find_inputs(["s3://pages/*.jsonl*"])[0]] == ["pages/rows.jsonl", "pages/rows.jsonl.gz"]
    assert [file.uri for file in find_inputs(["s3://pages/news/a.html"])[0]] == ["a.html"]
    run([s3], tmp_path / "here", shard_bytes=2_000)
    run(["s3://pages"], tmp_path / "there", shard_bytes=2_000, workers=1)
    assert digest(tmp_path / "here") == digest(tmp_path / "there")


def test_a_killed_run_goes_on_from_s3_to_s3(s3: Path, tmp_path: Path) -> None:
    inputs, target = ["s3://pages"], Path("s3://archives/sub/one")
    run(inputs, tmp_path / "whole", shard_bytes=2_000)

    class Killed(Exception):
        pass

    with mirrored(target) as mirror, pytest.raises(Killed):

        def until(progress: Progress) -> None:
            mirror.push()
            if progress.shards_done == 3:
                raise Killed

        mirror.pull("refuse")
        run(inputs, mirror.local, shard_bytes=2_000, on_progress=until)
    with mirrored(target) as mirror:
        mirror.pull("resume")
        summary = run(inputs, mirror.local, shard_bytes=2_000, existing="resume", on_progress=lambda _: mirror.push())
        assert summary.shards_found == 3
        mirror.push(finished=True)
        assert digest(mirror.local) == digest(tmp_path / "whole")
    with mirrored(target) as mirror:
        mirror.pull("resume")
        found = sorted(path.relative_to(mirror.local).as_posix() for path in mirror.local.rglob("*") if path.is_file())
    whole = tmp_path / "whole"
    expected = (path.relative_to(whole).as_posix() for path in whole.rglob("*") if path.is_file())
    assert found == sorted(name for name in expected if not name.startswith("."))


SMALL_SHARDS = """
import os, signal, sys
from archiver import batch, cli
plain, deadly = batch.run, "--resume" not in sys.argv

def small(*arguments, on_progress, **options):
    def until(progress):
        on_progress(progress)
        if deadly and progress.shards_done == 3:
            os.kill(os.getpid(), signal.SIGKILL)
    return plain(*arguments, on_progress=until, shard_bytes=2_000, **options)

batch.run = small
if __name__ == "__main__":
    cli.main()
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_a_command_that_is_killed_goes_on_with_resume(s3: Path, tmp_path: Path) -> None:
    run(["s3://pages"], tmp_path / "whole", shard_bytes=2_000)
    (tmp_path / "program.py").write_text(SMALL_SHARDS)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "program.py", "clean", "s3://pages", "--out", "s3://archives/three", "-w", "1", "--json"]
    killed = subprocess.run(command, cwd=tmp_path, capture_output=True, env=environment)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    done = subprocess.run([*command, "--resume"], cwd=tmp_path, capture_output=True, env=environment)
    assert json.loads(done.stdout)["run"]["in"] > 3, done.stderr
    body = boto3.client("s3").get_object(Bucket="archives", Key="three/manifest.sha256")["Body"]
    assert body.read().decode() == digest(tmp_path / "whole")


def test_the_command_writes_to_a_bucket_and_refuses_what_is_there(s3: Path) -> None:
    command = [sys.executable, "-m", "archiver", "clean", "s3://pages/news", "--out", "s3://archives/two", "-w", "1"]
    first = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout)["archive"]["archived"] == 1
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode == 2
    assert "--append" in again.stderr


def test_what_cannot_be_reached_is_named(s3: Path) -> None:
    for name, message in (("s3://gone/x", "gone"), ("http://a.example/x", "download"), ("nosuch://x/y", "nosuch")):
        with pytest.raises(UsageError, match=message):
            find_inputs([name])


def test_what_is_a_url() -> None:
    assert all(map(is_remote, ("s3://b/x", "gs://b", "s3:/b/x", "memory://x")))
    assert not any(map(is_remote, ("C:/x", "a/b", "/a", "a:b", "-")))

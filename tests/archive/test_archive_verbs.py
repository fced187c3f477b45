"""The verbs for archives as people and programs call them: what they print, and their exit codes."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from archiver import cli
from archiver.archive.manifest import read_manifest
from tests.archive.samples import lines, make_archive, story

Invoke = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    make_archive(folder)
    return folder


@pytest.fixture
def archiver(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> Invoke:
    """Runs the program in this process, in a folder with an archive ``out`` and its input ``in``."""
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["archiver", *arguments])
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out, err = (stream.decode("utf-8") for stream in capfdbinary.readouterr())
        return subprocess.CompletedProcess(arguments, int(stopped.value.code or 0), out, err)

    return invoke


class TestVerify:
    def test_sound(self, archiver: Invoke) -> None:
        done = archiver("verify", "out", "--workers", "1")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("sound: ")

    def test_not_sound(self, archiver: Invoke) -> None:
        path = Path("out/data/part-00000.parquet")
        path.write_bytes(path.read_bytes()[:200] + b"\0\0" + path.read_bytes()[202:])
        Path("out/data/\x1b[31mred").write_text("")
        done = archiver("verify", "out", "--workers", "2")
        assert done.returncode == 1
        assert "data/part-00000.parquet rows 0 to 7: changed: the file has changed" in done.stdout
        assert "\n    in/page.html\n" in done.stdout
        assert "data/\\x1b[31mred: surplus" in done.stdout
        assert done.stdout.splitlines()[-1].startswith("2 findings: ")

    def test_json(self, archiver: Invoke) -> None:
        assert json.loads(archiver("verify", "out", "--json", "--workers", "1").stdout)["sound"] is True
        Path("out/receipts/part-00001.json").unlink()
        done = archiver("verify", "out", "--json", "--workers", "1")
        tree = json.loads(done.stdout)
        assert (done.returncode, tree["sound"]) == (1, False)
        assert [(item["file"], item["fault"]) for item in tree["findings"]] == [("receipts/part-00001.json", "missing")]

    def test_quiet(self, archiver: Invoke) -> None:
        Path("out/more").write_text("")
        done = archiver("verify", "out", "--quiet", "--workers", "1")
        assert (done.returncode, done.stdout) == (1, "")

    @pytest.mark.parametrize("folder", ["in", "nowhere"])
    def test_no_archive(self, archiver: Invoke, folder: str) -> None:
        done = archiver("verify", folder)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"archiver: {folder}: ")


class TestForget:
    def test_it_says_what_it_did(self, archiver: Invoke) -> None:
        done = archiver("forget", "out", "https://left.example/", "--reason", "withdrawn")
        assert done.returncode == 0
        assert "is forgotten: 1 archived, 1 sources" in done.stdout
        assert "the same text is still in " in done.stdout
        assert done.stdout.splitlines()[-1].startswith("sound: ")
        assert (
            "was forgotten before: withdrawn"
            in archiver("forget", "out", "https://left.example/", "--reason", "x").stdout
        )
        assert archiver("verify", "out", "--workers", "1").returncode == 0

    def test_json_and_lift(self, archiver: Invoke) -> None:
        tree = json.loads(archiver("forget", "out", "in/page1.txt", "--reason", "withdrawn", "--json").stdout)
        assert (tree["tombstone"]["decision"], tree["verification"]["sound"]) == ("forgotten", True)
        assert "may come back" in archiver("forget", "out", "in/page1.txt", "--reason", "a mistake", "--lift").stdout

    @pytest.mark.parametrize(
        ("arguments", "code", "message"),
        [
            (("out", "nobody", "--reason", "x"), 2, "there is no document nobody"),
            (("out", "in/page1.txt"), 2, "--reason"),
            (("out", "in/page1.txt", "--reason", ""), 2, "a reason is needed"),
            (("nowhere", "a", "--reason", "x"), 2, "there is no such folder"),
            (("in", "a", "--reason", "x"), 2, "this is no archive"),
        ],
    )
    def test_mistakes(self, archiver: Invoke, arguments: tuple[str, ...], code: int, message: str) -> None:
        done = archiver("forget", *arguments)
        assert (done.returncode, message in done.stderr) == (code, True)


class TestExplain:
    @pytest.mark.parametrize(
        ("name", "kind", "said"),
        [
            ("in/broken.jsonl#row=0", "failed", "failed: source: invalid-json"),
            ("in/rows.jsonl#row=10", "rejected", "rejected: clean: empty: nothing is left"),
            ("in/rows.jsonl#row=11", "rejected", "rejected: source: given-type"),
            ("in/picture.png", "skipped", "skipped: unsupported-type"),
            ("in/page5.txt", "skipped", "skipped: forgotten: asked to"),
        ],
    )
    def test_what_is_not_archived_is_explained_too(self, archiver: Invoke, name: str, kind: str, said: str) -> None:
        done = archiver("explain", "out", name)
        assert (done.returncode, said in done.stdout) == (0, True)
        assert json.loads(archiver("explain", "out", name, "--json").stdout)["outcome"]["kind"] == kind

    def test_an_article_has_no_outcome(self, archiver: Invoke) -> None:
        assert json.loads(archiver("explain", "out", "in/page1.txt", "--json").stdout)["outcome"] is None
        newest = json.loads(archiver("explain", "out", "in/page3.txt", "--json").stdout)
        assert any("three hundred" in block["text"] for block in newest["blocks"])

    def test_nobody(self, archiver: Invoke) -> None:
        assert archiver("explain", "out", "nobody").returncode == 2


class TestReclean:
    def test_what_was_kept_is_cleaned_as_it_was(self, archiver: Invoke) -> None:
        assert archiver("reclean", "out", "--out", "new", "--workers", "1", "--quiet").returncode == 1
        assert (
            read_manifest(Path("new")).runs[-1].settings_sha256 == read_manifest(Path("out")).runs[-1].settings_sha256
        )
        assert archiver("diff", "out", "new").stdout.startswith("0 added, 0 removed, 0 changed")
        assert archiver("verify", "new", "--workers", "1").returncode == 0
        assert "forgotten: asked to" in archiver("explain", "new", "in/page5.txt").stdout

    def test_other_settings_make_a_difference(self, archiver: Invoke) -> None:
        archiver("reclean", "out", "--out", "new", "--workers", "1", "--quiet", "--set", 'drop=["paragraph"]')
        done = archiver("diff", "out", "new", "--json")
        tree = json.loads(done.stdout)
        assert (done.returncode, tree["added"], tree["changed"]) == (1, 0, 0)
        assert tree["removed"] > 10

    def test_a_schema_has_to_be_named_again(self, archiver: Invoke) -> None:
        Path("own.json").write_text('{"required": ["text"]}')
        Path("rows.jsonl").write_text(lines({"text": story(1)}))
        archiver("clean", "rows.jsonl", "--out", "own", "--keep-source", "--set", "schema=own.json", "--workers", "1")
        done = archiver("reclean", "own", "--out", "new", "--workers", "1")
        assert (done.returncode, "name its file with --set schema=FILE" in done.stderr) == (2, True)
        assert archiver("reclean", "own", "--out", "new", "--set", "schema=own.json", "--workers", "1").returncode == 0

    def test_an_archive_without_sources(self, archiver: Invoke) -> None:
        archiver("clean", "in/page1.txt", "--out", "plain", "--workers", "1")
        done = archiver("reclean", "plain", "--out", "new")
        assert (done.returncode, "--keep-source" in done.stderr) == (2, True)


def test_a_difference_is_shown(archiver: Invoke) -> None:
    archiver("clean", "in", "--out", "new", "--workers", "1", "--quiet")
    Path("in/page1.txt").write_text(story("\x1b[31mother"))
    archiver("clean", "in", "--out", "newer", "--workers", "1", "--quiet")
    done = archiver("diff", "new", "newer")
    assert done.returncode == 1
    assert "in/page1.txt: text" in done.stdout
    assert "+The lamp on the pier" in done.stdout
    assert "\x1b" not in done.stdout
    assert "0 added, 0 removed, 1 changed" in done.stdout


def test_a_bag_is_written(archiver: Invoke) -> None:
    done = archiver("export", "out", "--bagit", "bag")
    assert (done.returncode, "files of the archive are in the bag bag" in done.stdout) == (0, True)
    assert archiver("export", "out", "--bagit", "bag").returncode == 2
    assert archiver("export", "out").returncode == 2


class TestDamage:
    """No verb takes damage for a mistake of its own, nor for one of the disk that it writes to."""

    @pytest.mark.parametrize(
        "call",
        [
            ("export", "out", "--to", "jsonl"),
            ("export", "out", "--to", "csv", "--out", "x.csv"),
            ("export", "out", "--to", "text", "--each", "--out", "x"),
            ("show", "out", "in/page2.txt"),
            ("explain", "out", "in/page2.txt"),
            ("diff", "out", "out"),
            ("export", "out", "--bagit", "bag"),
            ("clean", "in", "--out", "out", "--append", "--set", "keep_source=true", "--workers", "1"),
            ("clean", "in", "--out", "out", "--append", "--set", "keep_source=true", "--workers", "2"),
        ],
    )
    @pytest.mark.parametrize("damage", ["a byte more", "half", "flips", "nothing"])
    def test_it_is_told(self, archiver: Invoke, damage: str, call: tuple[str, ...]) -> None:
        path = Path("out/data/part-00000.parquet")
        content = path.read_bytes()
        cut = {"a byte more": content + b"x", "half": content[: len(content) // 2], "nothing": b""}
        path.write_bytes(
            cut.get(damage) or b"".join(bytes([b ^ 1 if 4 <= n < 4000 else b]) for n, b in enumerate(content))
        )
        done = archiver(*call)
        assert done.returncode == (3 if call[0] == "clean" else 2)
        assert re.search(r"can(not be read any more|'t be read)|part-00000", done.stderr), done.stderr
        assert "bug" not in done.stderr
        assert "cannot write" not in done.stderr
        path.write_bytes(content)
        begun = Path("out/.run").exists()  # damage that is met by the last pass over an append is no loss of the run
        again = ("clean", "in", "--out", "out", "--set", "keep_source=true", "--workers", "1")
        assert archiver(*again, "--resume" if begun else "--append").returncode == 1
        assert archiver("verify", "out", "--workers", "1").returncode == 0

    @pytest.mark.parametrize("call", [("export", "out", "--to", "jsonl"), ("export", "out", "--bagit", "bag")])
    def test_a_missing_part_is_damage(self, archiver: Invoke, call: tuple[str, ...]) -> None:
        Path("out/data/part-00000.parquet").unlink()
        done = archiver(*call)
        assert (done.returncode, "part-00000.parquet" in done.stderr) == (2, True)
        assert "cannot write" not in done.stderr

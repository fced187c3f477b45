"""The command line as users and programs meet it: exit codes, what goes to which stream, what mistakes say."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from archiver import cli
from archiver.cli import options

TEXT = """How the Windmill Learned to Whistle

The old mill on the dyke has made a sound like a kettle since the miller put a reed into its longest sail.

Nobody had asked him to. He says that the wind seemed bored, and that a bored wind does careless work.

Read also: The Night the Dyke Held
"""
PAGE = """<!DOCTYPE html><title>A Bridge for Hedgehogs</title><nav><a href="/">Home</a></nav><article>
<h1>A Bridge for Hedgehogs</h1>
<p>The town has built a bridge that is forty centimetres wide, because hedgehogs asked for nothing more.</p>
<p>It crosses the tram line behind the brewery, and eleven animals used it during the first night alone.</p>
</article>"""

MORE_THAN_A_PIPE_HOLDS = 4000

Invoke = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def archiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> Invoke:
    """Runs the program in this process, in a folder of its own, as a shell without a terminal would."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "argv", ["archiver", *arguments])
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out, err = (stream.decode("utf-8") for stream in capfdbinary.readouterr())
        return subprocess.CompletedProcess(arguments, int(stopped.value.code or 0), out, err)

    return invoke


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "mill.txt").write_text(TEXT, encoding="utf-8")
    (folder / "bridge.html").write_text(PAGE, encoding="utf-8")
    return folder


needs_a_full_disk = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")


def subprocess_of(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "archiver", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, **options)


def clean(archiver: Invoke, *arguments: str) -> subprocess.CompletedProcess[str]:
    return archiver("clean", *arguments, "--workers", "1")


def articles(out: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(out / "data").to_pylist()
    return rows


class TestClean:
    def test_archives_everything_and_shows_how_to_open_it(self, archiver: Invoke, news: Path) -> None:
        done = clean(archiver, "news")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("read     2\narchived 2\n")
        assert "of the text was removed" in done.stdout
        opening = done.stdout.splitlines()[-1].strip()
        shown = subprocess.run(opening, shell=True, capture_output=True, text=True, encoding="utf-8", cwd=news.parent)
        assert "A Bridge for Hedgehogs" in shown.stdout, shown.stderr

    def test_json(self, archiver: Invoke, news: Path) -> None:
        done = clean(archiver, "news", "--json")
        summary = json.loads(done.stdout)
        assert (summary["run"]["in"], summary["run"]["archived"], summary["out"]) == (2, 2, "out")

    def test_quiet(self, archiver: Invoke, news: Path) -> None:
        done = clean(archiver, "news", "--quiet")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def test_some_failed(self, archiver: Invoke, news: Path) -> None:
        (news / "broken.jsonl").write_text('{"text": \n', encoding="utf-8")
        done = clean(archiver, "news")
        assert done.returncode == options.IMPERFECT
        assert "\nfailed   1\n" in done.stdout
        failure = pq.read_table("out/failures").to_pylist()[0]
        assert failure["source_uri"] == "news/broken.jsonl#row=0"

    def test_an_archive_is_not_touched_unasked(self, archiver: Invoke, news: Path) -> None:
        clean(archiver, "news")
        again = clean(archiver, "news")
        assert again.returncode == options.UNUSABLE
        assert all(option in again.stderr for option in ("--append", "--overwrite", "--out"))
        assert len(again.stderr.splitlines()) == 1

    def test_append_takes_what_is_new(self, archiver: Invoke, news: Path) -> None:
        clean(archiver, "news")
        (news / "new.txt").write_text(TEXT.replace("windmill", "watermill") + "\nMore.\n", encoding="utf-8")
        done = clean(archiver, "news", "--append", "--json")
        summary = json.loads(done.stdout)
        assert summary["run"]["skip_reasons"] == {"already-archived": 2}
        assert summary["archive"]["archived"] == 3

    def test_overwrite_and_resume(self, archiver: Invoke, news: Path) -> None:
        clean(archiver, "news")
        assert clean(archiver, "news/mill.txt", "--overwrite").returncode == 0
        assert [row["source_uri"] for row in articles(Path("out"))] == ["mill.txt"]
        assert clean(archiver, "news/mill.txt", "--resume").returncode == 0
        other = clean(archiver, "news", "--resume")
        assert (other.returncode, "this is not the run" in other.stderr) == (options.UNUSABLE, True)

    def test_the_placeholder_of_a_fresh_clone_is_no_obstacle(self, archiver: Invoke, news: Path) -> None:
        Path("out").mkdir()
        Path("out/README.md").write_text("Archives land here.\n", encoding="utf-8")
        assert clean(archiver, "news").returncode == 0
        assert Path("out/README.md").is_file()

    def test_columns_may_have_any_name(self, archiver: Invoke, tmp_path: Path) -> None:
        row = {"true": "The mill whistled all night, and nobody on the dyke complained.", "5": "A Mill That Whistles"}
        (tmp_path / "rows.jsonl").write_text(json.dumps(row), encoding="utf-8")
        done = clean(archiver, "rows.jsonl", "--field", "text=true", "--field", "title=5")
        assert done.returncode == 0, done.stderr
        assert [(row["title"], row["text"][:8]) for row in articles(Path("out"))] == [
            ("A Mill That Whistles", "The mill")
        ]

    def test_settings_reach_the_text(self, archiver: Invoke, news: Path) -> None:
        Path("archiver.toml").write_text('drop = ["paragraph"]\n', encoding="utf-8")
        done = clean(archiver, "news/mill.txt", "--set", "drop=[]", "--mode", "page")
        assert done.returncode == 0
        terms = json.loads(Path("out/manifest.json").read_bytes())["runs"][0]["settings"]
        assert (terms["mode"], terms["drop"]) == ("page", [])


MISTAKES = [
    (["clean"], "Missing argument"),
    (["clean", "nowhere"], "nowhere does not exist"),
    (["clean", "*.nothing"], "*.nothing matches nothing"),
    (["clean", "news", "--resume", "--append"], "--resume and --append exclude each other"),
    (["clean", "news", "--field", "text"], "--field text: write NAME=COLUMN"),
    (["clean", "news", "--field", "txet=body"], "text"),
    (["clean", "news", "--mode", "artikel"], "'artikel' is none of article, page"),
    (["clean", "news", "--set", "agressiveness=1"], "did you mean aggressiveness?"),
    (["clean", "news", "--set", "limits.dept=1"], "did you mean limits.depth?"),
    (["clean", "news", "--set", "aggressiveness=2"], "2.0 is not between 0 and 1"),
    (["clean", "news", "--set", "schema=nowhere.json"], "nowhere.json"),
    (["clean", "news", "--set", "model=nope.json"], "setting model: nope.json cannot be used: No such file"),
    (["clean", "news", "--set", 'normalizers="podcast"'], "podcast is not installed"),
    (["clean", "news", "--settings", "nowhere.toml"], "settings file nowhere.toml"),
    (["clean", "news", "--out", "news"], "news"),
    (["clean", "news/bridge.html", "--out", "news/mill.txt"], "the output must be a folder"),
    (["clean", "news", "--out", ""], "name a folder"),
    (["import", "news", "--out", ""], "name a folder"),
    (["clean", "news", "--out", "."], "bridge.html lies inside ., where the archive is to be"),
    (["clean", "news", "--out", "news/x"], "news/x lies inside the input"),
    (["show", "kept"], "there is no archive out to look for kept in"),
    (["show", "news"], "add the ID of an article"),
    (["clean", "news", "--workers", "0"], "--workers"),
    (["clean", "news", "--werkers", "1"], "--werkers"),
    (["validate", "nowhere"], "nowhere does not exist"),
    (["validate", "news"], "news holds no archive"),
    (["validate", "news/mill.txt", "--schema", "nowhere.json"], "nowhere.json"),
    (["validate", "news/mill.txt", "--format", "yaml"], "known are text, json, github"),
    (["status", "nowhere"], "there is no such folder"),
    (["status", "news"], "this is no archive"),
    (["explain", "nowhere.html"], "nowhere.html is not a file"),
    (["explain", "nowhere.jsonl", "3"], "nowhere.jsonl: No such file"),
    (["explain", "news"], "add the ID of a record"),
    (["explain", "news", "id"], "this is no archive"),
    (["export", "news", "--to", "csv", "--columns", ""], "--columns names no column"),
    (["schema", "book"], "known are article"),
    (["settings", "--set", "mode"], "write key=value"),
    (["klean"], "clean"),
]


@pytest.mark.parametrize(("arguments", "told"), MISTAKES, ids=str)
def test_mistakes_are_told_and_change_nothing(archiver: Invoke, news: Path, arguments: list[str], told: str) -> None:
    done = archiver(*arguments)
    assert (done.returncode, done.stdout) == (options.UNUSABLE, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not Path("out").exists()


def test_a_message_cannot_repaint_the_terminal(archiver: Invoke) -> None:
    done = archiver("clean", "\x1b]0;evil\n")
    assert done.stderr == "archiver: \\x1b]0;evil\\n does not exist\n"


class TestValidate:
    def test_a_valid_archive(self, archiver: Invoke, news: Path) -> None:
        clean(archiver, "news")
        done = archiver("validate", "out")
        assert (done.returncode, done.stdout) == (0, "valid: 2 records in 2 files\n")

    def test_violations_name_file_line_and_place(self, archiver: Invoke, tmp_path: Path) -> None:
        schema = {"properties": {"tags": {"items": {"type": "string"}}}}
        (tmp_path / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
        (tmp_path / "rows.jsonl").write_text('{"tags": ["a"]}\n\n{"tags": ["a", 5]}\n', encoding="utf-8")
        done = archiver("validate", "rows.jsonl", "--schema", "schema.json")
        assert done.returncode == options.IMPERFECT
        assert done.stdout.splitlines()[0].startswith("rows.jsonl:3 /tags/1: expected")
        told = json.loads(archiver("validate", "rows.jsonl", "--schema", "schema.json", "--format", "json").stdout)
        assert told["valid"] is False
        assert [(item["row"], item["line"], item["pointer"], item["value"]) for item in told["violations"]] == [
            (1, 3, "/tags/1", "5")
        ]
        quiet = archiver("validate", "rows.jsonl", "--schema", "schema.json", "--quiet")
        assert (quiet.returncode, quiet.stdout) == (options.IMPERFECT, "")

    def test_ends_after_max_errors(self, archiver: Invoke, tmp_path: Path) -> None:
        (tmp_path / "rows.jsonl").write_text("[]\n" * 9, encoding="utf-8")
        done = archiver("validate", "rows.jsonl", "--max-errors", "2")
        assert len(done.stdout.splitlines()) == 3


def test_status(archiver: Invoke, news: Path) -> None:
    clean(archiver, "news", "--out", "archive", "--quiet")
    done = archiver("status", "archive")
    assert (done.returncode, done.stdout.split()[:4]) == (0, ["read", "2", "archived", "2"])
    assert json.loads(archiver("status", "archive", "--json").stdout)["archived"] == 2


class TestExplain:
    def test_a_file(self, archiver: Invoke, news: Path) -> None:
        done = archiver("explain", "news/mill.txt")
        assert done.returncode == 0
        assert any(line.split()[1:3] == ["removed", "related"] for line in done.stdout.splitlines())
        told = json.loads(archiver("explain", "news/mill.txt", "--json").stdout)
        assert {block["label"] for block in told["blocks"]} >= {"paragraph", "related"}

    def test_settings_count(self, archiver: Invoke, news: Path) -> None:
        told = json.loads(archiver("explain", "news/mill.txt", "--json", "--set", "drop=paragraph").stdout)
        assert not any(block["kept"] for block in told["blocks"] if block["label"] == "paragraph" and block["text"])

    def test_a_row(self, archiver: Invoke, tmp_path: Path) -> None:
        rows = [{"text": "One.", "title": "First"}, {"text": "Two.", "title": "Second"}]
        (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        assert json.loads(archiver("explain", "rows.jsonl", "1", "--json").stdout)["title"] == "Second"
        missing = archiver("explain", "rows.jsonl", "2")
        assert (missing.returncode, "rows.jsonl#row=2" in missing.stderr) == (options.UNUSABLE, True)
        assert json.loads(archiver("explain", "rows.jsonl#row=1", "--json").stdout)["title"] == "Second"
        assert (
            json.loads(archiver("explain", "rows.jsonl", "dumps/rows.jsonl#row=1", "--json").stdout)["title"]
            == "Second"
        )

    @pytest.mark.parametrize(
        "words",
        [
            ("box.zip", "ok/rows.jsonl#row=0"),
            ("box.zip", "box.zip!ok/rows.jsonl#row=0"),
            ("box.zip!ok/rows.jsonl#row=0",),
            ("box.zip", "ok/a.html"),
            ("box.zip", "news/box.zip!ok/a.html"),
        ],
    )
    def test_a_member(self, archiver: Invoke, tmp_path: Path, words: tuple[str, ...]) -> None:
        with zipfile.ZipFile(tmp_path / "box.zip", "w") as box:
            box.writestr("ok/a.html", "<title>Ferries</title><p>The ferry left.")
            box.writestr("ok/rows.jsonl", json.dumps({"text": "The ferry left.", "title": "Ferries"}))
            box.writestr("ok/b.html", "<p>No.")
        told = json.loads(archiver("explain", *words, "--json").stdout)
        assert (told["title"], told["source_uri"].partition("#")[0][:10]) == ("Ferries", "box.zip!ok")

    def test_what_cannot_be_read_is_named(self, archiver: Invoke, tmp_path: Path) -> None:
        (tmp_path / "a.txt.gz").write_bytes(b"\x1f\x8b\x08 broken")
        done = archiver("explain", "a.txt.gz")
        assert (done.returncode, "a.txt.gz: " in done.stderr) == (options.UNUSABLE, True)

    def test_an_archived_record_by_each_of_its_names(self, archiver: Invoke, news: Path) -> None:
        clean(archiver, "news")
        record = next(row for row in articles(Path("out")) if row["source_uri"] == "news/mill.txt")
        by_name = [
            archiver("explain", "out", record[column], "--json").stdout for column in ("id", "version_id", "source_uri")
        ]
        assert len(set(by_name)) == 1
        assert json.loads(by_name[0])["title"] == record["title"]
        missing = archiver("explain", "out", "0" * 32)
        assert (missing.returncode, "there is no record" in missing.stderr) == (options.UNUSABLE, True)


def test_schema_is_the_one_that_validates(archiver: Invoke) -> None:
    schema = json.loads(archiver("schema").stdout)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "manifest_version" in json.loads(archiver("schema", "manifest").stdout)["properties"]


class TestSettings:
    def test_the_nearest_file_upwards_counts(self, archiver: Invoke, tmp_path: Path, monkeypatch: Any) -> None:
        (tmp_path / "archiver.toml").write_text('mode = "page"\n', encoding="utf-8")
        (tmp_path / "a" / "b").mkdir(parents=True)
        monkeypatch.chdir(tmp_path / "a" / "b")
        assert json.loads(archiver("settings", "--json").stdout)["mode"] == "page"
        (tmp_path / "a" / "archiver.toml").write_text('keep = ["caption"]\n', encoding="utf-8")
        nearest = json.loads(archiver("settings", "--json").stdout)
        assert (nearest["mode"], nearest["keep"]) == ("article", ["caption"])
        named = json.loads(archiver("settings", "--json", "--settings", "../../archiver.toml").stdout)
        assert named["mode"] == "page"

    def test_the_environment_counts_more_than_the_file_and_less_than_an_option(
        self, archiver: Invoke, tmp_path: Path, monkeypatch: Any
    ) -> None:
        (tmp_path / "archiver.toml").write_text('mode = "page"\nkeep_source = true\n', encoding="utf-8")
        (tmp_path / "other.toml").write_text('keep = ["caption"]\n', encoding="utf-8")
        monkeypatch.setenv("ARCHIVER_SET_MODE", "article")
        monkeypatch.setenv("ARCHIVER_SET_LIMITS__DEPTH", "64")
        told = json.loads(archiver("settings", "--json", "--set", "limits.depth=65").stdout)
        assert (told["mode"], told["keep_source"], told["limits"]["depth"]) == ("article", True, 65)
        explained = archiver("settings", "--explain", "--set", "limits.depth=65").stdout
        setters = [line for line in explained.splitlines() if line.startswith("# set by ")]
        assert setters == ["# set by the environment", f"# set by {tmp_path / 'archiver.toml'}", "# set by --set"]
        monkeypatch.setenv("ARCHIVER_SETTINGS", "other.toml")
        assert json.loads(archiver("settings", "--json").stdout)["keep"] == ["caption"]
        monkeypatch.setenv("ARCHIVER_SET_MODUS", "page")
        wrong = archiver("settings")
        assert (wrong.returncode, "did you mean mode?" in wrong.stderr) == (options.UNUSABLE, True)

    def test_the_explanation_can_be_read_back(self, archiver: Invoke, tmp_path: Path) -> None:
        chosen = ["--set", "keep=caption", "--set", 'fields."the text"="a \\"b\\""', "--set", "limits.depth=9"]
        chosen += ["--set", 'select.where=["title ~ mill"]']
        explained = archiver("settings", "--explain", *chosen).stdout
        assert max(map(len, explained.splitlines())) <= 105
        (tmp_path / "copy.toml").write_text(explained, encoding="utf-8")
        assert archiver("settings", "--settings", "copy.toml").stdout == archiver("settings", *chosen).stdout

    def test_what_is_printed_can_be_read_back(self, archiver: Invoke, tmp_path: Path) -> None:
        printed = archiver("settings", "--set", "keep=caption", "--set", 'fields.text="the \\"body\\""').stdout
        (tmp_path / "copy.toml").write_text(printed, encoding="utf-8")
        assert archiver("settings", "--settings", "copy.toml").stdout == printed


class TestProcess:
    """What only a real process shows."""

    def test_standard_input(self, tmp_path: Path) -> None:
        rows = "".join(json.dumps({"text": f"{number}. {TEXT}", "title": str(number)}) + "\n" for number in range(3))
        done = subprocess_of("clean", "-", "--workers", "1", "--json", input=rows, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert [row["source_uri"] for row in articles(tmp_path / "out")] == [f"stdin#row={row}" for row in range(3)]
        shown = subprocess_of("explain", "-", input=TEXT, cwd=tmp_path)
        assert shown.stdout.startswith("stdin · text/plain")
        shown = subprocess_of("explain", "-", input=rows.splitlines()[0], cwd=tmp_path)
        assert shown.stdout.startswith("stdin#row=0 · text/plain")
        assert "0. " in shown.stdout
        for words, message in [((), "stdin holds several documents"), (("3",), "stdin#row=3 is no document")]:
            shown = subprocess_of("explain", "-", *words, input=rows, cwd=tmp_path)
            assert (shown.returncode, message in shown.stderr) == (options.UNUSABLE, True)

    @needs_a_full_disk
    @pytest.mark.parametrize("arguments", [["--help"], ["schema"], ["clean", "news", "--workers", "1"]], ids=str)
    def test_standard_output_on_a_full_disk(self, tmp_path: Path, news: Path, arguments: list[str]) -> None:
        command = [sys.executable, "-m", "archiver", *arguments]
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, timeout=120)
        told = "archiver: standard output cannot be written: No space left on device\n"
        assert (done.returncode, done.stderr.decode()) == (options.STOPPED, told)
        assert arguments[0] != "clean" or subprocess_of("verify", "out", cwd=tmp_path).returncode == 0

    @needs_a_full_disk
    @pytest.mark.parametrize(
        ("arguments", "code"), [(["klean"], options.UNUSABLE), (["status", "nowhere"], options.UNUSABLE), (["-h"], 0)]
    )
    def test_standard_error_on_a_full_disk(self, arguments: list[str], code: int) -> None:
        command = [sys.executable, "-m", "archiver", *arguments]
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=full, timeout=120)
        assert done.returncode == code

    @pytest.mark.skipif(os.name == "nt", reason="needs a hand between fork and exec")
    @pytest.mark.parametrize("closed", [(1,), (2,), (0, 1, 2)], ids=str)
    @pytest.mark.parametrize(("arguments", "code"), [(["schema"], 0), (["status", "nowhere"], options.UNUSABLE)])
    def test_closed_streams(self, closed: tuple[int, ...], arguments: list[str], code: int) -> None:
        done = subprocess_of(*arguments, preexec_fn=lambda: list(map(os.close, closed)))
        assert done.returncode == code
        assert "Traceback" not in done.stderr
        assert (1 in closed or arguments != ["schema"]) == (done.stdout == "")

    @pytest.mark.parametrize("verb", ["clean", "explain"])
    def test_closed_standard_input(self, archiver: Invoke, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
        monkeypatch.setattr(sys, "stdin", None)
        done = archiver(verb, "-")
        assert done.returncode == options.UNUSABLE
        assert done.stderr == "archiver: standard input is closed; there is nothing to read from it\n"
        assert not Path("out").exists()

    def test_no_terminal_no_colour(self, tmp_path: Path, news: Path) -> None:
        shown = subprocess_of("explain", "news/mill.txt", cwd=tmp_path)
        assert "\x1b" not in shown.stdout + shown.stderr

    @pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
    @pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
    def test_colour_at_a_terminal(self, news: Path, variables: dict[str, str], coloured: bool) -> None:
        plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
        shown = at_a_terminal(["explain", str(news / "mill.txt")], {**plain, "TERM": "xterm", **variables})
        assert ("\x1b[3" in shown) == coloured
        assert "related" in shown

    @pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
    @pytest.mark.parametrize("form", ["csv", "text", "markdown"])
    def test_an_export_to_a_terminal_cannot_repaint_it(self, archiver: Invoke, tmp_path: Path, form: str) -> None:
        row = {"text": "The mill \x1b[31mwhistled.", "title": "\x1b]0;evil\x07"}
        (tmp_path / "rows.jsonl").write_text(json.dumps(row), encoding="utf-8")
        archiver("import", "rows.jsonl", "--out", "out")
        shown = at_a_terminal(["export", str(tmp_path / "out"), "--to", form], dict(os.environ))
        assert "\x1b" not in shown
        assert "whistled" in shown
        piped = archiver("export", "out", "--to", "csv", "--columns", "title,text")
        assert "\x1b[31m" in piped.stdout
        told = archiver("export", "out", "--to", "text", "--out", "x.txt")
        assert told.stdout == "1 article is in x.txt\n"

    def test_help_needs_nothing_heavy(self) -> None:
        code = "import sys, archiver.cli as c; c.typer.main.get_command(c.app); print(*sys.modules)"
        loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        heavy = {"pyarrow", "numpy", "turbohtml", "rich", "ftfy", "jsonschema", "bs4", "chardet", "multiprocessing"}
        heavy |= {"archiver.settings", "archiver.document"}
        assert heavy.isdisjoint(loaded)

    @pytest.mark.parametrize("verb", ["", *(verb.__name__.strip("_") for verb in cli.VERBS)])
    def test_help(self, archiver: Invoke, verb: str) -> None:
        done = archiver(*verb.split(), "--help")
        assert done.returncode == 0
        assert max(map(len, done.stdout.splitlines())) <= 80
        assert not verb or re.search(rf"Examples?:\n(    .*\n)*    (.*\| )?archiver {verb}", done.stdout)

    def test_completion(self, tmp_path: Path) -> None:
        asked = {"_ARCHIVER_COMPLETE": "complete_bash", "COMP_WORDS": "archiver va", "COMP_CWORD": "1"}
        done = subprocess_of(cwd=tmp_path, env={**os.environ, **asked})
        assert done.stdout.split() == ["validate"]

    def test_version(self, archiver: Invoke) -> None:
        assert archiver("--version").stdout == f"archiver {cli.__version__}\n"

    @pytest.mark.skipif(os.name == "nt", reason="signals are another matter there")
    def test_interrupted(self, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "archiver", "clean", "-", "--workers", "1"]
        run = subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        assert run.stdin
        run.stdin.write(json.dumps({"text": TEXT}).encode() * MORE_THAN_A_PIPE_HOLDS)  # returns once the run reads
        run.send_signal(signal.SIGINT)
        _, told = run.communicate(timeout=60)
        expected = "archiver: interrupted; what is finished is safe, go on with --resume\n"
        assert (run.returncode, told.decode()) == (options.INTERRUPTED, expected)
        assert "--resume" in subprocess_of("status", "out", cwd=tmp_path).stderr
        assert "--resume" in subprocess_of("clean", "-", input="", cwd=tmp_path).stderr

    @pytest.mark.skipif(os.name == "nt", reason="needs resource limits")
    def test_storage_that_refuses_ends_the_run_which_can_be_resumed(self, tmp_path: Path, news: Path) -> None:
        arguments = ["clean", "news", "--workers", "1"]
        done = subprocess_of(*arguments, cwd=tmp_path, preexec_fn=let_no_file_grow)
        assert done.returncode == options.STOPPED
        assert done.stderr.startswith(f"archiver: cannot write to {tmp_path / 'out'}: ")
        assert done.stderr.endswith("go on with --resume\n")
        assert subprocess_of(*arguments, "--resume", cwd=tmp_path).returncode == 0


def let_no_file_grow() -> None:
    """What a full disk does to a process: a file ends where it is."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))


def at_a_terminal(arguments: list[str], environment: dict[str, str]) -> str:
    """What the program shows at a terminal of 80 columns."""
    import pty

    read, written = pty.openpty()
    command = [sys.executable, "-m", "archiver", *arguments]
    with subprocess.Popen(command, stdout=written, stderr=written, env=environment) as run:
        os.close(written)
        shown = b""
        try:
            while data := os.read(read, 65536):
                shown += data
        except OSError:  # Linux says so when the other end has closed
            pass
        run.wait(timeout=60)
    os.close(read)
    return shown.decode("utf-8")

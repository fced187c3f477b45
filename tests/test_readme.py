"""README and docs say what is so: their commands run, their Python runs, their tables are those of the program."""

from __future__ import annotations

import ast
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from archiver import settings
from archiver.archive.columns import ARTICLE_SCHEMA
from archiver.document import Family, Label
from archiver.resources import resource
from tests.engines.installed import marks_of

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCS = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
VERBS = (
    "clean import validate verify status explain show query forget reclean diff export schema settings sites".split()
)


def fenced(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next of the same level or a higher one."""
    level, _, _ = heading.partition(" ")
    below = text.split(f"\n{heading}\n", 1)[1]
    return re.split(rf"^#{{1,{len(level)}}} ", below, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of all rows of all tables, without their heads."""
    tables = re.findall(r"^\|.*\|\n\| *-.*\|\n((?:\|.*\|\n)+)", text, re.MULTILINE)
    lines = [line for table in tables for line in table.splitlines()]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the seeds and the archive that the everyday commands make of them."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "seeds").symlink_to(ROOT / "seeds", target_is_directory=True)
    return folder


def commands(text: str) -> list[str]:
    """The lines of all shell blocks, without what is said of them."""
    return [line.partition("  #")[0].strip() for block in fenced(text, "sh") for line in block.splitlines()]


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command line of ours, carried out by a shell."""
    line = re.sub(r"^archiver", shlex.join([sys.executable, "-m", "archiver"]), command)
    return subprocess.run(line, shell=True, cwd=folder, capture_output=True, text=True, encoding="utf-8")


@pytest.fixture(scope="module")
def everyday(workplace: Path) -> list[subprocess.CompletedProcess[str]]:
    return [run(command, workplace) for command in commands(section(README, "## Everyday commands"))]


class TestQuickStart:
    def test_two_commands_open_the_readme(self) -> None:
        assert README.startswith("# archiver\n\n## Quick start\n")
        blocks = fenced(README, "sh")[:2]
        assert fenced(section(README, "## Quick start"), "sh") == blocks
        assert [block.count("\n") for block in blocks] == [1, 1]

    def test_ci_runs_them_as_they_stand(self) -> None:
        script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
        extraction = re.search(r"< <\((awk .*) README\.md\)", script)
        assert extraction, "the line of .ci/run that reads the commands out of the README"
        read = subprocess.run(f"{extraction[1]} README.md", shell=True, cwd=ROOT, capture_output=True, text=True)
        assert read.stdout.splitlines() == [block.strip() for block in fenced(README, "sh")[:2]]

    def test_they_ask_for_what_exists(self) -> None:
        first, second = fenced(README, "sh")[:2]
        assert "archiver clean seeds/" in first
        assert ".[test]" in second
        assert "pytest" in second


def python_of_the_docs() -> Iterator[Any]:
    """The Python of each document, block by block; what starts an engine is skipped where that is absent."""
    for name in sorted(DOCS.keys() - {"loading.md"}):  # that page has its own test, with the packages it names
        for number, block in enumerate(fenced(DOCS[name], "python")):
            starts = re.search(r"^(?:import|from) (?:py)?(dask|spark)", block, re.MULTILINE)
            marks = marks_of(starts[1] if starts else "local")
            yield pytest.param(name, block, id=f"{name}-{number}", marks=marks)


def commands_of_the_docs() -> Iterator[Any]:
    """Our command lines in the shell blocks of each document; what starts an engine is skipped where that is absent.

    Of the other lines the benchmarks and the training need data that is not ours, and .ci/run installs the package.
    """
    for name, text in DOCS.items():
        for number, command in enumerate(line for line in commands(text) if line.startswith("archiver ")):
            engine = re.search(r"--engine (\w+)", command)
            yield pytest.param(command, id=f"{name}-{number}", marks=marks_of(engine[1] if engine else "local"))


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that the commands of the docs name."""
    folder = tmp_path_factory.mktemp("docs")
    (folder / "seeds").symlink_to(ROOT / "seeds", target_is_directory=True)
    shutil.copy(ROOT / "seeds" / "night-ferry.html", folder / "page.html")
    run("archiver clean seeds/ --out kept/ --keep-source", folder)
    for copy in ("articles", "new"):
        shutil.copytree(folder / "kept", folder / copy)
    run("archiver export kept/ --to jsonl --out export.jsonl", folder)
    return folder


class TestReadme:
    @pytest.mark.parametrize("command", [*commands_of_the_docs()])
    def test_commands_of_the_docs_run(self, command: str, furnished: Path, tmp_path: Path) -> None:
        place = shutil.copytree(furnished, tmp_path / "here", symlinks=True)
        made = re.search(r"--out (\S+)", command)
        if made:
            shutil.rmtree(place / made[1], ignore_errors=True)
        done = run(command, place)
        assert done.returncode == 0, done.stderr
        assert done.stdout

    def test_everyday_commands_run(self, everyday: list[subprocess.CompletedProcess[str]]) -> None:
        for done in everyday:
            assert done.returncode == 0, (done.args, done.stderr)
            assert done.stdout, done.args

    @pytest.mark.parametrize("index", range(len(fenced(README, "python"))))
    def test_python_runs(
        self, index: int, workplace: Path, everyday: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
    ) -> None:
        monkeypatch.chdir(workplace)
        exec(compile(fenced(README, "python")[index], f"README.md, block {index}", "exec"), {})

    def test_a_normalizer_takes_ten_lines(self) -> None:
        block = fenced(section(README, "### Add a normalizer in ten lines"), "python")[0]
        assert len([line for line in block.splitlines() if line]) <= 10

    @pytest.mark.parametrize("name", ["README.md", *(f"docs/{name}" for name in DOCS)])
    def test_links_lead_somewhere(self, name: str) -> None:
        for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text(encoding="utf-8")):
            assert (ROOT / name).parent.joinpath(target).exists(), target

    @pytest.mark.parametrize(("name", "block"), [*python_of_the_docs()])
    def test_python_of_the_docs_runs(
        self, name: str, block: str, workplace: Path, everyday: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(workplace)
        exec(compile(block, name, "exec"), {})


class TestHelp:
    @pytest.mark.parametrize("verb", VERBS)
    def test_every_option_is_documented(self, verb: str) -> None:
        shown = help_of(verb)
        known = set(re.findall(r"--[a-z][a-z-]+", shown)) - {"--help"}
        documented = section(DOCS["settings.md"], f"### {verb}")
        assert {option for row in rows(documented) for option in re.findall(r"--[a-z][a-z-]+", row[0])} == known

    def test_the_verbs_are_those_of_the_program(self) -> None:
        assert re.findall(r"^  ([a-z]+)  ", section(f"\n{help_of()}", "Commands:"), re.MULTILINE) == VERBS
        assert re.findall(r"^### (\w+)$", DOCS["settings.md"], re.MULTILINE) == VERBS

    @pytest.mark.parametrize("name", ["README.md", *(f"docs/{name}" for name in DOCS)])
    def test_commands_in_prose_exist(self, name: str) -> None:
        text = (ROOT / name).read_text(encoding="utf-8")
        for verb in re.findall(r"\barchiver ([a-z]+)\b[^`\n]*`", text):
            assert verb in VERBS, verb
        options = {*re.findall(r"`(--[a-z][a-z-]+)", text)}
        assert options <= set(re.findall(r"--[a-z][a-z-]+", "".join(map(help_of, ["", *VERBS]))))


@cache
def help_of(verb: str = "") -> str:
    full = "sites test" if verb == "sites" else verb
    command = [sys.executable, "-m", "archiver", *full.split(), "--help"]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout


class TestTables:
    """Where one of these fails, the expected rows are what the table has to say."""

    def test_columns(self) -> None:
        assert rows(section(DOCS["records.md"], "## Columns")) == list(expected_columns())

    def test_labels(self) -> None:
        table = rows(section(DOCS["normalizers.md"], "## Labels"))
        assert [[family, *re.findall(r"`(\w+)`", labels)] for family, labels, *_ in table] == [
            [family.value, *(label.value for label in Label if label.family is family)] for family in Family
        ]

    def test_settings(self) -> None:
        assert rows(section(DOCS["settings.md"], "## Settings")) == list(expected_settings(settings.Settings))


def expected_columns() -> Iterator[list[str]]:
    described = json.loads(resource("schemas", "article.schema.json").read_text(encoding="utf-8"))["properties"]
    for column in ARTICLE_SCHEMA:
        star = "" if column.nullable else "\\*"
        yield [f"`{column.name}`{star}", f"`{type_name(column.type)}`", described[column.name]["description"]]


def type_name(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"list<{type_name(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"struct<{', '.join(item.name for item in kind)}>"
    return {"float": "float32", "date32[day]": "date32", "timestamp[us, tz=UTC]": "timestamp(us, UTC)"}.get(
        str(kind), str(kind)
    )


def expected_settings(kind: type, prefix: str = "") -> Iterator[list[str]]:
    """Each setting with its default and the docstring of its field."""
    tree = ast.parse(Path(str(sys.modules[kind.__module__].__file__)).read_text(encoding="utf-8"))
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == kind.__name__)
    said = {
        field.target.id: text.value.value
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
    }
    defaults = kind()
    for item in fields(kind):
        value = getattr(defaults, item.name)
        if is_dataclass(value):
            yield from expected_settings(type(value), f"{item.name}.")
        else:
            shown = "" if value is None else f"`{json.dumps(value)}`"
            yield [f"`{prefix}{item.name}`", shown, str(said[item.name])]

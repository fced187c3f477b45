"""The arrows of the house: who may import whom. Found by parsing, so that an import inside a function counts too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "archiver"

TYPES = ("document", "record", "errors")
"""The rooms that import nothing of ours but each other."""

ORDER = (
    *TYPES,
    *(
        "version",
        "resources",
        "words",
        "sentences",
        "phrases",
        "selection",
        "sites",
        "remote",
        "settings",
        "record_json",
    ),
    *("sources", "decode", "repair", "segment"),
    *("features", "normalizers", "scorer", "labeling"),
    *("metadata", "compose", "validation", "guard", "pipeline", "api"),
    *("archive", "preview", "exports", "imports", "arrow", "work", "engines", "batch", "mirror", "report", "cli"),
)
"""A room imports those before it, never one after it."""

ENTRANCES = ("__init__", "__main__")
"""`archiver/__init__.py` names the public functions of all rooms, `__main__.py` calls `cli`; nobody imports them."""

KEPT_IN = {
    "turbohtml": ("segment/markup",),
    "html5lib": ("segment/markup",),
    "bs4": ("segment/markup", "decode"),
    "typer": ("cli",),
    "rich": ("report", "cli"),
    "filelock": ("archive/workplace",),
    "fsspec": ("remote",),
    "fastwarc": ("sources/warc",),
    "feedparser": ("sources/feeds",),
    "ftfy": ("repair",),
    "py3langid": ("metadata/language",),
    "jsonschema": ("validation",),
    "jsonschema_rs": ("validation",),
    "referencing": ("validation",),
    "duckdb": ("exports/query",),
    "junitparser": ("report/annotations",),
    "msgspec": ("validation",),
    "dask": (),
    "distributed": ("engines/dask",),
    "cloudpickle": ("engines/dask",),
    "pyspark": ("engines/spark",),
    "py4j": ("engines/spark",),
}
"""Third-party packages and the only modules or rooms that may name them."""

MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").as_posix()


@cache
def imports(path: Path) -> frozenset[str]:
    """The dotted names of all modules that a file imports. Of `from a import b` that is `a`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            found.add(node.module or "")
    return frozenset(found)


def rooms_imported(path: Path) -> Iterator[str]:
    for module in imports(path):
        package, _, rest = module.partition(".")
        if package == "archiver":
            yield rest.partition(".")[0]


def test_every_room_has_its_place() -> None:
    rooms = {name_of(path).partition("/")[0] for path in MODULES}
    assert rooms == {*ORDER, *ENTRANCES}


@pytest.mark.parametrize("path", [path for path in MODULES if name_of(path) not in ENTRANCES], ids=name_of)
def test_no_room_imports_a_later_one(path: Path) -> None:
    room = name_of(path).partition("/")[0]
    allowed = {*TYPES} if room in TYPES else {*ORDER[: ORDER.index(room) + 1]}
    assert {*rooms_imported(path)} <= allowed


def test_the_plan_names_every_room() -> None:
    plan = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = set(re.findall(r"`(\w+)/?`", plan.partition("## Rooms")[2].partition("## Arrows")[0]))
    assert {*ORDER} - {"version"} <= rooms


def test_importing_archiver_loads_no_room() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    loaded = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert {module for module in loaded if module and module.startswith("archiver")} == {"archiver.version"}


NORMALIZERS = [path for path in MODULES if path.parent.name == "normalizers" and path.stem != "__init__"]


@pytest.mark.parametrize("path", NORMALIZERS, ids=name_of)
def test_no_normalizer_imports_another(path: Path) -> None:
    """`reading.py` is no normalizer: it is what all of them stand on."""
    siblings = {module for module in imports(path) if module.startswith("archiver.normalizers.")}
    assert siblings <= {"archiver.normalizers.reading"}


@pytest.mark.parametrize("package", KEPT_IN)
def test_third_party_names_stay_in_their_room(package: str) -> None:
    users = [name_of(path) for path in MODULES if any(name.partition(".")[0] == package for name in imports(path))]
    assert [user for user in users if not any(f"{user}/".startswith(f"{room}/") for room in KEPT_IN[package])] == []


def test_nobody_outside_knows_which_engine_runs() -> None:
    outside = [path for path in MODULES if path.parent.name != "engines"]
    assert not [path for path in outside if any(name.startswith("archiver.engines.") for name in imports(path))]


def test_engines_are_thin() -> None:
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (PACKAGE / "engines").glob("*.py"))
    assert lines <= 200


def test_decode_takes_only_the_detector_of_beautifulsoup() -> None:
    used = {name for name in imports(PACKAGE / "decode.py") if name.startswith("bs4")}
    assert used == {"bs4.dammit"}


def test_training_and_benchmarks_are_imported_by_nobody() -> None:
    for path in MODULES:
        assert not {"training", "benchmarks", "tests"} & {name.partition(".")[0] for name in imports(path)}, path

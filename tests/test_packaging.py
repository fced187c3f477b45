"""What ships: the files that the program needs, where it looks for them, and the packages that it declares."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import archiver
from archiver import resources
from archiver.resources import resource

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "archiver"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

OPTIONAL = {"duckdb", "html5lib", "fastwarc", "fsspec", "distributed", "cloudpickle", "pyspark", "py4j"}
"""Packages of extras: imported only where a setting, a verb or an engine asks for them."""
FOR_TYPE_CHECKERS = {"typing_extensions"}


@pytest.mark.parametrize(
    "names", [("schemas", "article.schema.json"), ("schemas", "manifest.schema.json"), ("phrases",)]
)
def test_what_ships_is_found(names: tuple[str, ...]) -> None:
    assert resource(*names).exists()


def test_an_installed_package_has_its_schemas_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the wheel lays it out (pyproject.toml, force-include); .ci/run installs a real one."""
    (tmp_path / "archiver" / "schemas").mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "archiver")
    assert resource("schemas") == tmp_path / "archiver" / "schemas"
    with pytest.raises(FileNotFoundError, match="lacks schemas/nothing"):
        resource("schemas", "nothing")


def test_the_wheel_takes_all_that_lies_in_the_package() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert build["wheel"] == {"packages": ["archiver"], "force-include": {"schemas": "archiver/schemas"}}
    assert (PACKAGE / "py.typed").is_file()


def test_every_imported_package_is_declared() -> None:
    imported = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
    foreign = imported - sys.stdlib_module_names - {"archiver"} - FOR_TYPE_CHECKERS - OPTIONAL
    needed = {normalized(packages_distributions()[name][0]) for name in foreign}
    assert needed == {distribution(requirement) for requirement in PROJECT["dependencies"]}


def test_all_has_every_extra_for_users() -> None:
    extras = PROJECT["optional-dependencies"]
    for_developers = {"all", "test", "lint", "bench", "training"}
    assert extras["all"] == [f"archiver[{','.join(sorted(extras.keys() - for_developers))}]"]


@pytest.mark.parametrize("name", archiver.__all__)
def test_every_public_name_exists(name: str) -> None:
    assert getattr(archiver, name) is not None


def test_no_room_hides_a_public_function() -> None:
    code = "import archiver, archiver.api; assert callable(archiver.validate)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


def test_every_public_name_is_typed() -> None:
    """What is imported lazily is imported plainly for type checkers."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    typed = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("archiver")
        for alias in node.names
    }
    assert typed == set(archiver.__all__)


def distribution(requirement: str) -> str:
    name = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert name
    return normalized(name[0])


def normalized(distribution: str) -> str:
    """A name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", distribution).lower()

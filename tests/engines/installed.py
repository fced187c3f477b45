"""Which engines can be started here: the marks of a test that starts one."""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest

from archiver.engines import ENGINES


def marks_of(name: str) -> list[pytest.MarkDecorator]:
    """Skips, with a message, where the engine's extra (or Java) is absent. What starts a cluster is slow."""
    lacks = [package for package in ENGINES[name] if not find_spec(package)]
    if name == "spark" and not shutil.which("java"):
        lacks.append("java")
    reason = f"{' and '.join(lacks)} not installed; pip install 'archiver[{name}]'"
    return [pytest.mark.skipif(bool(lacks), reason=reason), *([pytest.mark.slow] if name != "local" else [])]


def engines(*names: str) -> pytest.MarkDecorator:
    """Run a test with each of these engines, as `name`."""
    return pytest.mark.parametrize("name", [pytest.param(name, marks=marks_of(name)) for name in names])

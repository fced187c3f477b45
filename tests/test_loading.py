"""Each Python snippet of docs/loading.md, with the real package: it loads the archive of the seeds, and all of it."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from archiver.batch import run

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "loading.md").read_text(encoding="utf-8")
SNIPPETS = {
    section.partition("\n")[0]: found[1]
    for section in PAGE.split("\n## ")[1:]
    if (found := re.search(r"^```python\n(.*?)^```$", section, re.DOTALL | re.MULTILINE))
}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("loading")
    run([ROOT / "seeds"], folder / "articles")
    return folder


@pytest.fixture(scope="module")
def count(workplace: Path) -> int:
    import pyarrow.dataset as ds

    return int(ds.dataset(workplace / "articles" / "data").count_rows())


def names_of(snippet: str, workplace: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the snippet has given names to."""
    monkeypatch.chdir(workplace)
    found: dict[str, Any] = {}
    exec(compile(SNIPPETS[snippet], f"docs/loading.md, {snippet}", "exec"), found)
    return found


def test_every_package_has_its_snippet() -> None:
    assert list(SNIPPETS) == ["DuckDB", "Polars", "pandas", "PyArrow", "PySpark", "Hugging Face datasets"]


def test_duckdb(workplace: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = names_of("DuckDB", workplace, monkeypatch)["rows"]
    assert sum(articles for _, articles, _ in rows) == count
    assert all(words > 0 for _, _, words in rows)


def test_polars(workplace: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = names_of("Polars", workplace, monkeypatch)["frame"]
    assert frame.columns == ["title", "authors", "date_published", "text"]
    assert 0 < len(frame) <= count


def test_pandas(workplace: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = names_of("pandas", workplace, monkeypatch)["frame"]
    assert len(frame) == count
    assert frame["text"].str.len().min() > 0


def test_pyarrow(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = names_of("PyArrow", workplace, monkeypatch)["table"]
    assert table.column_names == ["title", "text"]
    assert table.num_rows > 0


@pytest.mark.skipif(not (shutil.which("java") or os.environ.get("JAVA_HOME")), reason="Spark needs Java, 17 or newer")
def test_pyspark(workplace: Path, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    found = names_of("PySpark", workplace, monkeypatch)
    try:
        assert sum(row.articles for row in found["rows"]) == count
        assert found["removed"].columns == ["id", "label", "text"]
        assert found["removed"].count() > 0
        assert found["removed"].where("text IS NULL").count() == 0
    finally:
        found["spark"].stop()


def test_datasets(workplace: Path, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("HF_HOME", str(tmp_path)), ("HF_HUB_OFFLINE", "1"), ("HF_DATASETS_OFFLINE", "1")):
        monkeypatch.setenv(name, value)
    texts = names_of("Hugging Face datasets", workplace, monkeypatch)["texts"]
    assert texts.column_names == ["title", "text"]
    assert len(texts) == count
    assert all(row["text"] for row in texts)

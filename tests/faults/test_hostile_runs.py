"""Hostile documents in a real run with workers: each has its outcome, none of them stops or harms another."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hostile import PAGES, broken_text, fuzzed, seed_pages

from archiver.batch import run
from archiver.settings import Limits, Settings

NEVER = {"crashed", "internal-error", "memory", "deadline"}
LIMITS = Limits(memory_bytes=2 * 2**30)


def outcomes(folder: Path, payloads: list[bytes], name: str = "html") -> list[dict[str, Any]]:
    """What became of each payload: its row in data, rejected or failures, with the name of that folder."""
    pq.write_table(pa.table({name: pa.array(payloads, pa.binary())}), folder / "in.parquet", row_group_size=50)
    out = folder / "out"
    summary = run([folder / "in.parquet"], out, Settings(limits=LIMITS), workers=2, shard_bytes=4 * 2**20)
    found: dict[int, dict[str, Any]] = {}
    for kind in ("data", "rejected", "failures"):
        for row in pq.read_table(out / kind).to_pylist() if (out / kind).exists() else []:
            found[int(row["source_uri"].rpartition("=")[2])] = {**row, "outcome": kind}
    skipped = sum(summary.run.skipped.values())
    assert len(found) + skipped == summary.run.read == len(payloads)
    return [found.get(number, {"outcome": "skipped"}) for number in range(len(payloads))]


def test_fuzzed_pages(tmp_path: Path, tries: Any, wanted: Any) -> None:
    chance, seeds = random.Random(5), seed_pages()
    pages = [fuzzed(seeds[number % len(seeds)], seeds, chance) for number in range(wanted(60, 5000))]
    found = outcomes(tmp_path, pages)
    for number in tries("fuzzed pages", 60, 5000):
        assert found[number].get("code") not in NEVER, (number, found[number])
    assert sum(row["outcome"] == "data" for row in found) > len(pages) * 0.8


def test_pathological_pages(tmp_path: Path, tries: Any, wanted: Any) -> None:
    """All but a few are archived; those few meet a limit, which is named."""
    names = sorted(PAGES, key=lambda name: len(PAGES[name]))[: wanted(10, len(PAGES))]
    pages = [PAGES[name] for name in names]
    found = outcomes(tmp_path, [page if isinstance(page, bytes) else page.encode() for page in pages])
    for number in tries("pathological pages", len(names), len(names)):
        row = found[number]
        assert row.get("code") not in ("crashed", "internal-error"), (names[number], row)
        told = row["outcome"] != "failures" or "limits." in row["message"] or row["code"] == "unsupported-type"
        assert told, (names[number], row)


def test_broken_bytes(tmp_path: Path, tries: Any, wanted: Any) -> None:
    """Every text is archived, and where characters were lost or changed there is a count of them."""
    chance = random.Random(9)
    texts = [broken_text(chance) for _ in range(wanted(100, 10_000))]
    found = outcomes(tmp_path, [text for text, _ in texts], "text")
    seen = set()
    for number in tries("invalid UTF-8, surrogates, NULs, bidi controls", 100, 10_000):
        row, kind = found[number], texts[number][1]
        if row["outcome"] == "skipped":  # the same text, broken in the same way, came before
            continue
        assert row["outcome"] == "data", (number, row)
        assert "fyrvokteren" in row["text"]
        row["text"].encode("utf-8")
        if kind != "direction":
            assert sum(repair["count"] for repair in row["repairs"]) > 0, (number, kind, row["text"])
        seen.add(kind)
    assert len(seen) == 4

"""A small archive in which everything occurs that an archive can hold, made by the real pipeline."""

from __future__ import annotations

import json
from pathlib import Path

from archiver.archive.forget import forget
from archiver.batch import RunSummary, run
from archiver.settings import Settings

KEEPING = Settings(keep_source=True)
SHARD_BYTES = 1500

STORY = "The lamp on the pier was lit again, and {} boats came home before the tide turned.\n\nNobody had counted them."


def lines(*rows: dict[str, object]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def story(number: int | str) -> str:
    return STORY.format(number)


def write_input(folder: Path) -> Path:
    """Articles in three forms, a page that two addresses share, and one input for each other fate."""
    folder.mkdir()
    for number in range(8):
        (folder / f"page{number}.txt").write_text(story(number), encoding="utf-8")
    (folder / "page.html").write_text(f"<html><title>Boats</title><p>{story('many')}</p><footer>Share</footer></html>")
    rows = [{"text": story(f"row {n}"), "url": f"https://a.example/{n}", "note": n} for n in range(8)]
    mirrors = [{"text": story("mirrored"), "url": f"https://{name}.example/"} for name in ("left", "right")]
    (folder / "rows.jsonl").write_text(lines(*rows, *mirrors, {"text": "   "}, {"text": story("x"), "title": 5}))
    (folder / "broken.jsonl").write_text('{"text": \n')
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(64)))
    return folder


def make_archive(folder: Path, settings: Settings = KEEPING) -> Path:
    """``folder/out``: an archive of two runs in several shards, with one document forgotten."""
    source = write_input(folder / "in")
    out = folder / "out"
    clean(source, out, settings)
    (source / "page3.txt").write_text(story("three hundred"), encoding="utf-8")
    (source / "page9.txt").write_text(story("new"), encoding="utf-8")
    clean(source, out, settings, existing="append")
    assert forget(out, "in/page5.txt", "asked to").verification.sound
    assert {"data", "rejected", "failures", "sources", "tombstones"} <= {path.name for path in out.iterdir()}
    return out


def clean(source: Path, out: Path, settings: Settings = KEEPING, existing: str = "refuse") -> RunSummary:
    return run([source], out, settings, shard_bytes=SHARD_BYTES, existing=existing)  # type: ignore[arg-type]


def content(out: Path) -> dict[str, bytes]:
    """Every file of an archive but the one that may differ, by its name."""
    files = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name not in ("run.json", ".lock")}

"""What a verification found and what was taken out of an archive: for people at a terminal, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, TextIO

from rich.console import Console
from rich.filesize import decimal
from rich.text import Text

from archiver.archive.findings import Finding, Verification
from archiver.archive.forget import Forgotten
from archiver.report.safety import safe_line

_INDENT = "    "


def print_verification(console: Console, done: Verification) -> None:
    """Each finding on a line, with the records that it names below it; then how much was looked at."""
    for finding in done.findings:
        _line(console, finding_text(finding))
        for name in finding.records:
            _line(console, Text(_INDENT + safe_line(name)))
    verdict = "sound" if done.sound else f"{_count(len(done.findings), 'finding')}"
    seen = f"{_count(done.rows, 'row')} in {_count(done.files, 'file')}, {decimal(done.bytes)}"
    _line(console, Text.assemble((verdict, "green" if done.sound else "red"), f": {seen}"))


def finding_text(finding: Finding) -> Text:
    """``data/part-00000.parquet rows 3 to 7: changed: the file has changed …``."""
    first, last = finding.rows or (0, 0)
    place = "" if finding.rows is None else f" row {first}" if first == last else f" rows {first} to {last}"
    return Text.assemble(
        (safe_line(finding.file), "bold"),
        place,
        ": ",
        (finding.fault.value, "red"),
        f": {safe_line(finding.message)}",
    )


def write_verification(out: TextIO, done: Verification) -> None:
    """One object: ``sound``, ``files``, ``bytes``, ``rows`` and ``findings``."""
    json.dump(_verification(done), out, indent=1)
    out.write("\n")


def print_forgotten(console: Console, done: Forgotten) -> None:
    """What was taken out and rewritten, what of the same text is still there, and what verifying it found."""
    stone = done.tombstone
    if not done.files:
        _line(console, Text(f"{stone.id} was forgotten before: {safe_line(stone.reason)}"))
    elif stone.decision == "lifted":
        _line(console, Text(f"{stone.id} may come back with --append"))
    else:
        outcomes = (("archived", stone.archived), ("rejected", stone.rejected), ("failed", stone.failed))
        counts = ", ".join(f"{count:,} {name}" for name, count in (*outcomes, ("sources", stone.sources)) if count)
        _line(console, Text(f"{stone.id} is forgotten: {counts}"))
        for name in done.files:
            _line(console, Text(_INDENT + safe_line(name)))
    for name in done.alike:
        _line(console, Text(f"the same text is still in {name}", "yellow"))
    print_verification(console, done.verification)


def write_forgotten(out: TextIO, done: Forgotten) -> None:
    """One object: ``tombstone``, ``files``, ``alike`` and ``verification``."""
    tree = {
        "tombstone": asdict(done.tombstone),
        "files": done.files,
        "alike": done.alike,
        "verification": _verification(done.verification),
    }
    json.dump(tree, out, indent=1)
    out.write("\n")


def _verification(done: Verification) -> dict[str, Any]:
    return {"sound": done.sound, **asdict(done)}


def _line(console: Console, line: Text) -> None:
    console.print(line, soft_wrap=True, highlight=False)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

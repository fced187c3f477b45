"""What changed between two archives: for people at a terminal, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TextIO

from rich.console import Console
from rich.text import Text

from archiver.archive.diff import ArchiveDiff, Difference
from archiver.report.safety import safe_line

_SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}
_LINE_STYLES = {"+": "green", "-": "red"}


def print_diff(console: Console, diff: ArchiveDiff) -> None:
    """Each difference on a line as it is found, for a changed text the lines that differ; then the counts."""
    for difference in diff:
        console.print(_head(difference), soft_wrap=True, highlight=False)
        for line in difference.text_diff:
            console.print(
                Text(f"    {safe_line(line)}", _LINE_STYLES.get(line[:1], "dim")), soft_wrap=True, highlight=False
            )
    counts = ", ".join(f"{count:,} {kind}" for kind, count in diff.counts.items())
    console.print(Text(f"{counts}, {diff.same:,} the same"), soft_wrap=True, highlight=False)


def _head(difference: Difference) -> Text:
    sign, style = _SIGNS[difference.kind]
    fields = f": {', '.join(difference.fields)}" if difference.fields else ""
    return Text.assemble((sign, style), f" {safe_line(difference.id)} {safe_line(difference.source_uri)}{fields}")


def write_diff(out: TextIO, diff: ArchiveDiff) -> None:
    """One object: ``differences``, written as they are found, then ``added``, ``removed``, ``changed`` and ``same``."""
    out.write('{"differences": [')
    for number, difference in enumerate(diff):
        out.write(f"{',' if number else ''}\n{json.dumps(asdict(difference))}")
    out.write(f"\n], {json.dumps({**diff.counts, 'same': diff.same})[1:]}\n")

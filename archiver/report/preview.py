"""What a run would read, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import fields
from typing import TextIO

from archiver.preview import Preview


def print_preview(out: TextIO, found: Preview, as_json: bool) -> None:
    """Write the counts, as text or as JSON."""
    if as_json:
        tree = {field.name: getattr(found, field.name) for field in fields(found)}
        out.write(json.dumps(tree, indent=1, sort_keys=True) + "\n")
        return
    out.write(f"{found.documents} documents of {found.bytes} bytes would be cleaned, from {found.files} files in ")
    out.write(f"{found.shards} shards\n")
    for title, counts in (("", found.media_types), ("cannot be read: ", found.failed), ("skipped: ", found.skipped)):
        _list(out, title, counts)


def _list(out: TextIO, title: str, counts: Counter[str]) -> None:
    for name, count in sorted(counts.items()):
        out.write(f"  {title}{name} {count}\n")

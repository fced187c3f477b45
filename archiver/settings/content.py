"""The files that settings name, by their content: what stands in the digest of the settings for a path."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

_MOST_BYTES = 64 * 1024 * 1024
_REFERENCE = re.compile(rb'"\$(?:dynamicRef|recursiveRef|ref)"\s*:\s*"([^"#]+)')


@cache
def schema_content(schema: str) -> str:
    """``sha256:`` and a digest over a schema and the files of its folder that it refers to; unreadable, its path.

    Looked at once a process, as `validation.validator` does: what is compiled and what is named stay the same.
    """
    digest = hashlib.sha256()
    waiting, seen = [Path(schema)], set[Path]()
    while waiting:
        path = waiting.pop(0)
        try:
            content = _read(path)
        except (OSError, ValueError):
            if not seen:
                return schema
            continue
        seen.add(path)
        digest.update(f"{len(content)}\n".encode("ascii") + content)
        names = sorted({name.decode("utf-8", "replace") for name in _REFERENCE.findall(content)})
        found = (Path(schema).parent / kind for name in names for kind in (name, name.rpartition("/")[2]))
        waiting.extend(
            path for path in dict.fromkeys(found) if path not in (*seen, *waiting) and _is_beside(path, schema)
        )
    return f"sha256:{digest.hexdigest()}"


def _is_beside(path: Path, schema: str) -> bool:
    """Whether there is such a file in the folder of the schema, which no reference may leave."""
    try:
        return path.is_file() and path.resolve().is_relative_to(Path(schema).parent.resolve())
    except (OSError, ValueError):  # a name that no file can have
        return False


@cache
def file_content(name: str) -> str:
    """``sha256:`` and the digest of a file; unreadable, its path."""
    try:
        return f"sha256:{hashlib.sha256(_read(Path(name))).hexdigest()}"
    except (OSError, ValueError):
        return name


def _read(path: Path) -> bytes:
    """The content of a file. What is none, such as a device, or larger than anybody would write, is unreadable."""
    if not path.is_file() or path.stat().st_size > _MOST_BYTES:
        raise OSError(f"{path} is no file of at most {_MOST_BYTES} bytes")
    return path.read_bytes()


@cache
def digest(canonical: str) -> str:
    """SHA-256 of a text, in hex; remembered, since every record asks for that of its settings."""
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()

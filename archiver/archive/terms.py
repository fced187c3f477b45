"""The terms of a run: everything that decides the bytes of its part of an archive, and nothing else.

They are written down when a run begins, compared when it is resumed, and rest in the manifest.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from archiver.document import Normalizer
from archiver.selection import Selection
from archiver.settings import Settings
from archiver.version import __version__

_PACKAGES = (
    *(
        "beautifulsoup4",
        "chardet",
        "FastWARC",
        "feedparser",
        "ftfy",
        "html5lib",
        "jsonschema",
        "jsonschema-rs",
        "numpy",
    ),
    *("py3langid", "pyarrow", "turbohtml", "zstandard"),
)
"""The packages whose version can change what is archived."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The input of a run: number of files, bytes (those of standard input are unknown), digest of names and sizes."""

    files: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a run was asked to do. `settings` and `inputs` are None where results came from a program.

    `normalizers` names those that the caller passed, in order; `shard_bytes` is the size of a shard, where
    one was asked for. `first_shard` is above 0 for a run that was appended. `selection` is which of
    the inputs were asked for.
    """

    settings: Mapping[str, Any] | None
    settings_sha256: str | None
    normalizers: tuple[str, ...]
    versions: Mapping[str, str]
    inputs: Inputs | None
    shard_bytes: int | None
    first_shard: int = 0
    selection: Mapping[str, Any] | None = None

    @property
    def cleaning(self) -> tuple[str | None, tuple[str, ...], str]:
        """What decides how a document is cleaned: settings, normalizers and version of archiver."""
        return self.settings_sha256, self.normalizers, self.versions["archiver"]

    def to_json(self) -> dict[str, Any]:
        """The terms as they stand in the manifest."""
        tree = asdict(self)
        if not self.selection:
            del tree["selection"]
        return tree

    @classmethod
    def from_json(cls, tree: Mapping[str, Any]) -> Terms:
        """Inverse of `to_json`. Raises `TypeError` or `KeyError` for anything else."""
        inputs = Inputs(**tree["inputs"]) if tree["inputs"] else None
        return cls(**{**tree, "inputs": inputs, "normalizers": tuple(tree["normalizers"])})

    def difference(self, other: Terms) -> str | None:
        """What sets `other` apart from these terms, in words; None if nothing does."""
        for name, mine, theirs in (
            ("setting", self.settings or {}, other.settings or {}),
            ("setting select", self.selection or {}, other.selection or {}),
            ("version of", self.versions, other.versions),
        ):
            for key in sorted({*mine, *theirs}):
                if mine.get(key) != theirs.get(key):
                    return f"{name} {key} was {mine.get(key)!r}, now it is {theirs.get(key)!r}"
        if self.normalizers != other.normalizers:
            return f"the normalizers were {', '.join(self.normalizers)}, now they are {', '.join(other.normalizers)}"
        if self.shard_bytes != other.shard_bytes:
            return f"the size of a shard was {self.shard_bytes}, now it is {other.shard_bytes}"
        return None if self.inputs == other.inputs else _other_inputs(self.inputs, other.inputs)


def terms_of(
    settings: Settings | None,
    normalizers: Sequence[Normalizer],
    inputs: Inputs | None,
    shard_bytes: int | None,
    first_shard: int = 0,
) -> Terms:
    """The terms of a run with this program, as it is installed."""
    return Terms(
        settings=json.loads(settings.to_json()) if settings else None,
        settings_sha256=settings.digest() if settings else None,
        normalizers=tuple(map(_name, normalizers)),
        versions=installed_versions(),
        inputs=inputs,
        shard_bytes=shard_bytes,
        first_shard=first_shard,
        selection=_selection(settings) if settings else None,
    )


def _selection(settings: Settings) -> Mapping[str, Any] | None:
    """What was asked for, as JSON has it; None if that is everything."""
    chosen, everything = asdict(settings.select), asdict(Selection())
    narrowed = {name: value for name, value in chosen.items() if value != everything[name]}
    found: Mapping[str, Any] = json.loads(json.dumps(narrowed, default=str))
    return found or None


def inputs_of(files: Iterable[tuple[str, int | None]]) -> Inputs:
    """The inputs as a run's terms hold them, from (uri, size in bytes) pairs in their order."""
    count = size = 0
    digest = hashlib.sha256()
    for uri, length in files:
        count += 1
        size += length or 0
        digest.update(f"{json.dumps([uri, length])}\n".encode("ascii"))
    return Inputs(count, size, digest.hexdigest())


def installed_versions() -> dict[str, str]:
    """archiver, Python (major.minor) and the packages that can change what is archived."""
    versions = {"archiver": __version__, "python": f"{sys.version_info.major}.{sys.version_info.minor}"}
    return versions | {package: found for package in _PACKAGES if (found := _version_of(package))}


@cache
def _version_of(package: str) -> str | None:
    """The version of a package, None of one that is not installed. To read it takes as long as to clean a page."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _name(normalizer: Normalizer) -> str:
    """Module and name of a normalizer; of a callable object, its type's."""
    named = normalizer if hasattr(normalizer, "__qualname__") else type(normalizer)
    return f"{named.__module__}.{named.__qualname__}"


def _other_inputs(mine: Inputs | None, theirs: Inputs | None) -> str:
    if not mine or not theirs:
        return "one of the two came from a program, not from files"
    if (mine.files, mine.bytes) == (theirs.files, theirs.bytes):
        return f"the {mine.files} input files have other names or sizes"
    return f"the input was {mine.files} files of {mine.bytes} bytes, now it is {theirs.files} of {theirs.bytes}"

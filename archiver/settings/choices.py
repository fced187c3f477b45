"""What a user can choose, with defaults and limits: every field's docstring is its documentation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import NoneType
from typing import Any

from archiver.phrases import Table, check_user_phrases
from archiver.selection import Selection
from archiver.settings.checks import built, encoding, in_range, labels, of_type, one_of, strings, table
from archiver.settings.content import digest, file_content, schema_content
from archiver.settings.toml import plain, to_toml
from archiver.sites import SiteRule, check_fields

MEBIBYTE = 1024 * 1024

_ANY = 2**60
_MOST = {"document_seconds": 24 * 3600}
"""What is more is out of the reach of the system's calls. Who wants no bound writes 0."""
_LEAST_MEMORY = 256 * MEBIBYTE
"""Without so much the model and the libraries of a worker have no room beside a document."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what a single document may ask of the program. A limit reached is a reported failure."""

    input_bytes: int = 64 * MEBIBYTE
    """Largest document, in bytes after decompression."""
    compression_ratio: int = 1000
    """Largest ratio of decompressed to compressed size, once 64 MiB have been decompressed."""
    line_chars: int = 16 * MEBIBYTE
    """Longest line of a text, in characters."""
    depth: int = 100_000
    """Deepest nesting of elements in a page. turbohtml itself builds no tree deeper than 511 elements."""
    blocks: int = 200_000
    """Most blocks in one document."""
    members: int = 1_000_000
    """Most members of a ZIP or tar file."""
    record_depth: int = 64
    """Deepest nesting of a JSON record that is validated."""
    document_seconds: float = 30.0
    """Longest time that a stage of a run may take for one document, in seconds of the processor. 0 is no bound."""
    memory_bytes: int = 4096 * MEBIBYTE
    """Most memory that a worker of a run may take, beyond what it starts with; 256 MiB at least. 0 is no bound."""

    def __post_init__(self) -> None:
        for item in fields(self):
            if item.name != "document_seconds":
                of_type(f"limits.{item.name}", getattr(self, item.name), int, "whole number")
            in_range(f"limits.{item.name}", getattr(self, item.name), 0, _MOST.get(item.name, _ANY))
        if self.memory_bytes:
            in_range("limits.memory_bytes", self.memory_bytes, _LEAST_MEMORY, _ANY)
        object.__setattr__(self, "document_seconds", float(self.document_seconds))


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, with their defaults. Each field's docstring is its documentation."""

    mode: str = "article"
    """`article` keeps one article's body; `page` keeps the main content of any page."""
    keep: tuple[str, ...] = ()
    """Labels to keep in the text beside the content labels, such as `caption`."""
    drop: tuple[str, ...] = ()
    """Content labels to remove from the text, such as `heading`."""
    aggressiveness: float = 0.5
    """0 removes only what is certain, 1 removes whatever looks like clutter."""
    parser: str = "turbohtml"
    """The HTML parser: `turbohtml`, or `html5lib` (BeautifulSoup over html5lib, extra `archiver[html5lib]`)."""
    normalizers: tuple[str, ...] = ()
    """Names of entry points in the group `archiver.normalizers` to run after the built-in ones."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Which column of a source row is which: `{text = "body"}`."""
    csv_encoding: str = "utf-8"
    """Encoding of CSV and TSV files."""
    model: str | None = None
    """Path of a block model made by `python -m training`; the one that comes with archiver if there is none."""
    schema: str | None = None
    """Path of a JSON Schema that every record must satisfy beside the built-in one."""
    keep_source: bool = False
    """Keep the bytes of every document in the archive too, so that it can be cleaned again."""
    sites: Mapping[str, SiteRule] = field(default_factory=dict)
    """Rules for single hosts, and those below them, by host."""
    phrases: Mapping[str, Mapping[str, Table]] = field(default_factory=dict)
    """Phrases of page furniture to look for beside the built-in ones, by language (`und` for all), label and kind."""
    silence: tuple[str, ...] = ()
    """Built-in phrases that shall not fire, as `archiver explain` shows them."""
    select: Selection = field(default_factory=Selection)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        for key in ("keep", "drop", "normalizers", "silence"):
            strings(key, getattr(self, key))
        for key in ("mode", "parser", "csv_encoding"):
            of_type(key, getattr(self, key), str, "string")
        for key in ("model", "schema"):
            of_type(key, getattr(self, key), (str, NoneType), "path in a string")
        of_type("keep_source", self.keep_source, bool, "boolean")
        table("fields", self.fields, str, "string")
        table("sites", self.sites, SiteRule, "SiteRule")
        table("phrases", self.phrases, Mapping, "table")
        object.__setattr__(self, "select", built("select", self.select, Selection))
        object.__setattr__(self, "limits", built("limits", self.limits, Limits))
        one_of("mode", self.mode, ("article", "page"))
        one_of("parser", self.parser, ("turbohtml", "html5lib"))
        encoding("csv_encoding", self.csv_encoding)
        check_user_phrases(self.phrases, self.silence)
        check_fields(self.sites)
        in_range("aggressiveness", self.aggressiveness, 0, 1)
        object.__setattr__(self, "aggressiveness", float(self.aggressiveness))  # 1 and 1.0 have one digest
        for key in ("keep", "drop"):
            labels(key, getattr(self, key))

    def digest(self) -> str:
        """SHA-256 over the canonical JSON of all settings but `select`, in hex."""
        return digest(self.to_json())

    def to_json(self) -> str:
        """The settings as canonical JSON: sorted keys, no white space. `select` is no part of them: it decides which
        documents are cleaned, not what becomes of one.

        In the place of the path of a schema or a model stands the SHA-256 of its content: that is what decides,
        wherever it lies.
        """
        tree = plain(self)
        del tree["select"]
        if self.schema is not None:
            tree["schema"] = schema_content(self.schema)
        if self.model is not None:
            tree["model"] = file_content(self.model)
        return json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def to_toml(self) -> str:
        """The settings as a whole ``archiver.toml``; `read_settings` gives them back. What is not set is left out."""
        tree: dict[str, Any] = plain(self)
        return to_toml(tree)

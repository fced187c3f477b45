from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from archiver.archive.columns import ARTICLE_SCHEMA
from archiver.record import SCHEMA_VERSION, Record, RecordBlock


@pytest.fixture
def make_record() -> Callable[..., Record]:
    """A record of some text; `version_id` follows from the text unless it is given."""

    def make(text: str = "Rain fell on the harbour.", **changes: Any) -> Record:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        empty: dict[str, Any] = {item.name: None if item.nullable else () for item in ARTICLE_SCHEMA}
        filled = {
            "id": digest[:32],
            "version_id": digest[:32],
            "text": text,
            "word_count": len(text.split()),
            "char_count": len(text),
            "blocks": (
                RecordBlock("paragraph", True, "model", 0.125, 0, len(text), "", None),
                RecordBlock("share", False, "share", 0.995, None, None, "\n\n", "Share this page"),
            ),
            "source_uri": f"news/{digest[:8]}.html",
            "source_sha256": digest,
            "source_bytes": len(text),
            "text_sha256": digest,
            "settings_sha256": "0" * 64,
            "cleaner_version": "0",
            "schema_version": SCHEMA_VERSION,
        }
        return Record(**{**empty, **filled, **changes})

    return make

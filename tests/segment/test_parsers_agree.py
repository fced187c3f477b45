"""The witness: both parser back-ends see the same page. Where they build one tree, blocks and head are equal."""

from __future__ import annotations

import gzip
import hashlib
import os
import warnings
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest

from archiver.decode import decode
from archiver.document import RawDocument
from archiver.segment import segment_html
from archiver.settings import Settings

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("ARCHIVER_DATA") or ROOT / ".." / "shared" / "data")
PAGE_SETS = ("wcxb-dev", "multilingual-dev", "news-dev")
SEEDS = [path for path in sorted((ROOT / "seeds").iterdir()) if {".html", ".htm", ".xhtml"} & set(path.suffixes)]

SAMPLE = 200
AGREEMENT = 0.99
"""What differs is html5lib's age: it knows no ``<template>``, so that a page with one in its head begins too early."""


def test_there_are_seeds() -> None:
    assert len(SEEDS) >= 10


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.name)
def test_seeds_are_the_same_to_both(path: Path) -> None:
    assert seen(path, "turbohtml") == seen(path, "html5lib")


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="no development data (ARCHIVER_DATA or ../shared/data)")
def test_nearly_all_pages_are_the_same_to_both() -> None:
    different = [path.name for path in sample() if seen(path, "turbohtml") != seen(path, "html5lib")]
    assert len(different) <= (1 - AGREEMENT) * SAMPLE + 1e-9, different


def test_what_a_page_looks_like_is_no_reason_to_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for page in (
            '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><p>x',
            "http://a.example/b",
            "a.html",
        ):
            segment_html(page, RawDocument(b"", "page"), Settings(parser="html5lib"))


def sample() -> list[Path]:
    """Pages of all sets, chosen by the digests of their names."""
    pages = [path for name in PAGE_SETS for path in (DATA / name / "html").glob("*.html.gz")]
    return sorted(pages, key=lambda path: hashlib.sha256(path.name.encode()).digest())[:SAMPLE]


def seen(path: Path, parser: str) -> Any:
    """All that a back-end makes of a page: its declarations, its blocks, and the elements they stand in."""
    payload = path.read_bytes()
    html = decode(gzip.decompress(payload) if path.suffix == ".gz" else payload, None, is_html=True).text
    document = segment_html(html, RawDocument(b"", path.name), Settings(parser=parser))
    blocks = []
    for block in document.blocks:
        assert block.element is not None
        place = (block.element.tag, block.element.tokens, block.element.depth, block.element.first, block.element.last)
        form = (block.kind, block.level, block.inline, block.link_chars, block.links, block.images)
        blocks.append((block.before, block.text, *form, *place))
    return astuple(document.head), blocks

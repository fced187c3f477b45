"""Dropping blocks and composing records: what is kept, where it stands, and that the rest is still there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.compose import _ABSOLUTE, compose, digest, drop, rebuild
from archiver.document import HTML, TEXT, Block, Document, Head, Image, Label, Link, RawDocument, Verdict
from archiver.record import SCHEMA_VERSION, Metadata, Record
from archiver.settings import Settings
from archiver.version import __version__

P, LI, TABLE, CAPTION = Label.PARAGRAPH, Label.LIST_ITEM, Label.TABLE, Label.CAPTION
SOURCE = RawDocument(b"payload", "news/a.html")


def document(rows: list[tuple[bool, str, str]], media_type: str = TEXT, kind: Label = P) -> Document:
    """A judged document of (kept, separator, text) rows."""
    blocks = [Block(text, before, kind) for _, before, text in rows]
    verdicts = [Verdict(kind if kept else Label.AD, kept, "test", 0.5) for kept, _, _ in rows]
    return Document(SOURCE, media_type, blocks, verdicts=verdicts)


TEXTS: list[tuple[str, list[tuple[bool, str, str]], str]] = [
    ("all", [(True, "", "a"), (True, "\n", "b")], "a\nb"),
    ("first-goes", [(False, "", "a"), (True, "\n", "b"), (True, "\n\n", "c")], "b\n\nc"),
    ("middle-goes", [(True, "", "a"), (False, "\n\n\n", "b"), (True, "\n", "c")], "a\nc"),
    ("last-goes", [(True, "", "a"), (False, "\n", "b")], "a"),
    ("white-space-at-both-ends", [(True, "\n ", "a"), (True, " \n", "")], "a"),
    ("nothing", [], ""),
    ("all-go", [(False, "", "a"), (False, "\n", "b")], ""),
    ("only-white-space", [(True, " \n", "")], ""),
]


@pytest.mark.parametrize(("rows", "text"), [pytest.param(*row[1:], id=row[0]) for row in TEXTS])
def test_text_keeps_the_separators_of_what_stays(rows: list[tuple[bool, str, str]], text: str) -> None:
    assert drop(document(rows))[0] == text


@pytest.mark.parametrize(
    ("kinds", "separators", "kept", "text"),
    [
        ((P, P), ("", "\n\n"), (True, True), "a\n\nb"),
        ((LI, LI), ("", "\n"), (True, True), "a\nb"),
        ((LI, LI, LI), ("", "\n", "\n"), (True, False, True), "a\nc"),
        ((P, LI, LI), ("", "\n\n", "\n"), (True, False, True), "a\n\nc"),
        ((LI, P, LI), ("", "\n\n", "\n\n"), (True, False, True), "a\n\nc"),
        ((TABLE, TABLE), ("", "\n"), (True, True), "a\nb"),
    ],
)
def test_pages_have_blank_lines_but_in_lists_and_tables(
    kinds: tuple[Label, ...], separators: tuple[str, ...], kept: tuple[bool, ...], text: str
) -> None:
    blocks = [Block(name, before, kind) for name, before, kind in zip("abc", separators, kinds, strict=False)]
    verdicts = [Verdict(kind, stays, "test", 1.0) for kind, stays in zip(kinds, kept, strict=True)]
    assert drop(Document(SOURCE, HTML, blocks, verdicts=verdicts))[0] == text


def test_blocks_tell_what_became_of_them() -> None:
    text, blocks = drop(document([(True, "", "One."), (False, "\n", "Ad"), (True, "\n\n", "Two.")]))
    assert text == "One.\n\nTwo."
    assert blocks == (
        ("paragraph", True, "test", 0.5, 0, 4, "", None),
        ("ad", False, "test", 0.5, None, None, "\n", "Ad"),
        ("paragraph", True, "test", 0.5, 6, 10, "\n\n", None),
    )


def test_an_emptied_first_block_leaves_no_gap() -> None:
    text, blocks = drop(document([(True, "", ""), (True, "\n\n", "One."), (True, "\n\n", "")], HTML))
    assert text == "One."
    assert [(block.start, block.end) for block in blocks] == [(0, 0), (0, 4), (4, 4)]


rows = st.lists(
    st.tuples(st.booleans(), st.text(" \n", max_size=3), st.text(st.characters(exclude_categories=("Z", "C")))),
    max_size=12,
)


@given(rows, st.sampled_from([HTML, TEXT]), st.sampled_from([P, LI]))
def test_rebuild_is_the_inverse_of_drop(rows: list[tuple[bool, str, str]], media_type: str, kind: Label) -> None:
    assert rebuild(*drop(document(rows, media_type, kind))) == "".join(before + text for _, before, text in rows)


def record(judged: Document, settings: Settings | None = None, **metadata: Any) -> Record:
    text, blocks = drop(judged)
    return compose(judged, Metadata(**metadata), text, blocks, settings or Settings())


def test_identity() -> None:
    judged = document([(True, "", "One two.")])
    plain = record(judged)
    assert plain.id == digest(b"news/a.html")[:32]
    assert (plain.text_sha256, plain.source_sha256) == (digest(b"One two."), digest(b"payload"))
    assert (plain.word_count, plain.char_count, plain.source_bytes) == (2, 8, 7)
    assert (plain.cleaner_version, plain.schema_version) == (__version__, SCHEMA_VERSION)
    assert plain.settings_sha256 == Settings().digest()


def test_the_version_changes_with_all_that_it_stands_for() -> None:
    judged = document([(True, "", "One two.")])
    versions = [record(judged).version_id, record(judged, Settings(mode="page")).version_id]
    for source in (
        replace(SOURCE, payload=b"other"),
        replace(SOURCE, source_uri="b"),
        replace(SOURCE, url="http://a/"),
    ):
        judged.source = source
        versions.append(record(judged).version_id)
    assert len(set(versions)) == 5
    judged.source = replace(SOURCE, url="http://a/", source_uri="elsewhere")
    assert record(judged).version_id == versions[4]


@pytest.mark.parametrize(
    ("base", "url", "found"),
    [
        ("", "/x", "http://a.example/x"),
        ("", "http://b.example/y", "http://b.example/y"),
        ("http://c.example/d/", "x", "http://c.example/d/x"),
        ("/e/", "x", "http://a.example/e/x"),
        ("http://[broken", "x", "http://a.example/dir/x"),
        ("", "http://[broken", "http://[broken"),
        ("", "mailto:a@b.example", "mailto:a@b.example"),
    ],
)
def test_links_and_images_become_absolute(base: str, url: str, found: str) -> None:
    judged = document([(True, "", "One.")], HTML)
    judged.head = Head(base=base)
    judged.blocks[0].links = (Link("a", url),)
    judged.blocks[0].images = (Image(url, None),)
    composed = record(judged, url="http://a.example/dir/page")
    assert composed.links == (Link("a", found),)
    assert composed.images == (Image(found, None),)


@given(st.from_regex(_ABSOLUTE, fullmatch=True), st.sampled_from(["", "http://a.example/b", "https://a.example?c#d"]))
def test_what_is_absolute_already_stays(url: str, base: str) -> None:
    assert urljoin(base, url) == url


@pytest.mark.parametrize(
    "url", ["#top", "javascript:void(0)", "JavaScript:x", "data:image/gif;base64,R0", "blob:x", "about:blank"]
)
def test_links_to_no_other_document_are_left_out(url: str) -> None:
    judged = document([(True, "", "One.")], HTML)
    judged.blocks[0].links = (Link("a", url),)
    assert record(judged, url="http://a.example/").links == ()


def test_links_of_removed_blocks_are_left_out() -> None:
    judged = document([(False, "", "Ad"), (True, "\n\n", "One.")], HTML)
    for block in judged.blocks:
        block.links = (Link(block.text, f"http://a.example/{block.text}"),)
    assert [link.text for link in record(judged).links] == ["One."]


@pytest.mark.parametrize(
    ("verdicts", "images"),
    [
        ([(P, True), (CAPTION, False), (P, True)], [("http://a/i", "b")]),
        ([(P, False), (CAPTION, False), (P, True)], [("http://a/i", "b")]),
        ([(P, False), (CAPTION, False), (P, False)], []),
        ([(P, True), (P, True), (P, True)], [("http://a/i", "alt")]),
        ([(P, True), (Label.AD, False), (P, True)], []),
    ],
)
def test_images_stay_with_their_block_or_beside_their_caption(
    verdicts: list[tuple[Label, bool]], images: list[tuple[str, str]]
) -> None:
    blocks = [Block("a"), Block("b", "\n\n", images=(Image("http://a/i", "alt"),)), Block("c", "\n\n")]
    judged = Document(SOURCE, HTML, blocks, verdicts=[Verdict(label, kept, "test", 1.0) for label, kept in verdicts])
    assert record(judged).images == tuple(Image(*image) for image in images)

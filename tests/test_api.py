"""The functions for Python: every form a document may be handed over in, and every way in which that can go wrong."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import archiver
from archiver import (
    DEFAULT_NORMALIZERS,
    ArchiverError,
    Document,
    Failure,
    Label,
    Proposal,
    RawDocument,
    Record,
    Rejection,
    Settings,
    clean,
    clean_many,
    explain,
)
from archiver.errors import DocumentError, UsageError

TITLE = "A ferry is sold"


@pytest.fixture
def page(prose: str) -> str:
    return (
        f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>{prose}</p><a href='/more'>More</a></body>"
    )


def test_a_string_that_starts_like_html_is_a_page(page: str, prose: str) -> None:
    record = clean("\n " + page)
    assert (record.source_media_type, record.text, record.title) == ("text/html", prose, TITLE)


def test_any_other_string_is_a_text(prose: str) -> None:
    record = clean(prose)
    assert (record.source_media_type, record.text) == ("text/plain", prose)


def test_the_media_type_has_the_last_word(page: str) -> None:
    assert clean(page, media_type="text/plain").text.startswith("<html>")


def test_bytes_are_decoded(prose: str) -> None:
    text = prose.replace("the harbour", "the harbour of Malmö — “on time” —")
    assert clean(text.encode("utf-16")).text == clean(text).text == text


def test_lone_surrogates_of_a_string_are_replaced_and_counted(prose: str) -> None:
    record = clean(prose + " \ud800")
    assert record.text == prose + " \ufffd"
    assert [repair.kind for repair in record.repairs] == ["surrogate"]


@pytest.mark.parametrize("name", ["a.html", "a.html.gz"])
def test_a_file(tmp_path: Path, page: str, prose: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(page.encode()) if name.endswith(".gz") else page.encode())
    record = clean(path)
    assert (record.text, record.source_uri) == (prose, name)


def test_the_address_of_a_page(tmp_path: Path, page: str) -> None:
    path = tmp_path / "a.html"
    path.write_text(page)
    for document in (page, path):
        record = clean(document, url="http://www.harbour.example/a")
        assert (record.url, record.domain) == ("http://www.harbour.example/a", "harbour.example")


def test_the_media_type_of_a_file(tmp_path: Path, page: str) -> None:
    path = tmp_path / "a.html"
    path.write_text(page)
    assert clean(path, media_type="text/plain").text.startswith("<html>")


def test_a_raw_document_is_taken_as_it_is(prose: str) -> None:
    raw = RawDocument(prose.encode(), "shelf/a", given={"title": TITLE, "authors": ["Ana Ruiz"]}, extra='{"n":1}')
    record = clean(raw)
    assert (record.source_uri, record.title, record.authors, record.extra) == (
        "shelf/a",
        TITLE,
        ("Ana Ruiz",),
        '{"n":1}',
    )


@pytest.mark.parametrize("document", ["", " \n ", "<html></html>", b""])
def test_an_empty_document_is_rejected(document: str | bytes) -> None:
    with pytest.raises(DocumentError, match="nothing is left after cleaning") as caught:
        clean(document)
    assert (caught.value.stage, caught.value.code) == ("clean", "empty")
    (rejection,) = clean_many([document])
    assert isinstance(rejection, Rejection)
    assert json.loads(rejection.record_json or "")["text"] == ""


def unreadable(folder: Path) -> dict[str, Path]:
    (folder / "two.jsonl").write_text('{"text": "One text."}\n{"text": "Another."}\n')
    (folder / "none.jsonl").write_text("")
    names = {"missing": "no-such.html", "folder": ".", "long": "a" * 300, "two": "two.jsonl", "none": "none.jsonl"}
    return {name: folder / path for name, path in names.items()}


@pytest.mark.parametrize("name", ["missing", "folder", "long", "two", "none"])
def test_a_file_that_is_no_document(tmp_path: Path, name: str) -> None:
    path = unreadable(tmp_path)[name]
    with pytest.raises(ArchiverError):
        clean(path)
    with pytest.raises(ArchiverError):
        explain(path)
    (failure,) = clean_many([path])
    assert isinstance(failure, Failure)
    assert failure.stage == "source"
    assert failure.message


def test_many_have_one_result_each_in_order(tmp_path: Path, page: str, prose: str) -> None:
    documents = [page, tmp_path / "missing", prose, b"", RawDocument(prose.encode(), "own")]
    results = list(clean_many(iter(documents)))
    assert [type(result) for result in results] == [Record, Failure, Record, Rejection, Record]
    uris = [result.source_uri for result in results]
    assert uris == ["memory#0", str(tmp_path / "missing"), "memory#2", "memory#3", "own"]


def test_one_and_many_agree(page: str, prose: str) -> None:
    assert list(clean_many([page])) == [clean(page)]
    assert list(clean_many([prose], settings=Settings(mode="page"))) == [clean(prose, settings=Settings(mode="page"))]


def test_none_have_no_result() -> None:
    assert list(clean_many([])) == []


def test_explain_shows_every_block_with_its_verdict(page: str) -> None:
    document = explain(page)
    found = [
        (block.text[:6], verdict.label.value, verdict.kept)
        for block, verdict in zip(document.blocks, document.verdicts, strict=True)
    ]
    assert found[0] == ("A ferr", "title", False)
    assert found[1] == ("The fe", "paragraph", True)
    assert len(found) == 3
    record = clean(page)
    assert [(block.label, block.by, block.score) for block in record.blocks] == [
        (verdict.label.value, verdict.by, verdict.score) for verdict in document.verdicts
    ]


def podcast(document: Document) -> Iterator[Proposal]:
    for index, block in enumerate(document.blocks):
        if block.text.startswith("Listen to this episode"):
            yield Proposal(index, Label.PROMO, "podcast", 0.95)


def test_a_rule_of_ones_own(prose: str) -> None:
    text = f"{prose}\n\nListen to this episode, if you like it, on your way home.\n\n{prose[:120]}."
    record = clean(text, normalizers=(*DEFAULT_NORMALIZERS, podcast))
    (removed,) = [block for block in record.blocks if not block.kept]
    assert (removed.label, removed.by, removed.score) == ("promo", "podcast", 0.95)
    assert "Listen" in clean(text).text


def test_no_rules_at_all(prose: str) -> None:
    record = clean(f"Share this article\n\n{prose}\n\n{prose}", normalizers=())
    assert record.text.count(prose) == 2
    assert {block.by.partition(":")[0] for block in record.blocks} <= {"scorer", "labeling"}


def test_too_large_a_document_names_the_limit(prose: str) -> None:
    settings = Settings(limits=archiver.settings.Limits(input_bytes=10))
    for call in (clean, explain):
        with pytest.raises(DocumentError, match=r"limits\.input_bytes = 10"):
            call(prose, settings=settings)


def test_a_schema_that_cannot_be_used_is_told_at_once(tmp_path: Path, prose: str) -> None:
    with pytest.raises(UsageError):
        next(clean_many([prose], settings=Settings(schema=str(tmp_path / "no.schema.json"))))


def test_a_record_that_the_users_schema_refuses(tmp_path: Path, prose: str) -> None:
    schema = tmp_path / "own.schema.json"
    schema.write_text(json.dumps({"properties": {"title": {"type": "string"}}}))
    with pytest.raises(DocumentError, match="/title"):
        clean(prose, settings=Settings(schema=str(schema)))


@pytest.mark.parametrize("name", archiver.__all__)
def test_public_names_are_there(name: str) -> None:
    assert getattr(archiver, name) is not None


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError, match="clena"):
        archiver.clena  # noqa: B018


@pytest.mark.parametrize("post", ["just saw a fox on the night bus", "Closed until Monday", "本日休業", "ปิดวันจันทร์"])
def test_a_post_is_a_document_however_short(post: str) -> None:
    assert clean(f"<p>{post}</p>", media_type="text/html").text == post


def test_a_page_of_a_word_is_none() -> None:
    with pytest.raises(DocumentError, match="nothing is left"):
        clean("<!doctype html><title>Shop</title><p>Cart 0</p>")
    with pytest.raises(DocumentError, match="nothing is left"):
        clean('<p><a href="/">Home</a></p>')


POEM = "Subscribe to dawn,\nlog in to morning,\nFollow me to the river\nand share the light.\nComments fall like leaves"


@pytest.mark.parametrize("text", [POEM, "Cookies: flour, butter, sugar", "buy bread\ncall the ferryman\nhome by 6"])
def test_a_small_text_without_prose_is_what_somebody_wrote(text: str) -> None:
    assert clean(text, media_type="text/plain").text == text


@pytest.mark.parametrize(
    "proposal",
    [
        Proposal(99, Label.AD, "mine", 0.9),
        Proposal(-1, Label.AD, "mine", 0.9),
        Proposal(0, Label.AD, "mine", 7),
        Proposal(0, Label.AD, "mine", float("nan")),
        Proposal(0, "ad", "mine", 0.9),  # type: ignore[arg-type]
        (0, Label.AD, "mine", 0.9, ""),
        None,
    ],
)
def test_what_a_normalizer_of_others_says_is_checked(prose: str, proposal: Proposal) -> None:
    def mine(document: Document) -> Iterator[Proposal]:
        yield proposal

    with pytest.raises(DocumentError, match="mine proposes"):
        clean(prose, normalizers=[*DEFAULT_NORMALIZERS, mine])
    (failure,) = clean_many([prose], normalizers=[mine])
    assert isinstance(failure, Failure)
    assert (failure.stage, failure.code) == ("label", "invalid-proposal")


@pytest.mark.parametrize("normalizers", [5, [5], None])
def test_normalizers_are_functions(prose: str, normalizers: Any) -> None:
    for call in (clean, explain):
        with pytest.raises(UsageError, match="normalizers are"):
            call(prose, normalizers=normalizers)


@pytest.mark.parametrize(
    "payload",
    [b"%PDF-1.7\n%\xe2\xe3", b"PK\x03\x04\x14\x00", b"PAR1\x15\x04", gzip.compress(b"text", mtime=0), bytes(range(32))],
)
def test_bytes_that_are_no_text_are_refused(payload: bytes) -> None:
    with pytest.raises(UsageError, match="no document"):
        clean(payload)
    (failure,) = clean_many([payload])
    assert isinstance(failure, Failure)
    assert failure.code == "unsupported-type"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"url": 5}, "url is a str, not int"),
        ({"media_type": 5}, "media_type is a str, not int"),
        ({"media_type": "image/png"}, "'image/png': documents are text/html"),
        ({"media_type": "foo"}, "'foo': documents are text/html"),
    ],
    ids=str,
)
@pytest.mark.parametrize("call", [clean, explain])
def test_what_is_told_of_a_document_is_checked(prose: str, call: Any, told: dict[str, Any], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        call(prose, **told)


def test_the_media_type_of_many_is_checked(prose: str) -> None:
    with pytest.raises(UsageError, match="documents are text/html"):
        next(clean_many([prose], media_type="image/png"))
    assert clean(prose, media_type="text/markdown; charset=utf-8") == clean(prose, media_type="text/plain")


@pytest.mark.parametrize("records", [{"title": 5}, None, 5, "text"], ids=str)
def test_validate_takes_several_records(records: Any) -> None:
    with pytest.raises(UsageError, match="an iterable of records"):
        next(archiver.validate(records))


def test_validate_takes_no_single_record(prose: str) -> None:
    with pytest.raises(UsageError, match="put it in a list"):
        next(archiver.validate(clean(prose)))  # type: ignore[arg-type]

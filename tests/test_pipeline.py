"""The laws of the whole: one result for each document, nothing lost, nothing that depends on company or on chance."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archiver import clean_many, explain
from archiver.compose import rebuild
from archiver.decode import decode
from archiver.document import HTML, TEXT, Document, Label, Proposal, RawDocument
from archiver.errors import UsageError
from archiver.normalizers import DEFAULT_NORMALIZERS
from archiver.pipeline import clean_results, sniff_media_type
from archiver.record import Failure, Record, Rejection, Skip
from archiver.record_json import from_json
from archiver.repair import TEXT_CONFIG, repair_lines
from archiver.settings import Settings
from archiver.sources import to_document
from archiver.words import count_words

SEEDS = Path(__file__).parents[1] / "seeds"

SENTENCES = (
    "The ferry left the harbour at seven, as it does every day, and the pilot waved to the children on the quay.",
    "Im Herbst, wenn die Tage kürzer werden, zählt der Förster die Hirsche am Waldrand, und niemand stört ihn dabei.",
    "Le soir, la lampe du phare s’allume, et les pêcheurs rentrent au port sans se presser, car la mer est calme.",
    "その夜、渡し船の船頭は川岸で火を焚き、遠くの町の明かりを眺めながら、古い歌を静かに口ずさんでいた。",
    "Ð’ÐµÑ‡ÐµÑ€Ð¾Ð¼ Ð¿Ð¾ÐµÐ·Ð´ Ð¾ÑˆÑ‘Ð», It was the ferryman\u2019s cafÃ© â€” and he said â€œnoâ€\x9d to us.",
)
FURNITURE = (
    *("Share this article", "Related posts", "Leave a comment", "By Ana Ruiz", "12 May 2019", "3,870 views"),
    *(
        "Subscribe to our newsletter",
        "© 2020 The Harbour Post",
        "Photo: Jan Kowalski",
        "Read more",
        "Home > News > Sea",
    ),
)
ODDITIES = (
    *(
        "\0",
        "\x08",
        "\x1b[31m",
        "\ufeff",
        "\u200b",
        "&amp;",
        "&#xd800;",
        "<",
        ">",
        "]]>",
        "\r\n",
        "\r",
        "\x85",
        "\u2028",
    ),
    *("\ud800", "\xa0", "\t", "    x = 1", "- item", "a\tb", "# Title", "```", "\U0001f600", "ﬁ", "e\u0301"),
)
TAGS = (
    *"p div span b i a h1 h2 h6 ul ol li dl dt dd table tr td th caption pre code br hr blockquote figure".split(),
    *"figcaption img article main nav footer aside form button select option textarea noscript template".split(),
    *"script style svg title math time meta link base body html head x-card dialog ruby rt".split(),
)
ATTRIBUTES = (
    *("", "", "", " class='related-posts'", " class=byline", " id=comments", " href='/x?a=1&b'", " href='http://[x'"),
    *(" src=a.jpg alt='b'", " src='data:x'", " datetime=2020-01-01", " itemprop=author", " rel=author", " hidden"),
    *(
        " style='display:none'",
        " property=og:title content='A ferry'",
        " class=",
        " a\0b='\"",
        " type=application/ld+json",
    ),
)
WORDS = (*SENTENCES, *FURNITURE, *ODDITIES, "word ", " ", "\n", "\n\n", '{"@type":"NewsArticle","headline":"\\ud800"}')

tags = st.builds(
    lambda form, tag, attribute: form.format(tag=tag, attribute=attribute),
    st.sampled_from(
        ("<{tag}{attribute}>", "<{tag}{attribute}>", "</{tag}>", "<{tag}{attribute}/>", "<{tag}{attribute}")
    ),
    st.sampled_from(TAGS),
    st.sampled_from(ATTRIBUTES),
)
soup = st.lists(tags | st.sampled_from(WORDS) | st.text(max_size=8), max_size=40).map("".join)
lines = st.lists(st.sampled_from((*WORDS, *SENTENCES, "\n", "\n\n", "\n\n")) | st.text(max_size=12), max_size=30).map(
    "".join
)
encoded = st.builds(
    lambda text, codec: text.encode(codec, "replace" if codec != "utf-8" else "surrogatepass"),
    soup | lines,
    st.sampled_from(("utf-8", "utf-8", "utf-8", "cp1252", "utf-16", "shift_jis", "koi8-r")),
)
charsets = (
    st.none()
    | st.sampled_from(("utf-8", "latin-1", "UTF-16", "shift_jis", "punycode", "idna", "", "\0", "no-such"))
    | st.text()
)
media_types = st.sampled_from((None, HTML, TEXT))
raws = st.builds(RawDocument, encoded | st.binary(max_size=300), st.just("a"), media_types, st.none(), charsets)
batches = st.lists(raws, min_size=1, max_size=4).map(
    lambda batch: [replace(raw, source_uri=f"document-{number}") for number, raw in enumerate(batch)]
)


def composed(result: Record | Rejection | Failure) -> Record:
    """The record, which a rejected document has too."""
    if isinstance(result, Rejection):
        assert result.record_json is not None
        return from_json(json.loads(result.record_json))
    assert isinstance(result, Record), result
    return result


def cleaned(raw: RawDocument, **options: object) -> Record:
    (result,) = clean_many([raw], **options)  # type: ignore[arg-type]
    return composed(result)


@given(batches)
def test_every_document_has_one_result_and_none_is_a_mishap(batch: list[RawDocument]) -> None:
    results = list(clean_many(batch))
    assert [result.source_uri for result in results] == [raw.source_uri for raw in batch]
    assert not [result for result in results if isinstance(result, Failure)]


@given(batches)
def test_a_result_depends_on_its_document_alone(batch: list[RawDocument]) -> None:
    together = list(clean_many(batch))
    assert list(clean_many(batch)) == together
    assert [result for raw in batch for result in clean_many([raw])] == together


@given(raws)
def test_kept_and_removed_rebuild_what_segment_produced(raw: RawDocument) -> None:
    record = cleaned(raw)
    document = explain(raw)
    assert rebuild(record.text, record.blocks) == "".join(block.before + block.text for block in document.blocks)
    if not document.is_html:
        decoded = decode(raw.payload, raw.charset, is_html=False).text
        assert rebuild(record.text, record.blocks) == repair_lines(decoded, TEXT_CONFIG)[0]


@given(raws)
def test_offsets_and_separators(raw: RawDocument) -> None:
    record = cleaned(raw)
    end = None
    for block, source in zip(record.blocks, explain(raw).blocks, strict=True):
        if not block.kept:
            assert (block.start, block.end, block.text) == (None, None, source.text)
            continue
        assert block.start is not None
        assert block.end is not None
        assert record.text[block.start : block.end] == source.text
        assert block.text is None
        if source.text:
            between = "" if end is None else record.text[end : block.start]
            allowed = ("",) if end is None else ("\n", "\n\n") if record.source_media_type == HTML else (source.before,)
            assert between in allowed
            end = block.end
    assert (end or 0) == len(record.text)


@given(raws)
def test_text_is_trimmed_and_counted(raw: RawDocument) -> None:
    record = cleaned(raw)
    assert record.text == record.text.rstrip()
    first = next((block for block in record.blocks if block.kept and block.end), None)
    if first is None or record.source_media_type == TEXT or first.label != Label.CODE:
        assert record.text == record.text.lstrip()
    assert (record.char_count, record.word_count) == (len(record.text), count_words(record.text))
    record.text.encode("utf-8")


@given(raws)
def test_one_verdict_a_block_with_a_score_of_three_decimals(raw: RawDocument) -> None:
    document = explain(raw)
    assert len(document.verdicts) == len(document.blocks)
    for verdict in document.verdicts:
        assert verdict.score == round(verdict.score, 3)
        assert 0 <= verdict.score <= 1
        assert verdict.by


@given(lines)
def test_a_text_that_nobody_touches_comes_out_as_it_went_in(text: str) -> None:
    raw = RawDocument(text.encode("utf-8", "surrogatepass"), "a.txt", TEXT, charset="utf-8")
    record = cleaned(raw, settings=Settings(aggressiveness=0), normalizers=())
    assume(not record.repairs and all(block.kept for block in record.blocks))
    assert record.text == decode(raw.payload, "utf-8", is_html=False).text.strip()


HASH_SEED_PROGRAM = """
import hashlib, sys
from pathlib import Path
from archiver import clean_many
paths = sorted(path for path in Path(sys.argv[1]).iterdir() if path.suffix in (".html", ".txt", ".md"))
print(len(paths), hashlib.sha256(repr(list(clean_many(paths))).encode()).hexdigest())
"""


def test_results_do_not_depend_on_the_seed_of_the_hash() -> None:
    found = [
        subprocess.run(
            [sys.executable, "-c", HASH_SEED_PROGRAM, str(SEEDS)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            cwd=SEEDS.parent,
        ).stdout
        for seed in ("1", "2")
    ]
    assert found[0] == found[1]
    assert int(found[0].split()[0]) > 20


def test_batches_do_not_show() -> None:
    documents = [f"{SENTENCES[0]}\n\nNumber {number} of them.\n\n{FURNITURE[number % 11]}" for number in range(70)]
    together = [record.text for record in clean_many(documents) if isinstance(record, Record)]
    assert together == [
        record.text for text in documents for record in clean_many([text]) if isinstance(record, Record)
    ]
    assert len(together) == 70


def test_results_come_in_order_and_what_is_none_passes_through() -> None:
    items = [
        RawDocument(SENTENCES[0].encode(), "a"),
        Failure("b", None, "source", "unreadable", "gone"),
        RawDocument(b"", "c"),
        Skip("d", "unsupported"),
        RawDocument(SENTENCES[1].encode(), "e", given={"title": 7}),
    ]
    results = list(clean_results(items, Settings()))
    assert [type(result) for result in results] == [Record, Failure, Rejection, Skip, Rejection]
    assert (results[1], results[3]) == (items[1], items[3])
    codes = [(result.stage, result.code) for result in results if isinstance(result, Rejection)]
    assert codes == [("clean", "empty"), ("source", "given-type")]


def test_a_rule_that_breaks_fails_its_document_alone() -> None:
    def brittle(document: Document) -> Iterator[Proposal]:
        if "harbour" in document.blocks[0].text:
            raise RuntimeError("no harbours, please")
        return iter(())

    first, second = clean_many(SENTENCES[:2], normalizers=(*DEFAULT_NORMALIZERS, brittle))
    assert isinstance(first, Failure)
    assert (first.stage, first.code) == ("clean", "internal-error")
    assert "no harbours, please" in first.message
    assert isinstance(second, Record)


def test_a_rule_that_is_not_installed_is_named() -> None:
    with pytest.raises(UsageError, match="no_such_rule is not installed"):
        list(clean_results([], Settings(normalizers=("no_such_rule",))))


def test_repairs_name_the_block_that_they_changed() -> None:
    text = f"{SENTENCES[0]}\n\n\nThe cafÃ© closed.\n{SENTENCES[1]}\n"
    document = explain(text)
    (repair,) = document.repairs
    assert repair.block is not None
    assert document.blocks[repair.block].text == "The café closed."
    assert repair.before == "The cafÃ© closed.\n"


def test_repairs_of_a_page_reach_text_links_and_metadata() -> None:
    page = (
        '<html><head><title>The cafÃ©</title><script type="application/ld+json">{"@type": "NewsArticle", '
        '"headline": "The cafÃ©", "author": {"@type": "Person", "name": "RenÃ©e Blanc"}}</script></head>'
        f"<body><h1>The cafÃ©</h1><p>{SENTENCES[0]}</p><p>{SENTENCES[1]} <a href='http://a.example'>The cafÃ©</a>.</p>"
    )
    record = cleaned(RawDocument(page.encode(), "a", HTML))
    assert (record.title, record.authors) == ("The café", ("Renée Blanc",))
    assert [link.text for link in record.links] == ["The café"]
    assert record.text.endswith("The café.")
    assert [repair.block for repair in record.repairs] == [0, 2]


def test_repaired_code_keeps_its_indentation() -> None:
    page = f"<html><p>{SENTENCES[0]}<pre>\n    print('cafÃ©')\n    exit()</pre><p>{SENTENCES[1]}"
    assert "\n\n    print('café')\n    exit()\n\n" in cleaned(RawDocument(page.encode(), "a", HTML)).text


def test_a_block_of_which_repair_leaves_nothing_leaves_no_gap() -> None:
    page = f"<html><p>\x08</p><p>{SENTENCES[0]}</p><p>\x07</p><p>{SENTENCES[1]}"
    assert cleaned(RawDocument(page.encode(), "a", HTML)).text == f"{SENTENCES[0]}\n\n{SENTENCES[1]}"


@pytest.mark.parametrize(
    ("payload", "media_type"),
    [
        (b"<!DOCTYPE html><p>x", HTML),
        (b"\n  <HTML lang=en>", HTML),
        (b"<?xml version='1.0'?>\n<!DOCTYPE html>", HTML),
        (b"<!-- saved from --><p>x", HTML),
        (b"<p>x", HTML),
        (b"<br/>", HTML),
        (b"<my-card class=a>", HTML),
        (b"", TEXT),
        (b"Plain <b>text</b>", TEXT),
        (b"< 5 percent", TEXT),
        (b"<3 you", TEXT),
        (b"<http://a.example>", TEXT),
        (b"<?xml version='1.0'?><rss>", TEXT),
        (b" " * 5000 + b"<p>", TEXT),
        (b"<rss version='2.0'>", TEXT),
        (b"<!-- a note --> and a text", TEXT),
        ("\ufeff<html>".encode(), HTML),
        ("\ufeff<html><body>".encode("utf-16"), HTML),
    ],
)
def test_what_starts_like_html_is_html(payload: bytes, media_type: str) -> None:
    assert sniff_media_type(payload) == media_type


def test_the_settings_decide_how_much_goes() -> None:
    def kept(aggressiveness: float) -> int:
        settings = Settings(aggressiveness=aggressiveness)
        pages = SEEDS.glob("*.html")
        return sum(verdict.kept for page in pages for verdict in explain(page, settings=settings).verdicts)

    assert kept(0) >= kept(0.5) >= kept(1) > 0
    assert kept(0) > kept(1)


@pytest.mark.parametrize(
    ("column", "value", "field"),
    [
        ("date_published", "nonsense", "date_published"),
        ("published", "3 hours ago", "date_published"),
        ("date_published", "2024-02-31", "date_published"),
        ("language", "klingon!!", "language"),
        ("authors", "by 5", "authors"),
        ("title", "  ", "title"),
        ("canonical_url", "/x", "canonical_url"),
    ],
)
def test_what_a_row_gives_and_no_field_can_use_goes_to_extra(column: str, value: str, field: str) -> None:
    record = _of_row({column: value, "shares": 3})
    assert json.loads(record.extra or "") == {field: value, "shares": 3}
    assert record.published_raw == (value if field == "date_published" else None)
    assert not any(one.source == "given" for one in record.origins)


def test_the_given_url_stands_as_it_was_given() -> None:
    record = _of_row({"url": "www.example.org/x", "title": "Ferries", "author": "", "tags": []})
    assert (record.url, record.domain, record.extra) == ("www.example.org/x", None, None)


def test_another_column_of_that_name_is_not_overwritten() -> None:
    record = _of_row({"title": "Ferries", "name": " "}, title="name")
    assert json.loads(record.extra or "") == {"title": "Ferries", "given.title": " "}


def _of_row(columns: dict[str, object], **fields: str) -> Record:
    settings = Settings(fields=fields)
    raw = to_document({"text": " ".join(SENTENCES[:3]), **columns}, "dump.jsonl#row=0", settings)
    (result,) = clean_results([raw], settings)
    assert isinstance(result, Record), result
    return result

"""CSV, TSV, JSON arrays and feeds: which rows they give, what is wrong with the others, however they are cut."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.document import HTML, RawDocument
from archiver.errors import DocumentError
from archiver.record import Failure, Skip
from archiver.settings import Limits, Settings
from archiver.sources import InputFile, Piece, needs_spool, read_piece, split, spool
from archiver.sources.json_arrays import read_elements

SETTINGS = Settings(limits=Limits(input_bytes=2_000))


def read(folder: Path, name: str, content: bytes, settings: Settings = SETTINGS) -> list[RawDocument | Failure | Skip]:
    path = folder / name
    path.write_bytes(content)
    return list(read_piece(Piece(path, name), settings))


def brief(results: list[RawDocument | Failure | Skip]) -> list[tuple[str, str | bytes]]:
    """What is read: uri and payload, code or reason."""
    return [
        (item.source_uri, item.payload if isinstance(item, RawDocument) else getattr(item, "code", None) or item.reason)
        for item in results
    ]


TABLES = [
    ("a.csv", b"url,text\nhttp://a.example/,Hello\n", [("a.csv#row=0", b"Hello")]),
    ("a.csv", b'\xef\xbb\xbftext;n\r\n"two\r\nlines ""so""";1\r\n\r\nb;2\r\n', [(0, b'two\r\nlines "so"'), (1, b"b")]),
    ("a.tsv", b"text\tn\na, b; c\t1\n", [(0, b"a, b; c")]),
    ("a.csv", b"text,n\na\nb,1,2\nc,3\n", [(0, "invalid-csv"), (1, "invalid-csv"), (2, b"c")]),
    ("a.csv", b"text,n\ncaf\xe9,1\nb,2\n", [(0, "invalid-csv"), (1, b"b")]),
    ("a.csv", b"text,n\n" + b"x" * 3_000 + b",1\nb,2\n", [(0, "too-large"), (1, b"b")]),
    ("a.csv", b'text,n\n"' + b"x\n" * 1_500, [(0, "too-large"), *((n, "invalid-csv") for n in range(1, 501))]),
    ("a.csv", b"title,n\na,1\n", [(0, "no-text")]),
    ("a.csv", b"text,n\n", [(None, "empty")]),
    ("a.csv", b"text,text\na,b\n", [(None, "invalid-csv")]),
    ("a.csv", "text,n\ncafé,b\n".encode("utf-16"), [(0, "café".encode())]),
    ("a.tsv", "\ufefftext\tn\r\ncafé\tb\r\n".encode("utf-16-be"), [(0, "café".encode())]),
    ("a.json", '[{"text": "café"}, {"text": "b"}]'.encode("utf-16"), [(0, "café".encode()), (1, b"b")]),
    ("a.json", '{\n"text": "a"\n}'.encode("utf-32"), [(0, b"a")]),
    ("a.csv", "text,n\na,b\nc,d".encode("utf-16") + b"x", [(0, b"a"), (1, "corrupt")]),
    ("a.json", b'[{"text": "a"},\n {"text": "b]}"}]\n', [(0, b"a"), (1, b"b]}")]),
    ("a.json", b' [ ] ', [(None, "empty")]),
    ("a.json", b'[{"text": "a"}, {"text": tru}, {"text": "c"}]', [(0, b"a"), (1, "invalid-json"), (2, b"c")]),
    ("a.json", b'[{"text": "a"},, 5]', [(0, b"a"), (1, "invalid-json"), (2, "invalid-json")]),
    ("a.json", b'[{"text": "a"}, {"text": "b"', [(0, b"a"), (1, "truncated")]),
    ("a.json", b'[{"text": "a"}] {"text": "b"}', [(0, "invalid-json")]),
    ("a.json", b'[null, {"text": "b"}]', [(0, "invalid-json"), (1, b"b")]),
    ("a.json", b'["a", "b"]', [(0, "invalid-json"), (1, "invalid-json")]),
    ("a.json", b'\n{\n  "text": "a {"\n}\n', [(0, b"a {")]),
    ("a.json", b'{\n "text": "a"}{ }\n\n{"text":\n"b"} 5', [(0, b"a"), (1, "no-text"), (2, b"b"), (3, "invalid-json")]),
    ("a.json", b'{\n "text": "a\\', [(0, "invalid-json")]),
    ("a.json", b'{"text": "a", bad', [(0, "invalid-json")]),
    ("a.json", b'{\n "text": "' + b"x" * 3_000 + b'"}\n{"text": "b"}', [(0, "too-large"), (1, b"b")]),
    ("a.json", b'{\n "text": "' + b"x" * 3_000, [(0, "too-large")]),
    ("a.json", b"no JSON}] at all", [(0, "invalid-json"), (1, "invalid-json"), (2, "invalid-json")]),
    ("a.json", b" \n", [(None, "empty")]),
    ("a.jsonl", b'{\r\n "text": "a"\r\n}', [(0, b"a")]),
    ("a", b'{\n "text": "a"\n}', [(0, b"a")]),
    ("a.json", b'[{"text": "' + b"x" * 3_000 + b'"}, {"text": "b"}]', [(0, "too-large"), (1, b"b")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "expected"), TABLES)
def test_rows(tmp_path: Path, name: str, content: bytes, expected: list[tuple[int | str | None, bytes | str]]) -> None:
    named = [
        (name if row is None else row if isinstance(row, str) else f"{name}#row={row}", what) for row, what in expected
    ]
    assert brief(read(tmp_path, name, content)) == named


def test_a_table_in_another_encoding(tmp_path: Path) -> None:
    settings = Settings(csv_encoding="windows-1252")
    [document] = read(tmp_path, "a.csv", b"text,title,empty\nl\x92\xe9t\xe9,Caf\xe9,\n", settings)
    assert isinstance(document, RawDocument)
    assert document.payload.decode() == "l’été"
    assert (document.given, document.extra) == ({"title": "Café"}, '{"empty":null}')


def test_messages_name_the_line(tmp_path: Path) -> None:
    [_, failure] = read(tmp_path, "a.csv", b'text,n\n"a\nb",1\nc\n')
    assert isinstance(failure, Failure)
    assert failure.message.startswith("line 4: 1 fields")
    for content in (b'[\n\n {"text":\n x}]', b'\n\n {"text":\n x}'):
        [failure] = read(tmp_path, "a.json", content)
        assert isinstance(failure, Failure)
        assert failure.message.startswith("line 4, column 2")


CELL = st.text(st.one_of(st.characters(codec="utf-8", exclude_categories=["Cc"]), st.just("\n")), max_size=12)


@given(st.lists(st.tuples(CELL.filter(bool), CELL), min_size=1, max_size=30), st.integers(1, 80), st.booleans())
def test_however_a_table_is_cut(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], target: int, packed: bool
) -> None:
    sink = io.StringIO()
    csv.writer(sink, quoting=csv.QUOTE_ALL).writerows([("text", "other"), *rows])
    content = sink.getvalue().encode()
    path = tmp_path_factory.mktemp("table") / ("a.csv.gz" if packed else "a.csv")
    path.write_bytes(gzip.compress(content) if packed else content)
    check_cuts(path, target, [text.encode() for text, _ in rows])


@given(st.lists(CELL.filter(bool), min_size=1, max_size=30), st.integers(1, 80), st.sampled_from([None, 2]))
def test_however_an_array_is_cut(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], target: int, indent: int | None
) -> None:
    path = tmp_path_factory.mktemp("array") / "a.json"
    path.write_text(json.dumps([{"text": text} for text in texts], indent=indent, ensure_ascii=False), encoding="utf-8")
    check_cuts(path, target, [text.encode() for text in texts])
    path.write_text("".join(json.dumps({"text": text}, indent=2) + "\n" for text in texts), encoding="utf-8")
    check_cuts(path, target, [text.encode() for text in texts])


def check_cuts(path: Path, target: int, texts: list[bytes]) -> None:
    file = InputFile(path, path.name, path.stat().st_size)
    whole = list(read_piece(Piece(path, path.name), SETTINGS))
    cut = (
        spool(file, target, path.parent, SETTINGS)
        if needs_spool(file, target, SETTINGS)
        else split(file, target, SETTINGS)
    )
    together = [
        result for item in list(cut) for result in (read_piece(item, SETTINGS) if isinstance(item, Piece) else [item])
    ]
    assert together == whole
    assert [item.payload for item in whole if isinstance(item, RawDocument)] == texts


@given(st.sampled_from([b"[", b"{", b""]), st.binary(max_size=60), st.integers(1, 9))
def test_any_bytes_after_a_bracket_end(bracket: bytes, data: bytes, longest: int) -> None:
    try:
        rows = [line.row for line in read_elements(io.BytesIO(bracket + data), longest)]
    except DocumentError as error:
        assert error.code in ("truncated", "invalid-json")
    else:
        assert rows == list(range(len(rows)))


FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Kiosk</title><language>en</language>
<item><title>Ferry &amp; fog</title><link>https://a.example/ferry</link><pubDate>Tue, 10 Jun 2025 04:00:00 GMT</pubDate>
<dc:creator>Ann Example</dc:creator><category>boats</category><description>Short.</description>
<content:encoded><![CDATA[<p>The ferry <b>left</b>.</p><script>x</script>]]></content:encoded></item>
<item><title>No body</title><link>https://a.example/none</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>F</title>
<entry><title>A</title><link href="https://a.example/x"/><updated>2024-01-02T03:04:05Z</updated>
<author><name>Ann</name></author><author><name>Bob</name></author>
<content type="html">&lt;p&gt;Hallo&lt;/p&gt;</content></entry></feed>"""


def test_a_feed(tmp_path: Path) -> None:
    document, failure = read(tmp_path, "feed.xml", FEED.encode())
    assert isinstance(document, RawDocument)
    assert document.payload == b"<p>The ferry <b>left</b>.</p><script>x</script>"
    assert (document.source_uri, document.media_type, document.url) == (
        "feed.xml#row=0",
        HTML,
        "https://a.example/ferry",
    )
    assert document.given == {
        "url": "https://a.example/ferry",
        "title": "Ferry & fog",
        "authors": ["Ann Example"],
        "tags": ["boats"],
        "date_published": "Tue, 10 Jun 2025 04:00:00 GMT",
        "language": "en",
        "site_name": "The Kiosk",
    }
    assert isinstance(failure, Failure)
    assert failure.code == "no-text"


def test_an_atom_feed(tmp_path: Path) -> None:
    [document] = read(tmp_path, "news", ATOM.encode())
    assert isinstance(document, RawDocument)
    assert document.payload == b"<p>Hallo</p>"
    assert document.given["authors"] == ["Ann", "Bob"]
    assert document.given["language"] == "de"


def test_a_broken_feed_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    results = read(tmp_path, "feed.xml", FEED[: FEED.index("<item><title>No")].encode())
    assert [type(result) for result in results] == [RawDocument, Failure]
    assert brief(results)[1] == ("feed.xml", "invalid-feed")


NETSCAPE = (
    'rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd"'
)


@pytest.mark.parametrize("declared", [NETSCAPE, "rss", "rss SYSTEM 'no such [file]'"])
def test_a_feed_with_a_doctype(tmp_path: Path, declared: str) -> None:
    item = "<item><title>Fog</title><description>The ferry left.</description></item>"
    content = f'<?xml version="1.0"?>\n<!DOCTYPE {declared}>\n<rss version="0.91"><channel>{item}</channel></rss>'
    assert brief(read(tmp_path, "feed.xml", content.encode())) == [("feed.xml#row=0", b"The ferry left.")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_feed_that_declares_entities_is_refused(tmp_path: Path, encoding: str) -> None:
    item = "<item><title>Fog</title><description>&a;</description></item>"
    content = f'<!DOCTYPE {NETSCAPE} [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<rss><channel>{item}</channel></rss>'
    [failure] = read(tmp_path, "feed.xml", content.encode(encoding))
    assert isinstance(failure, Failure)
    assert (failure.source_uri, failure.code) == ("feed.xml", "invalid-feed")
    assert "declares entities" in failure.message

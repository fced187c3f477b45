"""What a file is, by its content first and its name second."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.sources.forms import Form, form_of, starts_like_html

PAGE = b"<!doctype html><html><body><p>Hi"
ROW = b'{"text": "a"}\n'

FORMS = [
    ("a.html", PAGE, Form.HTML),
    ("a.HTM", b"no tag in sight", Form.HTML),
    ("a.xhtml", b'<?xml version="1.0"?>\n<!-- c -->\n<html xmlns="x">', Form.HTML),
    ("a.txt", b"Plain words.", Form.TEXT),
    ("a.md", b"# Title", Form.TEXT),
    ("a.md", b'<p align="center">', Form.TEXT),
    ("a.md", PAGE, Form.HTML),
    ("a.txt", b" \n <!-- saved -->\n<HTML>", Form.HTML),
    ("a.txt", "\ufeff<html>".encode("utf-16-le"), Form.HTML),
    ("a.txt", "<html><body>".encode("utf-16-be"), Form.HTML),
    ("a.txt", "Слова и слова.".encode("utf-16"), Form.TEXT),
    ("a.txt", "Слова и слова, еще слова.".encode("utf-16-le"), Form.TEXT),
    ("a.txt", "\ufeffСлова.".encode("utf-32-le"), Form.TEXT),
    ("a.txt", b"one stray\x00 NUL", Form.TEXT),
    ("a.txt", b"1 < 2 and <3", Form.TEXT),
    ("README", b"words", Form.TEXT),
    ("story.12345", b"words", Form.TEXT),
    ("index.php?id=5", PAGE, Form.HTML),
    ("a.jsonl", ROW, Form.JSONL),
    ("a.jsonl", b"not json", Form.JSONL),
    ("a.jsonl", PAGE, Form.HTML),
    ("a.ndjson.gz", ROW, Form.JSONL),
    ("a.txt", b"\xef\xbb\xbf\n" + ROW, Form.JSONL),
    ("a.json", ROW * 2, Form.JSONL),
    ("a.json", b'{"text": "' + b"x" * 5000, Form.JSONL),
    *((name, b'{\n  "text": "a"\n}', Form.JSON) for name in ("a.json", "a.jsonl", "stdin")),
    ("a.txt", b'{\n  "text": "a"\n}', Form.TEXT),
    ("a.jsonl", b'{"text": "broken\n' + ROW, Form.JSONL),
    ("a.json", b'{"text": "a", bad', Form.JSON),
    ("a.txt", b'{"so": he said}', Form.TEXT),
    ("a.html", b"PAR1\x15\x04", Form.PARQUET),
    ("a.parquet", b"\x00\x01", Form.PARQUET),
    ("a.html", b"\x89PNG\r\n\x1a\n", None),
    ("a.txt", b"%PDF-1.7\n", None),
    ("a.txt", b"PK\x03\x04word/document.xml", None),
    ("a.html", b"\x1f\x8b\x08\x00 packed twice", None),
    ("a.txt", bytes(range(256)), None),
    ("a.txt", b"\x00\x01\x02\x03", None),
    ("a.css", b"p { color: red }", None),
    ("a.csv", b"a,b\n1,2\n", Form.CSV),
    ("a.tsv.gz", b"a\tb\n1\t2\n", Form.TSV),
    ("a.txt", b"a,b\n1,2\n", Form.TEXT),
    ("feed.xml", b'<?xml version="1.0"?><rss>', Form.FEED),
    ("feed", b'<feed xmlns="http://www.w3.org/2005/Atom">', Form.FEED),
    ("a.xml", b'<?xml version="1.0"?><books>', None),
    ("a.xml", b'<?xml version="1.0"?>\n<!DOCTYPE rss PUBLIC "-//Netscape" "http://x/rss-0.91.dtd">\n<rss>', Form.FEED),
    ("a.xml", b"<!DOCTYPE feed>\n<feed>", Form.FEED),
    ("a.xml", b"<!DOCTYPE rss[<!ENTITY a 'b'>]>\n<rss>", Form.FEED),
    ("a.xml", b"<!DOCTYPE books>\n<books>", None),
    ("a.json", b'\n[\n  {"text": 1}]', Form.JSON),
    ("a.json", b"[1, 2]", Form.JSON),
    ("a.json", b'[null, {"text": 1}]', Form.JSON),
    ("a.txt", b'[{"text": 1}]', Form.TEXT),
    ("a.txt", b"<DOCUMENT>\n<TYPE>10-K\n<TEXT>\n<HTML><HEAD>", Form.HTML),
    ("a.xml", b'<?xml version="1.0"?><rss><channel><description><html>', Form.FEED),
    ("a.md", b"<pear>\n<html>", Form.TEXT),
    ("crawl.warc.gz", b"WARC/1.0\r\n", Form.WARC),
    ("crawl", b"WARC/1.1\r\n", Form.WARC),
    ("photo.jpg", b"\xff\xd8\xff\xe0", None),
    ("", b"", Form.TEXT),
]


@pytest.mark.parametrize(("name", "head", "form"), FORMS)
def test_forms(name: str, head: bytes, form: Form | None) -> None:
    assert form_of(name, head) is form


@pytest.mark.parametrize(
    "text", ["<p>x", "  <div class=a>", "<!-- open", "<!DOCTYPE html>", "<h2>x", "<A HREF=x>", "<my-card>"]
)
def test_fragments_start_like_html(text: str) -> None:
    assert starts_like_html(text.encode())


@pytest.mark.parametrize("text", ["", "p", "< p>", "<3 hearts", "<pear>", "<!-- c --> text", "a <p>", "<?xml?><rss>"])
def test_text_does_not_start_like_html(text: str) -> None:
    assert not starts_like_html(text.encode())


@given(st.text(), st.binary(max_size=200))
def test_any_name_and_content_has_an_answer(name: str, head: bytes) -> None:
    assert form_of(name, head) in (*Form, None)

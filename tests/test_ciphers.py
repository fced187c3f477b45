"""Documents in cipher: what a reader sees is changed, what a program reads is not."""

from __future__ import annotations

import gzip

import pytest

from archiver import clean
from benchmarks.ciphers import CIPHERS, ciphered
from benchmarks.datasets import Case

PAGE = """<!doctype html><html lang=en><head><title>The ferry</title><meta property="og:title" content="The ferry">
<meta name=viewport content="width=device-width"><style>p { color: red }</style>
<script type="application/ld+json">{"headline": "The ferry"}</script><script>var x = "<p>ferry";</script></head>
<body><!-- ferry --><p class=lead>The ferry &amp; the pier</p><a href="/ferry">Ferry</a></body></html>"""


def page(html: str = PAGE, charset: str = "utf-8") -> Case:
    return Case("a", gzip.compress(html.encode(charset)), group="article", gold=("The ferry & the pier",))


def read(case: Case) -> str:
    assert isinstance(case.stored, bytes)
    return gzip.decompress(case.stored).decode("utf-8-sig")


def test_only_what_a_reader_sees_is_in_cipher() -> None:
    (case,) = ciphered([page()], "Latin")
    html = read(case)
    assert f"<title>{case.gold[0][:9]}</title>" in html
    assert f'content="{case.gold[0][:9]}"' in html
    assert f"<p class=lead>{case.gold[0].replace('&', '&amp;')}</p>" in html
    for kept in ("width=device-width", "p { color: red }", 'var x = "<p>ferry";', "<!-- ferry -->", 'href="/ferry"'):
        assert kept in html
    assert "ld+json" not in html
    assert "ferry" not in case.gold[0]


@pytest.mark.parametrize("name", CIPHERS)
def test_letters_stand_for_letters_one_to_one(name: str) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    (case,) = ciphered([Case("a", letters, group="text")], name)
    assert isinstance(case.stored, str)
    assert len(set(case.stored)) == len(letters)
    assert set(case.stored).isdisjoint(letters) == (name != "Latin")
    assert all(other != letter for other, letter in zip(case.stored, letters, strict=True))


def test_a_page_of_any_encoding_is_read_as_what_it_is() -> None:
    html = '<meta charset="iso-8859-1"><p>' + "Café on the pier, and the ferry that never came. " * 20
    (case,) = ciphered([page(html + "<p>", "latin-1")], "Devanagari")
    assert "é" in clean(case.document()).text

"""What pages declare: a snippet and the field of `Head` that it fills. All other fields stay empty."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from archiver.document import Head, RawDocument
from archiver.segment import segment_html
from archiver.settings import Settings

LD = '<script type="application/ld+json">{}</script>'

ROWS: list[tuple[str, str, dict[str, Any]]] = [
    ("title", "<title> A \n ferry </title><title>Second</title>", {"title": "A ferry"}),
    ("title-in-the-body", "<body><p>x<title>Late</title>", {"title": "Late"}),
    ("title-with-markup", "<title>a <b>c &amp; d</title>", {"title": "a <b>c & d"}),
    ("tooltip-of-an-icon", "<body><svg><title>Menu</title></svg>", {}),
    ("formula", "<body><math><title>m</title></math>", {}),
    ("tooltip-before-the-title", "<body><svg><title>Menu</title></svg><title>Real</title>", {"title": "Real"}),
    ("empty-title", "<title></title><body><svg><title>Menu</title></svg>", {}),
    ("title-in-a-comment", "<!-- <title>x</title> -->", {}),
    ("title-in-a-field", "<textarea><title>x</title></textarea>", {}),
    ("language", "<html lang=en-GB>", {"language": "en-GB"}),
    ("xml-language", "<html xml:lang=fr>", {"language": "fr"}),
    ("two-languages", "<html lang=de><body><html lang=it>", {"language": "de"}),
    ("base", "<base href=/x><base href=/y>", {"base": "/x"}),
    ("property", "<meta property=OG:Title content='A &amp; B'>", {"meta": (("og:title", "A & B"),)}),
    ("name", "<meta name=' Author ' content=Ana>", {"meta": (("author", "Ana"),)}),
    ("property-first", "<meta name=title property=og:title content=x>", {"meta": (("og:title", "x"),)}),
    ("http-equiv", "<meta http-equiv=Content-Language content=de>", {"meta": (("content-language", "de"),)}),
    ("meta-without-a-name", "<meta content=x><meta charset=utf-8>", {}),
    ("meta-without-content", "<meta name=a>", {"meta": (("a", ""),)}),
    ("meta-in-the-body", "<body><p>x<meta name=a content=b>", {"meta": (("a", "b"),)}),
    ("meta-order", "<meta name=b content=1><meta name=a content=2><meta name=b content=3>",
     {"meta": (("b", "1"), ("a", "2"), ("b", "3"))}),
    ("link", "<link rel=Canonical href=/c><link rel='alternate nofollow' href=x>",
     {"links": (("canonical", "/c"), ("alternate nofollow", "x"))}),
    ("json-ld", LD.format('{"a": [1, null]}'), {"json_ld": ({"a": [1, None]},)}),
    ("json-ld-type-in-capitals", '<script type="Application/LD+JSON">[1]</script>', {"json_ld": ([1],)}),
    ("json-ld-control-characters", LD.format('{"a": "b\nc\td"}'), {"json_ld": ({"a": "b\nc\td"},)}),
    ("json-ld-broken-beside-whole", LD.format('{"a": }') + LD.format("[2]"), {"json_ld": ([2],)}),
    ("json-ld-empty", LD.format(" "), {}),
    ("json-ld-too-deep", LD.format("[" * 100_000), {}),
    ("json-ld-long-number", LD.format("1" * 10_000), {}),
    ("json-ld-entities", LD.format('{"a": "&quot;"}'), {"json_ld": ({"a": "&quot;"},)}),
    ("other-script", '<script type="text/json">{"a": 1}</script>', {}),
    ("item", "<p itemprop=name>An <b>a</b></p>", {"items": (("name", "An a"),)}),
    ("item-content", "<span itemprop=a content=C>x</span>", {"items": (("a", "C"),)}),
    ("item-meta", "<meta itemprop=a content=C>", {"items": (("a", "C"),)}),
    ("item-link", "<link itemprop=a href=/h>", {"links": (("", "/h"),), "items": (("a", "/h"),)}),
    ("item-image", "<img itemprop=image src=i.jpg>", {"items": (("image", "i.jpg"),)}),
    ("item-anchor", "<a itemprop=url href=/u></a><a itemprop=author href=/u>Ana</a>",
     {"items": (("url", "/u"), ("author", "Ana"))}),
    ("item-time", "<time itemprop=d datetime=2020-05-01>May</time>",
     {"items": (("d", "2020-05-01"),), "times": (("2020-05-01", "May"),)}),
    ("time", "<time datetime=2020>1  May</time><time>June</time>", {"times": (("2020", "1 May"), ("", "June"))}),
    ("author", "<a rel='author external' href=x>Ana  Ruiz</a><a rel=AUTHOR>Bo</a><a rel=co-author>C</a>",
     {"authors": ("Ana Ruiz", "Bo")}),
    ("long-value", f"<meta name=a content={'x' * 50_000}>", {"meta": (("a", "x" * 20_000),)}),
]  # fmt: skip


@pytest.mark.parametrize("parser", ["turbohtml", "html5lib"])
@pytest.mark.parametrize(("html", "declared"), [pytest.param(*row[1:], id=row[0]) for row in ROWS])
def test_head(html: str, declared: dict[str, Any], parser: str) -> None:
    head = segment_html(html, RawDocument(b"", "a.html"), Settings(parser=parser)).head
    assert {field.name: getattr(head, field.name) for field in fields(Head)} == {
        field.name: declared.get(field.name, getattr(Head(), field.name)) for field in fields(Head)
    }


@pytest.mark.parametrize("field", [field.name for field in fields(Head) if field.name != "site"])  # no page fills it
def test_a_row_fills_every_field(field: str) -> None:
    assert any(field in declared for _, _, declared in ROWS)

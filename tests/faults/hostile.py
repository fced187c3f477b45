"""Documents that want to hurt: fuzzed pages, pathological pages, and texts with broken bytes in them."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

SEEDS = Path(__file__).parents[2] / "seeds"
PROSE = (
    "The keeper climbed the tower every evening, lit the lamp, and wrote the hour into his book. "
    "On Sundays, when the wind allowed it, he read to the gulls."
)
P = f"<p>{PROSE}</p>"

_SHREDS = (
    *(
        b"<",
        b">",
        b"</",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"&",
        b"&#x",
        b"&amp;amp;",
        b"\0",
        b"\xff",
        b"\xed\xa0\x80",
    ),
    *(
        b"<script>",
        b"</script",
        b"<svg>",
        b"<table>",
        b"<tr>",
        b"<template>",
        b"<select>",
        b"<plaintext>",
        b"<frameset>",
    ),
    *(
        b"<p " + b"a " * 200 + b">",
        b"<b>" * 50,
        b"\xe2\x80\xae",
        b"'\"",
        b"=",
        b"<a href='",
        b"\r\n\r",
        b"\xef\xbb\xbf",
    ),
)


def seed_pages() -> list[bytes]:
    """Our seeds in HTML."""
    plain = [path.read_bytes() for path in sorted(SEEDS.iterdir()) if path.suffix in (".html", ".htm", ".xhtml")]
    packed = [gzip.decompress(path.read_bytes()) for path in sorted(SEEDS.glob("*.html.gz"))]
    return plain + packed


def fuzzed(page: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """A page with some pieces lost, doubled, moved, swapped for those of others, bits flipped, and shreds strewn in."""
    data = bytearray(page)
    for _ in range(chance.randint(1, 30)):
        at, length = chance.randrange(len(data) + 1), int(chance.paretovariate(0.5)) % 2000
        piece = data[at : at + length]
        match chance.randrange(6):
            case 0:
                del data[at : at + length]
            case 1:
                data[at:at] = piece * chance.randint(1, 3)
            case 2:
                data[at:at] = chance.choice(_SHREDS)
            case 3:
                other = chance.choice(others)
                start = chance.randrange(len(other))
                data[at:at] = other[start : start + length]
            case 4 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case _:
                data[at : at + length] = bytes(reversed(piece))
    return bytes(data)


PAGES: dict[str, str | bytes] = {
    "nested blocks": "<div>" * 500_000 + P,
    "nested inlines": "<b>" * 500_000 + P,
    "nested lists": "<ul><li>" * 100_000 + P,
    "nested tables": "<table><tr><td>" * 50_000 + P,
    "nested quotes": "<blockquote>" * 200_000 + P,
    "nested drawings": "<svg>" * 100_000 + "</svg>" * 100_000 + P,
    "nested templates": "<template>" * 20_000 + "</template>" * 20_000 + P,
    "nested forms": "<form><fieldset>" * 50_000 + P,
    "nested items": "<div itemscope itemprop=a>" * 20_000 + P,
    "nested links": "<a href=x>" * 100_000 + P,
    "formatting reopened": "<p><b><i>" * 10_000 + P,
    "misnested": "<b><p><i></b></p></i>" * 50_000 + P,
    "attributes": "<p " + " ".join(f"a{number}=x" for number in range(200_000)) + ">" + P,
    "one attribute": "<p class='" + "a b " * 2_500_000 + "'>" + P,
    "one style": "<p style='" + "display:none;" * 800_000 + "'>" + P,
    "one address": "<p><a href='" + "a" * 10_000_000 + "'>x</a>" + P,
    "one tag name": "<" + "a" * 5_000_000 + ">" + P,
    "one word": "<p>" + "a" * 5_000_000 + P,
    "one line": "<p>" + "word " * 2_000_000 + P,
    "entities": "<p>" + "&amp;&#x41;&bogus;" * 200_000 + P,
    "nested entities": "<p>" + "&amp;" + "amp;" * 1_000_000 + P,
    "entities without end": "<p>" + "&#" + "9" * 1_000_000 + P,
    "ampersands": "<p>" + "&" * 2_000_000 + P,
    "angle brackets": "<" * 1_000_000 + P,
    "unclosed comment": P + "<!-- " + "-" * 2_000_000,
    "unclosed comments": P + "<!--" * 500_000,
    "unclosed script": P + "<script>" + "<!--<script>" * 200_000,
    "unclosed title": P + "<title>" + "x" * 2_000_000,
    "declarations": "<!" * 500_000 + ">" + P,
    "white space": "<p>" + " \t\n" * 2_000_000 + P,
    "combining marks": "<p>e" + "\u0301\u0316" * 300_000 + P,
    "directions": "<p>" + "\u202e\u2066" * 300_000 + P,
    "surrogate references": "<p>" + "&#xd800;&#xdfff;" * 100_000 + P,
    "metadata": "<head>" + "<meta name=author content='A. Keeper'>" * 50_000 + "</head>" + P,
    "titles": "<h1>" + "</h1><h1>".join(["A lamp is lit"] * 30_000) + "</h1>" + P,
    "deep JSON-LD": '<script type="application/ld+json">' + '{"@graph":[' * 50_000 + "]}" * 50_000 + "</script>" + P,
    "wide JSON-LD": '<script type="application/ld+json">[' + '{"@type":"Article"},' * 100_000 + "1]</script>" + P,
    "polyglot PDF": b"%PDF-1.4\n" + P.encode() + bytes(range(256)) * 1000,
    "polyglot picture": b"GIF89a/*" + P.encode() + b"*/" + bytes(range(255, -1, -1)) * 1000,
    "UTF-7, UTF-16 and UTF-8": "\ufeff<p>a".encode("utf-16") + b"+ADw-script+AD4-" + P.encode() * 100,
}

_BREAKS = {
    "undecodable": (b"\xff", b"\xc3\x28", b"\xe2\x82", b"\xf0\x9f", b"\xfe\xfe"),
    "surrogate": (b"\xed\xa0\x80", b"\xed\xaf\xbf"),
    "control": (b"\0", b"\x01", b"\x0b", b"\x7f\x1b[31m"),
    "direction": ("\u202e".encode(), "\u2066\u200f".encode(), "\u200b\ufeff".encode()),
}


def broken_text(chance: random.Random) -> tuple[bytes, str]:
    """A text of some language with things in it that are no characters, or none that one sees; and what they are."""
    kind = chance.choice(list(_BREAKS))
    body = "Ærlig talt går bølgene høyt i fjæra, sa fyrvokteren på øya. ".encode() * 9 + PROSE.encode()
    data = bytearray(body)
    for _ in range(chance.randint(1, 3)):
        at = chance.choice([place for place, byte in enumerate(data) if byte == 0x20])
        data[at:at] = chance.choice(_BREAKS[kind])
    return bytes(data), kind

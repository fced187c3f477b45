"""Pages, cut into blocks. A row is a snippet and its blocks as (kind, separator, text); `h2` is a heading."""

from __future__ import annotations

from typing import TypeAlias

import pytest

from archiver.document import Block, Document, Element, Image, Label, Link, RawDocument
from archiver.errors import LimitError
from archiver.segment import segment_html
from archiver.settings import Limits, Settings

Rows: TypeAlias = list[tuple[str, str, str]]

SOURCE = RawDocument(b"", "page.html")
THREAD = ("thread of a forum " * 60).strip()

INLINE: list[tuple[str, str, Rows]] = [
    ("inline-tags", "<p>a <b>b</b><i>c</i> d", [("p", "", "a bc d")]),
    ("sup-and-sub", "<p>E=mc<sup>2</sup>, H<sub>2</sub>O", [("p", "", "E=mc2, H2O")]),
    ("word-break", "<p>long<wbr>word", [("p", "", "longword")]),
    ("ruby", "<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>字", [("p", "", "漢字")]),
    ("ruby-bases", "<p><ruby><rb>漢<rb>字<rtc><rt>kan<rt>ji</rtc></ruby>は", [("p", "", "漢字は")]),
    ("quotation-is-inline", "<q>Stop</q> he said", [("p", "", "Stop he said")]),
    ("white-space-folds", "<p>  a \n\t b  </p>", [("p", "", "a b")]),
    ("no-break-space-folds", "<p>a&nbsp;&nbsp;b&nbsp;</p>", [("p", "", "a b")]),
    ("entities", "<p>&lt;b&gt; &amp;amp; &eacute;&#x41;&#66;</p>", [("p", "", "<b> &amp; éAB")]),
    ("soft-hyphen", "<p>soft&shy;ware", [("p", "", "software")]),
    ("nothing-but-soft-hyphens", "<p>&shy; &shy;</p>", []),
    ("soft-hyphen-in-code", "<pre>soft&shy;ware</pre>", [("code", "", "soft\xadware")]),
    ("comment", "<p>a<!-- not <b>this</b> -->b", [("p", "", "ab")]),
    ("unclosed-comment", "<p>a<!-- b</p><p>c", [("p", "", "a")]),
    ("cdata", "<![CDATA[ x ]]>y", [("p", "", "y")]),
    (
        "name-and-date-beside-it",
        "<span>Jane Roe</span><time>4 May</time><b>Share</b>",
        [("p", "", "Jane Roe 4 May Share")],
    ),
    ("formula", "<span>H</span><sub>2</sub><b>O</b>, <i>x</i><sup>2</sup>", [("p", "", "H2O, x2")]),
    ("two-spellings", "<b>In</b><i>side</i> Mc<b>Kay</b> <a>A</a><a>B</a>", [("p", "", "Inside McKay AB")]),
    ("font-and-label", "<font>a</font><label>b</label>", [("p", "", "ab")]),
]
BLOCKS: list[tuple[str, str, Rows]] = [
    ("paragraphs", "<p>a</p><p>b</p>", [("p", "", "a"), ("p", "\n\n", "b")]),
    ("unclosed", "<div>a<p>b<div>c", [("p", "", "a"), ("p", "\n\n", "b"), ("p", "\n\n", "c")]),
    ("line-breaks", "a<br>b<br><br>c", [("p", "", "a"), ("p", "\n\n", "b"), ("p", "\n\n", "c")]),
    ("rule", "<p>a<hr>b", [("p", "", "a"), ("p", "\n\n", "b")]),
    ("custom-elements", "<my-card>a<my-x>b</my-x>c", [("p", "", "a"), ("p", "\n\n", "b"), ("p", "\n\n", "c")]),
    ("headings", "<h1>a</h1><h3>b</h3><h6>c</h6>", [("h1", "", "a"), ("h3", "\n\n", "b"), ("h6", "\n\n", "c")]),
    ("no-such-heading", "<h7>a</h7>", [("p", "", "a")]),
    (
        "permalink-of-heading",
        "<h2>a <a href='#a'>¶</a></h2><h3><a href='/p#b'>#</a>b</h3>",
        [("h2", "", "a"), ("h3", "\n\n", "b")],
    ),
    ("number-linked-in-heading", "<h2><a href='#n'>7</a> a</h2>", [("h2", "", "7 a")]),
    ("sign-linked-in-sentence", "<p>a <a href='#a'>¶</a></p>", [("p", "", "a ¶")]),
    (
        "edit-link-of-heading",
        "<h2>a<span class=mw-editsection>[<a href=e>edit</a>]</span></h2>b",
        [("h2", "", "a"), ("p", "\n\n", "[edit]"), ("p", "\n\n", "b")],
    ),
    ("details", "<details><summary>s</summary>d", [("p", "", "s"), ("p", "\n\n", "d")]),
    ("paragraph-in-button", "<p>a<button><p>b</p></button>", [("p", "", "a"), ("p", "\n\n", "b")]),
    ("hidden-is-kept", "<div style='display:none'>a</div>", [("p", "", "a")]),
    ("nothing", "", []),
    ("white-space", "<p> \n <b>&nbsp;</b></p>", []),
    ("frameset", "<frameset><frame></frameset>", []),
]
LISTS: list[tuple[str, str, Rows]] = [
    ("list", "<ul><li>a<li>b</ul>c", [("li", "", "a"), ("li", "\n", "b"), ("p", "\n\n", "c")]),
    ("nested", "<ul><li>a<ol><li>b</ol>c</ul>", [("li", "", "a"), ("li", "\n", "b"), ("li", "\n", "c")]),
    ("paragraphs-in-item", "<ol><li><p>a</p><p>b</p></ol>", [("li", "", "a"), ("li", "\n", "b")]),
    ("definitions", "<dl><dt>t<dd>d<dd>e</dl>", [("li", "", "t"), ("li", "\n", "d"), ("li", "\n", "e")]),
    ("heading-in-item", "<ul><li><h3>a</h3>b</ul>", [("h3", "", "a"), ("li", "\n\n", "b")]),
    ("after-a-paragraph", "<p>a<ul><li>b</ul>", [("p", "", "a"), ("li", "\n\n", "b")]),
    ("article-in-item", "<ul><li><article><p>a</article></ul>", [("p", "", "a")]),
]
ENTRIES = "".join(f"<li><a href=/{name}>{name}</a>" for name in "abcd")
MENUS: list[tuple[str, str, Rows]] = [
    ("menu", f"<nav><ul>{ENTRIES}</ul></nav><p>e", [("li", "", "a\nb\nc\nd"), ("p", "\n\n", "e")]),
    ("menu-of-divs", "<div>" + "<div><a href=/>a</a></div>" * 4, [("p", "", "a\n\na\n\na\n\na")]),
    ("line-breaks-in-a-menu", "<p>" + "<a href=/>a</a><br>" * 4, [("p", "", "a\n\na\n\na\n\na")]),
    (
        "menus-in-a-menu",
        f"<p>z<nav><div><a href=/>y</a></div><ul>{ENTRIES}</ul><ul>{ENTRIES}</ul></nav>",
        [("p", "", "z"), ("p", "\n\n", "y\n\na\nb\nc\nd\na\nb\nc\nd")],
    ),
    (
        "a-heading-parts-menus",
        f"<nav><ul>{ENTRIES}</ul><h3><a href=/>y</a></h3><ul>{ENTRIES}</ul></nav>",
        [("li", "", "a\nb\nc\nd"), ("h3", "\n\n", "y"), ("li", "\n\n", "a\nb\nc\nd")],
    ),
    ("three-are-no-menu", "<ul>" + "<li><a href=/>a</a>" * 3, [("li", "", "a"), ("li", "\n", "a"), ("li", "\n", "a")]),
    (
        "nor-are-links-with-text",
        f"<ul>{ENTRIES}<li><a href=/>e</a> and more</ul>",
        [*(("li", "\n" * (name > "a"), name) for name in "abcd"), ("li", "\n", "e and more")],
    ),
    (
        "nor-headlines",
        "<ul>" + f"<li><a href=/>{'a ' * 31}</a>" * 4,
        [("li", "\n" * (place > 0), " ".join("a" * 31)) for place in range(4)],
    ),
    (
        "menu-in-a-cell",
        f"<table><tr><td><ul>{ENTRIES}</ul><td>e<tr><td>1<td>2</table>",
        [("li", "", "a\nb\nc\nd"), ("p", "\n\n", "e"), ("table", "\n\n", "1 | 2")],
    ),
    (
        "links-in-a-cell",
        "<table><tr><td>" + "<div><a href=/>a</a></div>" * 4 + "<td>e</table>",
        [("table", "", "a a a a | e")],
    ),
]
TABLES: list[tuple[str, str, Rows]] = [
    ("data", "<table><tr><th>a<th>b<tr><td>1<td>2</table>", [("table", "", "a | b"), ("table", "\n", "1 | 2")]),
    ("paragraphs-in-cell", "<table><tr><td><p>a</p><p>b</p><td>c</table>", [("table", "", "a b | c")]),
    ("empty-cells-vanish", "<table><tr><td>a<td><td>b</table>", [("table", "", "a | b")]),
    ("one-cell-is-no-row", "<table><tr><td>a<td></table>", [("p", "", "a")]),
    ("caption", "<table><caption>c</caption><tr><td>a<td>b</table>", [("table", "", "c"), ("table", "\n", "a | b")]),
    (
        "layout-heading",
        "<table><tr><td>a<h2>b</h2><td>c</table>",
        [("p", "", "a"), ("h2", "\n\n", "b"), ("p", "\n\n", "c")],
    ),
    ("layout-quote", "<table><tr><td><blockquote>a</blockquote><td>b</table>", [("q", "", "a"), ("p", "\n\n", "b")]),
    (
        "layout-long-cell",
        f"<table><tr><td>menu<td>{'word ' * 130}</table>",
        [("p", "", "menu"), ("p", "\n\n", ("word " * 130).strip())],
    ),
    ("layout-form", "<table><tr><td>a<td><form>b</form></table>", [("p", "", "a"), ("p", "\n\n", "b")]),
    ("layout-button", "<table><tr><td>a<td><button>b</button></table>", [("p", "", "a"), ("p", "\n\n", "b")]),
    ("form-around-rows", "<form><table><tr><td>a<td>b</table></form>", [("table", "", "a | b")]),
    ("layout-list", "<table><tr><td><ul><li>a</ul><td>b</table>", [("li", "", "a"), ("p", "\n\n", "b")]),
    (
        "nested",
        "<table><tr><td><table><tr><td>a<td>b</table><td>c</table>",
        [("table", "", "a | b"), ("p", "\n\n", "c")],
    ),
    (
        "code-beside-its-line-numbers",
        "<table><tr><td><pre>1\n2</pre><td><pre>if a:\n  b</pre></table>",
        [("code", "", "1\n2"), ("code", "\n\n", "if a:\n  b")],
    ),
    ("cells-without-table", "<td>a</td><td>b</td>", [("p", "", "ab")]),
]
CODE: list[tuple[str, str, Rows]] = [
    ("indentation", "<pre>\n  def f():\n    return <b>1</b>\n\n</pre>", [("code", "", "  def f():\n    return 1")]),
    ("line-break", "<pre>a<br>b</pre>", [("code", "", "a\nb")]),
    ("blank-lines-around", "<pre>\n\n \n  a  \n\n</pre>b", [("code", "", "  a"), ("p", "\n\n", "b")]),
    ("blank", "<pre>  \n </pre>a", [("p", "", "a")]),
    ("inline-code", "<p>run <code>a  b</code>", [("p", "", "run a b")]),
    ("verbatim-markup", "<p>a</p><xmp><b>x</b></xmp>", [("p", "", "a"), ("p", "\n\n", "<b>x</b>")]),
]
OTHERS: list[tuple[str, str, Rows]] = [
    ("quote", "<blockquote><p>a</p>b</blockquote>", [("q", "", "a"), ("q", "\n\n", "b")]),
    ("figure", "<figure><img src=a><figcaption>a</figcaption></figure><p>b", [("cap", "", "a"), ("p", "\n\n", "b")]),
    ("short-noscript", "<body><noscript>Enable it</noscript><p>a", [("p", "", "a")]),
    (
        "frame-that-nobody-closes",
        f"<body><noscript><iframe src=x height=0></noscript><p>{THREAD}</p><iframe src=y></iframe><p>a",
        [("p", "", THREAD), ("p", "\n\n", "a")],
    ),
    (
        "raw-text-that-nobody-closes",
        f"<body><p>a</p><noscript><iframe src=x>{THREAD}</noscript><p>b",
        [("p", "", "a")],
    ),
    ("long-noscript", f"<body><noscript><p>{THREAD}</noscript><p>a", [("p", "", THREAD), ("p", "\n\n", "a")]),
    *[
        (f"dropped-{tag}", f"<p>a</p><{tag}>x</{tag}><p>b", [("p", "", "a"), ("p", "\n\n", "b")])
        for tag in "script style select textarea iframe audio video canvas object svg math".split()
    ],
    ("template", "<p>a<template><p>t</template>b", [("p", "", "ab")]),
    ("options", "<select><option>a<option>b</select>c<datalist><option>d</datalist>", [("p", "", "c")]),
    ("drawing-in-a-sentence", "<p>a <svg><title>t</title><text>x</text></svg> b", [("p", "", "a b")]),
]  # fmt: skip
ALL = [*INLINE, *BLOCKS, *LISTS, *MENUS, *TABLES, *CODE, *OTHERS]

SHORT_NAMES = {
    Label.PARAGRAPH: "p",
    Label.LIST_ITEM: "li",
    Label.QUOTE: "q",
    Label.CODE: "code",
    Label.TABLE: "table",
    Label.CAPTION: "cap",
}


def segmented(html: str, settings: Settings | None = None) -> Document:
    return segment_html(html, SOURCE, settings or Settings())


def only(html: str) -> Block:
    (block,) = segmented(html).blocks
    return block


@pytest.mark.parametrize(
    ("parser", "html", "rows"),
    [
        pytest.param(parser, *row[1:], id=f"{parser}-{row[0]}")
        for parser in ("turbohtml", "html5lib")
        for row in ALL
        if (parser, row[0]) != ("html5lib", "template")  # which html5lib is older than
    ],
)
def test_blocks(parser: str, html: str, rows: Rows) -> None:
    blocks = segmented(html, Settings(parser=parser)).blocks
    found = [(SHORT_NAMES.get(block.kind) or f"h{block.level}", block.before, block.text) for block in blocks]
    assert found == rows


def test_a_row_names_every_kind_of_block() -> None:
    kinds = {kind for _, _, rows in ALL for kind, _, _ in rows}
    assert kinds >= set(SHORT_NAMES.values()) | {"h1"}


@pytest.mark.parametrize(
    ("html", "links", "link_chars"),
    [
        ("<p>see <a href=' /x '>the  link</a> and <a href=b>b c</a>.", [("the link", "/x"), ("b c", "b")], 11),
        ("<p><a href=x>all of <b>it</b></a>", [("all of it", "x")], 9),
        ("<p><a name=top>anchor</a> text", [], 6),
        ("<p><a href=x></a>text", [], 0),
        ("<p>a</p>", [], 0),
    ],
)
def test_links(html: str, links: list[tuple[str, str]], link_chars: int) -> None:
    block = only(html)
    assert block.links == tuple(Link(*link) for link in links)
    assert block.link_chars == link_chars


def test_a_link_around_blocks_is_a_link_in_each() -> None:
    blocks = segmented("<a href=x><div>one</div><div>two</div></a><p>three").blocks
    assert [block.links for block in blocks] == [(Link("one", "x"),), (Link("two", "x"),), ()]
    assert [block.link_chars for block in blocks] == [3, 3, 0]


@pytest.mark.parametrize(
    ("img", "images"),
    [
        ("<img src=a.jpg alt=' An  alt '>", [("a.jpg", "An alt")]),
        ("<img src=a.jpg>", [("a.jpg", None)]),
        ("<img data-src=lazy.jpg>", [("lazy.jpg", None)]),
        ("<img src='data:image/gif;base64,R0' data-src=real.jpg>", [("real.jpg", None)]),
        ("<img src=data:x data-lazy-src=lazy.jpg>", [("lazy.jpg", None)]),
        ("<img src='data:image/gif;base64,R0'>", []),
        ("<img src='  '>", []),
        ("<img alt=x>", []),
        ("<img src=a.jpg><img src=b.jpg>", [("a.jpg", None), ("b.jpg", None)]),
    ],
)
def test_images_belong_to_the_block_that_follows(img: str, images: list[tuple[str, str | None]]) -> None:
    before, after = segmented(f"<p>before</p><div>{img}</div><p>after</p>").blocks
    assert before.images == ()
    assert after.images == tuple(Image(*image) for image in images)


def test_a_row_has_the_links_and_images_of_its_cells() -> None:
    row = only("<table><tr><td><a href=x>ab</a><td><img src=i.png>c <a href=y>d</a></table>")
    assert (row.text, row.link_chars) == ("ab | c d", 3)
    assert row.links == (Link("ab", "x"), Link("d", "y"))
    assert row.images == (Image("i.png", None),)


def test_a_menu_has_the_links_of_its_entries() -> None:
    block = only(f"<ul>{ENTRIES}</ul>")
    assert block.links == tuple(Link(name, f"/{name}") for name in "abcd")
    assert (block.link_chars, block.element and block.element.tag) == (4, "ul")


def test_inline_elements_around_the_beginning() -> None:
    assert only("<p><strong class='Kicker red'>a <i>b</i></strong>c").inline == ("strong", "kicker", "red")
    assert only("<p>a <b>b</b>").inline == ()
    plain, code = segmented("<p><b>a</b></p><pre><span class=kwd>if</span></pre>").blocks
    assert (plain.inline, code.inline) == (("b",), ("span", "kwd"))
    assert segmented("<p><b>a</b></p><pre>x</pre>").blocks[1].inline == ()


@pytest.mark.parametrize(
    ("attributes", "tokens"),
    [
        ("class='relatedPosts post-list'", ("related", "posts", "post", "list")),
        ("id=comments class=box", ("box", "comments")),
        ("role=navigation", ("navigation",)),
        ("class='a a b1'", ("a", "b", "1")),
        ("style='display: none'", ("hidden",)),
        ("style='visibility:hidden' class=x", ("x", "hidden")),
        ("style='color:red'", ()),
    ],
)
def test_tokens(attributes: str, tokens: tuple[str, ...]) -> None:
    element = only(f"<div {attributes}>a</div>").element
    assert element is not None
    assert element.tokens == tokens


def test_the_tree_around_blocks() -> None:
    page = segmented("<main><h1>a</h1><div id=b><p>b</p><p>c</p></div></main><footer>d</footer>")
    chain = [(element.tag, element.first, element.last) for element in ancestors(page.blocks[1])]
    assert chain == [("p", 1, 2), ("div", 1, 3), ("main", 0, 3), ("body", 0, 4), ("html", 0, 4), ("#document", 0, -1)]
    depths = [element.depth for element in ancestors(page.blocks[1])]
    assert depths == [5, 4, 3, 2, 1, 0]


def ancestors(block: Block) -> list[Element]:
    chain = []
    element = block.element
    while element is not None:
        chain.append(element)
        element = element.parent
    return chain


@pytest.mark.parametrize(
    "html",
    [
        "<p>a<table><tr><td>1<td>2<tr><td>3<td>4</table><p>b",
        f"<p>a<nav><ul>{ENTRIES}</ul><div><ul>{ENTRIES}</ul></div></nav><div><p>b<ul>{ENTRIES}</ul></div><p>c",
    ],
    ids=["rows", "menus"],
)
def test_ranges_hold_where_blocks_were_joined(html: str) -> None:
    page = segmented(html)
    for index, block in enumerate(page.blocks):
        for element in ancestors(block)[:-1]:
            assert element.first <= index < element.last <= len(page.blocks)


def test_block_limit() -> None:
    settings = Settings(limits=Limits(blocks=3))
    assert len(segmented("<p>a<p>b<p>c", settings).blocks) == 3
    with pytest.raises(LimitError, match=r"limits\.blocks = 3") as caught:
        segmented("<p>a<p>b<p>c<p>d", settings)
    assert (caught.value.stage, caught.value.code) == ("segment", "too-many-blocks")


@pytest.mark.parametrize("parser", ["turbohtml", "html5lib"])
def test_depth_limit(parser: str) -> None:
    settings = Settings(parser=parser, limits=Limits(depth=50))
    assert segmented("<div>" * 40 + "a", settings).blocks[0].text == "a"
    with pytest.raises(LimitError, match=r"limits\.depth = 50") as caught:
        segmented("<div>" * 60 + "a", settings)
    assert (caught.value.stage, caught.value.code) == ("segment", "too-deep")

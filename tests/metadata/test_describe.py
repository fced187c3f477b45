from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.document import HTML, TEXT, Block, Document, Element, Head, Json, Label, RawDocument, Verdict
from archiver.metadata import declared_title, describe
from archiver.record import Metadata

ENGLISH = "The ferry to the islands runs again from Monday, the harbour office said on Friday. " * 5
URL = "https://www.example.org/2025/09/05/ferry?utm_source=rss"


def page(
    head: Head | None = None,
    blocks: tuple[Block, ...] = (),
    labels: tuple[Label, ...] = (),
    url: str | None = URL,
    **row: Json,
) -> Document:
    head = head or Head()
    verdicts = [Verdict(label, False, "test", 1.0) for label in labels]
    return Document(RawDocument(b"", "a.html", url=url, given=row), HTML, list(blocks), head, verdicts=verdicts)


def text(*lines: tuple[str, Label], **row: Json) -> Document:
    blocks = [Block(line) for line, _ in lines]
    verdicts = [Verdict(label, False, "test", 1.0) for _, label in lines]
    return Document(RawDocument(b"", "a.txt", given=row), TEXT, blocks, verdicts=verdicts)


def origin(metadata: Metadata, field: str) -> tuple[str, str | None]:
    return next((one.source, one.locator) for one in metadata.origins if one.field == field)


def test_markup_in_a_visible_title_is_text() -> None:
    heading = Block("30 years of <br> tags", level=1)
    assert describe(page(Head(title="30 years of tags"), (heading,)), ENGLISH).title == "30 years of <br> tags"


def test_the_language_of_a_small_text_is_its_own() -> None:
    document = page(blocks=(Block("Der Hafen ist heute geschlossen, sagte die Leitung am Freitag. " * 40),))
    document.language, document.language_score = "de", 1.0
    assert describe(document, ENGLISH).language == "en"
    assert describe(document, "Die Fähre zu den Inseln fährt ab Montag wieder. " * 9).language == "de"


def test_labelled_lines_of_a_text_fill_the_fields() -> None:
    metadata = describe(
        text(
            ("Shipping", Label.SECTION),
            ("Ferry runs again", Label.TITLE),
            ("Islands connected", Label.SUBTITLE),
            ("Published on: 19 Jun, 2018", Label.DATE),
            ("The ferry runs.", Label.PARAGRAPH),
            ("William Kern", Label.BYLINE),
            ("William has written about ports since 2009.", Label.AUTHOR_BIO),
            ("ferries, islands; harbour", Label.TAGS),
        ),
        ENGLISH,
    )
    assert metadata.title == "Ferry runs again"
    assert metadata.subtitle == "Islands connected"
    assert metadata.section == "Shipping"
    assert metadata.date_published == date(2018, 6, 19)
    assert metadata.published_at is None
    assert metadata.published_raw == "Published on: 19 Jun, 2018"
    assert metadata.authors == ("William Kern",)
    assert metadata.author_bio == "William has written about ports since 2009."
    assert metadata.tags == ("ferries", "islands", "harbour")
    assert metadata.language == "en"
    assert origin(metadata, "authors") == ("block", "block 5")
    assert metadata.url is metadata.domain is metadata.canonical_url is None


GRAPH: Json = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "WebSite", "name": "Harbour Times"},
        {"@type": "Person", "@id": "#mara", "name": "Mara Lindqvist"},
        {
            "@type": ["NewsArticle", "Report"],
            "headline": "Ferry runs &amp; runs",
            "author": [{"@id": "#mara"}, {"@type": "Person", "name": "Tom Archer"}],
            "datePublished": "2025-09-04T23:30:00-05:00",
            "dateModified": "2025-09-06",
            "articleSection": ["Shipping"],
            "keywords": "ferries, islands",
            "publisher": {"@type": "Organization", "name": "Harbour Press"},
            "isAccessibleForFree": "False",
            "description": "It runs again.",
            "license": "https://creativecommons.org/licenses/by/4.0/",
        },
    ],
}


def test_a_graph_of_json_ld() -> None:
    head = Head(title="Ferry runs & runs | Harbour Times", json_ld=(GRAPH,), links=(("canonical", "/ferry?fbclid=1"),))
    metadata = describe(page(head), ENGLISH)
    assert metadata.title == "Ferry runs & runs"
    assert metadata.authors == ("Mara Lindqvist", "Tom Archer")
    assert metadata.date_published == date(2025, 9, 4)
    assert metadata.published_at == datetime(2025, 9, 5, 4, 30, tzinfo=UTC)
    assert metadata.published_raw == "2025-09-04T23:30:00-05:00"
    assert (metadata.date_modified, metadata.modified_at) == (date(2025, 9, 6), None)
    assert (metadata.section, metadata.tags) == ("Shipping", ("ferries", "islands"))
    assert (metadata.publisher, metadata.site_name) == ("Harbour Press", "Harbour Times")
    assert metadata.license == "https://creativecommons.org/licenses/by/4.0/"
    assert metadata.description == "It runs again."
    assert metadata.flags == ("paywalled",)
    assert (metadata.url, metadata.domain) == (URL, "example.org")
    assert metadata.canonical_url == "https://www.example.org/ferry"
    assert origin(metadata, "authors") == ("json-ld", "NewsArticle.author")


def test_every_value_has_its_evidence_and_only_values_have() -> None:
    head = Head(title="Ferry runs | Harbour Times", json_ld=(GRAPH,))
    metadata = describe(page(head), "")
    derived = {"origins", "published_raw", "language_score", "flags"}
    filled = {name for name in Metadata.__dataclass_fields__ if getattr(metadata, name) not in (None, ())} - derived
    assert filled == {one.field for one in metadata.origins} - derived


META = (
    ("og:title", "Ferry runs again - Harbour Times"),
    ("og:site_name", "Harbour Times"),
    ("author", "By Mara Lindqvist, Staff Writer"),
    ("article:published_time", "2025-09-04T22:30:00Z"),
    ("article:tag", "ferries"),
    ("article:tag", "Ferries"),
    ("article:tag", "islands"),
    ("og:description", "It  runs\nagain."),
    ("article:author", "https://facebook.com/mara"),
)


def test_meta_elements() -> None:
    metadata = describe(page(Head(meta=META), url=None), ENGLISH)
    assert metadata.title == "Ferry runs again"
    assert metadata.authors == ("Mara Lindqvist",)
    assert metadata.tags == ("ferries", "islands")
    assert metadata.description == "It runs again."
    assert metadata.site_name == "Harbour Times"


@pytest.mark.parametrize("name", ["w-published-date", "x:publication-date", "story.pub_date"])
def test_a_name_that_says_so_declares_a_date(name: str) -> None:
    assert describe(page(Head(meta=((name, "2025-09-04"),)), url=None), "").date_published == date(2025, 9, 4)


@pytest.mark.parametrize("name", ["republish-date", "publish-dates-of", "published-by"])
def test_another_name_does_not(name: str) -> None:
    assert describe(page(Head(meta=((name, "2025-09-04"),)), url=None), "").date_published is None


def test_the_day_is_that_of_the_publication_where_a_source_tells_its_zone() -> None:
    head = Head(meta=META, times=(("2025-09-05T00:30:00+02:00", "5 September"),))
    metadata = describe(page(head), ENGLISH)
    assert metadata.date_published == date(2025, 9, 5)
    assert metadata.published_at == datetime(2025, 9, 4, 22, 30, tzinfo=UTC)


def test_sources_agree_on_day_and_month() -> None:
    head = Head(language="en-US", meta=(("pubdate", "04/09/2025"),), times=(("2025-09-04", ""),))
    assert describe(page(head, url=None), "").date_published == date(2025, 9, 4)
    assert describe(
        page(Head(language="en-US", meta=(("pubdate", "04/09/2025"),)), url=None), ""
    ).date_published == date(2025, 4, 9)


def test_a_given_value_wins() -> None:
    document = page(
        Head(meta=META),
        title="A title of its own | kept",
        authors=["Ivo Brandt", "dpa"],
        date_published="1912-04-15",
        language="pt_BR",
        tags=["a", "b"],
    )
    metadata = describe(document, ENGLISH)
    assert metadata.title == "A title of its own | kept"
    assert metadata.authors == ("Ivo Brandt", "dpa")
    assert metadata.date_published == date(1912, 4, 15)
    assert (metadata.language, metadata.language_score) == ("pt-BR", None)
    assert metadata.tags == ("a", "b")
    assert origin(metadata, "title") == ("given", "title")


@pytest.mark.parametrize("stamp", [1756981800, 1756981800000, 1756981800.0, "2025-09-04T10:30:00Z"])
def test_a_given_time_in_any_form(stamp: Json) -> None:
    metadata = describe(page(date_published=stamp), "")
    assert metadata.published_at == datetime(2025, 9, 4, 10, 30, tzinfo=UTC)


def test_lines_beside_the_headline_tell_author_and_date() -> None:
    body = Element("article", ("story",), None, 1, 0, 4)
    meta = Element("div", ("article", "date"), body, 2, 2, 3)
    blocks = (
        Block("Ferry runs again", kind=Label.HEADING, level=1, element=body),
        Block("By Mara Lindqvist ⋅ Senior Editor", element=body),
        Block("Updated 6 September 2025 · Published 4 September 2025", element=meta),
        Block("The ferry runs.", element=body),
    )
    metadata = describe(page(Head(language="en-GB"), blocks, url=None), "")
    assert metadata.title == "Ferry runs again"
    assert metadata.authors == ("Mara Lindqvist",)
    assert (metadata.date_published, metadata.date_modified) == (date(2025, 9, 4), date(2025, 9, 6))


def test_a_person_is_preferred_to_the_house_that_publishes() -> None:
    node: Json = {"@type": "Article", "author": {"@type": "Organization", "name": "Harbour Times"}}
    blocks = (Block("Ferry runs again", level=1), Block("By Mara Lindqvist"))
    assert describe(page(Head(json_ld=(node,)), blocks), "").authors == ("Mara Lindqvist",)
    assert describe(page(Head(json_ld=(node,))), "").authors == ("Harbour Times",)


def test_the_article_of_several_is_the_one_of_the_title() -> None:
    nodes: Json = [
        {"@type": "NewsArticle", "headline": "Another story entirely", "datePublished": "2020-01-01"},
        {"@type": "NewsArticle", "headline": "Ferry runs again", "datePublished": "2025-09-04"},
    ]
    metadata = describe(page(Head(title="Ferry runs again | Harbour Times", json_ld=(nodes,))), "")
    assert (metadata.title, metadata.date_published) == ("Ferry runs again", date(2025, 9, 4))


def test_listed_articles_are_not_the_article() -> None:
    node: Json = {
        "@type": "CollectionPage",
        "itemListElement": [{"@type": "NewsArticle", "headline": "Teaser", "author": "Tom Archer"}],
    }
    metadata = describe(page(Head(json_ld=(node,)), url=None), "")
    assert (metadata.title, metadata.authors) == (None, ())


def test_without_a_date_there_is_none() -> None:
    blocks = (Block("Ferry runs again", level=1), Block("© 2019–2025 Harbour Times"), Block("In 2019 it sank."))
    metadata = describe(page(Head(), blocks, url=None), "")
    assert (metadata.date_published, metadata.published_raw) == (None, None)


def test_the_date_in_the_path_is_the_last_resort() -> None:
    metadata = describe(page(), "")
    assert metadata.date_published == date(2025, 9, 5)
    assert origin(metadata, "date_published") == ("url", "path")


def test_the_date_in_the_canonical_link_counts_where_no_address_is_given() -> None:
    head = Head(links=(("canonical", "https://www.example.org/2023/05/04/ferry"),))
    assert describe(page(head, url=None), "").date_published == date(2023, 5, 4)
    assert describe(page(head), "").date_published == date(2025, 9, 5)


def test_a_short_text_is_flagged() -> None:
    assert describe(text(), "A notice.").flags == ("short",)
    assert describe(text(), ENGLISH).flags == ()


def test_the_declared_title_is_known_before_labelling() -> None:
    assert declared_title(Head(meta=META), {}) == "Ferry runs again"
    assert declared_title(Head(meta=META), {"title": "Given"}) == "Given"
    assert declared_title(Head(), {}) == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["@type", "@id", "@graph", "author", "name", "headline", "datePublished", "keywords", "url"]
            )
            | st.text(max_size=8),
            inner | st.sampled_from(["NewsArticle", "WebPage", "#a"]),
            max_size=6,
        )
    ),
    max_leaves=25,
)
PAIRS = st.lists(
    st.tuples(
        st.sampled_from(["author", "og:title", "og:url", "date", "keywords", "headline", "canonical"])
        | st.text(max_size=9),
        st.text(max_size=60),
    ),
    max_size=5,
).map(tuple)
HEADS = st.builds(
    Head,
    title=st.text(max_size=60),
    language=st.text(max_size=8),
    base=st.text(max_size=20),
    meta=PAIRS,
    links=PAIRS,
    json_ld=st.lists(JSON, max_size=3).map(tuple),
    items=PAIRS,
    times=PAIRS,
    authors=st.lists(st.text(max_size=40), max_size=3).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(
    HEADS,
    st.lists(st.tuples(st.text(max_size=80), st.sampled_from(Label)), max_size=6),
    st.dictionaries(st.text(), JSON),
)
def test_nothing_a_page_declares_raises(head: Head, lines: list[tuple[str, Label]], row: dict[str, Json]) -> None:
    blocks = tuple(Block(line, level=number % 3) for number, (line, _) in enumerate(lines))
    document = page(
        head, blocks, tuple(label for _, label in lines), **{f"{key}_": value for key, value in row.items()}
    )
    assert describe(document, "") == describe(document, "")
    declared_title(head, row)


def test_depth_and_size_do_no_harm() -> None:
    deep: Json = "x"
    for _ in range(1_000):
        deep = [{"@type": "NewsArticle", "author": deep, "headline": deep, "@graph": deep}]
    many = tuple(("author", "Mara Lindqvist " * 1_000) for _ in range(2_000))
    bars = tuple(("og:title", "a | " * 5_000 + str(number)) for number in range(500))
    unspaced = tuple(("dc.creator", "x" * 5_000) for _ in range(500))
    head = Head(title="t" * 100_000, json_ld=(deep,), meta=(*bars, *unspaced, *many), times=many, items=many)
    metadata = describe(page(head), "")
    assert all(len(one.raw or "") <= 500 for one in metadata.origins)

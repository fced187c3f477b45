"""What the lines around an article tell, by the form of the page."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from archiver.document import HTML, TEXT, Block, Document, Element, Head, Label, Link, RawDocument, Verdict
from archiver.metadata import describe
from archiver.record import Metadata

ENGLISH = "The ferry to the islands runs again from Monday, the harbour office said on Friday. " * 3
URL = "https://www.example.org/ferry-runs-again"


def heading(text: str = "Ferry runs again") -> tuple[Block, Verdict]:
    return Block(text, level=1, kind=Label.HEADING), Verdict(Label.HEADING, True, "test", 1.0)


def prose(text: str = ENGLISH) -> tuple[Block, Verdict]:
    return Block(text), Verdict(Label.PARAGRAPH, True, "test", 1.0)


def line(
    text: str, *tokens: str, label: Label = Label.BOILERPLATE, links: tuple[Link, ...] = ()
) -> tuple[Block, Verdict]:
    element = Element("div", tokens, None, 1, 0)
    return Block(text, element=element, links=links), Verdict(label, label is Label.PARAGRAPH, "test", 1.0)


def page(*rows: tuple[Block, Verdict], head: Head | None = None) -> Metadata:
    document = Document(
        RawDocument(b"", "a.html", url=URL), HTML, [row[0] for row in rows], head or Head(), language="en"
    )
    document.verdicts = [row[1] for row in rows]
    return describe(document, ENGLISH)


def text(*rows: tuple[Block, Verdict]) -> Metadata:
    document = Document(RawDocument(b"", "a.txt"), TEXT, [row[0] for row in rows], language="en")
    document.verdicts = [row[1] for row in rows]
    return describe(document, ENGLISH)


MENU = line("Contact us", "menu", label=Label.NAVIGATION)


@pytest.mark.parametrize(
    "rows",
    [
        (line("By Mara Lindqvist"),),
        (line("Written by"), line("Mara Lindqvist")),
        (line("Mara Lindqvist"), line("May 3, 2020")),
        (line("May 3, 2020 Mara Lindqvist"),),
        (line("Mara Lindqvist, PhD"), line("Updated May 3, 2020")),
        (line("Mara Lindqvist", links=(Link("Mara Lindqvist", "/people/mara-lindqvist"),)),),
        (line("Picture of Mara Lindqvist"), line("Mara Lindqvist")),
        (line("Mara Lindqvist"), line("Harbour reporter")),
        (line("mara lindqvist", "author", "name"),),
        (line("Mara Lindqvist | Senior Writer | May 3, 2020"),),
        (line("May 3, 2020 • Mara Lindqvist in Harbour Life"),),
        (line("& Mara Lindqvist Writer", "authors"),),
    ],
)
def test_below_the_headline_stands_the_author(rows: tuple[tuple[Block, Verdict], ...]) -> None:
    found = page(MENU, heading(), *rows, prose()).authors
    assert [name.lower() for name in found] == ["mara lindqvist"]


@pytest.mark.parametrize(
    "words",
    ["Table of Contents", "Contact Us", "The Harbour Office", "Link Copied!", "Book Now", "Islands: Ferries", "Ferry"],
)
def test_other_lines_there_are_no_names(words: str) -> None:
    assert (
        page(heading(), line(words), line("May 3, 2020"), prose(ENGLISH + "We contact us and book now.")).authors == ()
    )


@pytest.mark.parametrize(
    ("words", "published", "modified"),
    [
        ("14 gennaio 2024 (modifica il 15 gennaio 2024 | 07:22)", date(2024, 1, 14), date(2024, 1, 15)),
        ("Data publicării: 21.11.2023 Data actualizării: 22.11.2023", date(2023, 11, 21), date(2023, 11, 22)),
        ("1 jun. 2024 om 09:00 Update: 3 jun. 2024 om 14:12", date(2024, 6, 1), date(2024, 6, 3)),
        ("Mara van den Lindqvist-Oosterhuis 12 oktober 2023 Leestijd 4 minuten", date(2023, 10, 12), None),
    ],
)
def test_a_date_line_tells_the_day_of_a_change(words: str, published: date, modified: date | None) -> None:
    found = page(heading(), line(words), prose())
    assert (found.date_published, found.date_modified) == (published, modified)


def test_a_long_line_of_two_dates_counts_though_it_is_kept() -> None:
    dates = line("2024. február 10., szombat 17:25 Frissítve: 2024. február 11., 08:03", label=Label.PARAGRAPH)
    found = page(heading(), dates, prose())
    assert (found.date_published, found.date_modified) == (date(2024, 2, 10), date(2024, 2, 11))
    told = line("On 3 May 2020 the ferry stopped; updated timetables hang out since 4 May 2020.", label=Label.PARAGRAPH)
    assert page(heading(), told, prose()).date_published is None


def test_a_long_byline_with_a_date_between_bars_counts_though_it_is_kept() -> None:
    byline = "by Mara Lindqvist · Published: May 3, 2022 · Updated: Apr 11, 2023 · 22 Comments"
    found = page(heading(), line(byline, label=Label.PARAGRAPH), prose())
    assert (found.authors, found.date_modified) == (("Mara Lindqvist",), date(2023, 4, 11))


@pytest.mark.parametrize(("shown", "author"), [("By Orla Fenn", "Orla Fenn"), ("文：海の大きさ", "Mara Lindqvist")])
def test_a_byline_outdoes_a_declared_person_where_capitals_make_it_a_name(shown: str, author: str) -> None:
    head = Head(meta=(("author", "Mara Lindqvist"),))
    document = [heading(), line(shown), prose()]
    assert page(*document, head=head).authors == (author,)


def test_a_row_of_a_table_is_about_what_the_article_is_about() -> None:
    rows = ["Written by | Tom Archer", "Original run | October 14, 1999"]
    table = [(Block(text, kind=Label.TABLE), Verdict(Label.TABLE, True, "test", 1.0)) for text in rows]
    found = page(heading(), *table, prose())
    assert (found.authors, found.date_published) == ((), None)


def test_the_name_of_the_site_is_no_two_persons() -> None:
    head = Head(meta=(("og:site_name", "Tom & Mara"), ("author", "Tom & Mara")))
    assert page(heading(), prose(), head=head).authors == ("Tom & Mara",)


def test_a_byline_below_the_article_counts_where_it_is_the_only_one() -> None:
    tail = (prose(), line("Text by Mara Lindqvist"), line("Subscribe"))
    far = [prose() for _ in range(30)]
    assert page(heading(), *far, *tail).authors == ("Mara Lindqvist",)
    assert page(heading(), *far, *tail, line("By Tom Archer", label=Label.BYLINE)).authors == ()
    assert page(heading(), *far, prose(), line("By Tom Archer", label=Label.RELATED)).authors == ()


def test_the_last_line_of_the_text_may_sign_it() -> None:
    far = [prose() for _ in range(30)]
    signed = line("Authors: Mara Lindqvist and Tom Archer", label=Label.PARAGRAPH)
    assert page(heading(), *far, signed).authors == ("Mara Lindqvist", "Tom Archer")
    assert page(heading(), *far, signed, *far).authors == ()
    assert page(heading(), *far, line("Tom Archer: we sail on", label=Label.PARAGRAPH)).authors == ()


def test_a_date_below_the_article_counts_where_it_is_the_only_one_or_beside_its_credit() -> None:
    far, share = [prose() for _ in range(30)], line("Share")
    one, other = line("May 3, 2020", label=Label.DATE), line("June 4, 2021", "post", "date")
    assert page(heading(), *far, share, one).date_published == date(2020, 5, 3)
    assert page(heading(), *far, share, one, share, other).date_published is None
    credit = line("Written by Mara Lindqvist")
    assert page(heading(), *far, credit, one, share, share, share, other).date_published == date(2020, 5, 3)
    assert page(heading(), *far, share, line("May 3, 2020")).date_published is None
    assert page(heading(), *far, share, line("May 3, 2020", "date", label=Label.RELATED)).date_published is None


def test_of_two_dates_around_the_headline_the_nearer_one_counts() -> None:
    ticker = [line("Harbour office closed", "news"), line("June 4, 2021", "date")]
    assert page(*ticker, heading(), line("May 3, 2020", "date"), prose()).date_published == date(2020, 5, 3)
    assert page(line("May 3, 2020", "date"), heading(), prose()).date_published == date(2020, 5, 3)


def test_a_date_that_says_what_it_is_counts_wherever_it_stands() -> None:
    published = (line("Published", label=Label.DATE), line("May 3, 2020"))
    assert page(heading(), *[prose() for _ in range(30)], *published, prose()).date_published == date(2020, 5, 3)


def test_a_line_about_the_author_names_him_where_nobody_else_does() -> None:
    bio = line("Mara Lindqvist is a reporter who has sailed since 1999.", label=Label.AUTHOR_BIO)
    assert page(heading(), *[prose() for _ in range(30)], bio).authors == ("Mara Lindqvist",)
    assert page(heading(), line("By Tom Archer"), *[prose() for _ in range(30)], bio).authors == ("Tom Archer",)


def test_the_shown_author_goes_before_the_one_who_filled_in_the_form() -> None:
    head = Head(meta=(("author", "Tom Archer"),))
    assert page(heading(), line("By Mara Lindqvist"), prose(), head=head).authors == ("Mara Lindqvist",)
    assert page(heading(), line("By Archer"), prose(), head=head).authors == ("Tom Archer",)


def test_a_person_is_named_without_the_site() -> None:
    head = Head(meta=(("og:site_name", "Harbour Times"),))
    shown = line("Mara Lindqvist HARBOUR TIMES", "author")
    assert page(heading(), shown, prose(), head=head).authors == ("Mara Lindqvist",)


def test_the_account_of_the_site_is_no_author() -> None:
    for name, authors in (("harbourtimes", ()), ("maralind", ("maralind",))):
        head = Head(meta=(("og:site_name", "Harbour Times"), ("author", name)))
        assert page(heading(), prose(), head=head).authors == authors


def organisation(kind: str, name: str) -> Head:
    node = {"@type": kind, "headline": "Ferry runs again", "author": {"@type": "Organization", "name": name}}
    return Head(meta=(("og:site_name", "Harbour Times"),), json_ld=(node,))


def test_the_site_itself_is_no_author_unless_it_is_a_newspaper() -> None:
    assert page(heading(), prose(), head=organisation("Article", "Harbour Times")).authors == ()
    assert page(heading(), prose(), head=organisation("NewsArticle", "Harbour Times")).authors == ("Harbour Times",)
    assert page(heading(), prose(), head=organisation("Article", "Reuters")).authors == ("Reuters",)


@pytest.mark.parametrize(
    "rows",
    [
        (line("By Mara Lindqvist"), prose(), prose()),
        (line("• Mara Lindqvist"), line("• May 3, 2020"), prose(), prose()),
        (line("Mara Lindqvist Mara Lindqvist"), prose(), prose()),
        (prose(), prose(), line("Written by"), line("Mara Lindqvist")),
    ],
)
def test_a_plain_text_has_its_byline_at_head_or_tail(rows: tuple[tuple[Block, Verdict], ...]) -> None:
    assert text(line("Ferry runs again", label=Label.TITLE), *rows).authors == ("Mara Lindqvist",)


def dated(kind: str, day: str) -> Head:
    return Head(json_ld=({"@type": kind, "headline": "Ferry runs again", "datePublished": day},))


def test_the_date_of_a_page_in_general_is_none_of_the_article() -> None:
    head = dated("WebPage", "2020-05-03T10:00:00+00:00")
    assert page(heading(), prose(), head=head).date_published is None
    assert page(heading(), line("May 3, 2020"), prose(), head=head).date_published == date(2020, 5, 3)
    assert page(heading(), prose(), head=dated("Article", "2020-05-03")).date_published == date(2020, 5, 3)


def test_nothing_is_published_after_the_date_it_shows() -> None:
    shown = line("May 3, 2020", "date")
    assert page(heading(), shown, prose(), head=dated("Article", "2021-01-01")).date_published == date(2020, 5, 3)
    assert page(heading(), shown, prose(), head=dated("Article", "2019-01-01")).date_published == date(2019, 1, 1)
    assert page(heading(), shown, prose(), head=dated("NewsArticle", "2021-01-01")).date_published == date(2021, 1, 1)


def test_the_day_is_the_local_one_of_readers_where_the_moment_is_told_in_utc() -> None:
    head = dated("Article", "2020-05-04T02:41:41+00:00")
    found = page(heading(), line("May 3, 2020", "date"), prose(), head=head)
    assert (found.date_published, found.published_at) == (date(2020, 5, 3), datetime(2020, 5, 4, 2, 41, 41, tzinfo=UTC))
    later = page(heading(), line("May 5, 2020", "date"), prose(), head=head)
    assert later.date_published == date(2020, 5, 4)
    zoned = dated("NewsArticle", "2020-05-04T02:41:41+02:00")
    assert page(heading(), line("May 3, 2020", "date"), prose(), head=zoned).date_published == date(2020, 5, 4)


def test_a_date_may_stand_between_bars() -> None:
    long = line("On behalf of the Harbour and Islands Office | Apr 21, 2017 | Tides, ferries and other news")
    assert page(heading(), long, prose()).date_published == date(2017, 4, 21)
    sentence = line("On behalf of the office, which was on Apr 21, 2017 asked for more ferries to the islands | Tides")
    assert page(heading(), sentence, prose()).date_published is None


def test_a_label_and_its_date_may_stand_in_two_lines() -> None:
    rows = (line("Published"), line("May 3, 2020"), line("Updated"), line("June 4, 2021"))
    metadata = page(heading(), *rows, prose())
    assert (metadata.date_published, metadata.date_modified) == (date(2020, 5, 3), date(2021, 6, 4))


WALL = "Subscribe to continue reading"


@pytest.mark.parametrize(
    ("end", "flags"),
    [
        ((line(WALL),), ("paywalled",)),
        ((line("Dieser Artikel ist kostenpflichtig."),), ("paywalled",)),
        ((line("Continue reading"),), ("truncated",)),
        ((line("Czytaj dalej"),), ("truncated",)),
        ((prose(ENGLISH + "The office said that ..."),), ("truncated",)),
        ((prose(ENGLISH + "The office said that […]"),), ("truncated",)),
        ((prose("Ferries, and islands, "),), ()),
        ((line("Continue reading below the advertisement of the harbour"),), ()),
        ((line("Continue reading", label=Label.RELATED),), ()),
        ((line("Share"), *[line("x")] * 8, line(WALL)), ()),
        ((), ()),
    ],
)
def test_flags_say_that_there_is_more(end: tuple[tuple[Block, Verdict], ...], flags: tuple[str, ...]) -> None:
    assert page(heading(), prose(), prose(), *end).flags == flags


def test_what_a_page_declares_of_being_free_wins() -> None:
    free = Head(json_ld=({"@type": "NewsArticle", "isAccessibleForFree": True},))
    assert page(heading(), prose(), line(WALL), head=free).flags == ()
    paid = Head(json_ld=({"@type": "NewsArticle", "isAccessibleForFree": "False"},))
    metadata = page(heading(), prose(), line("Continue reading"), head=paid)
    assert metadata.flags == ("paywalled", "truncated")
    assert [one.source for one in metadata.origins if one.field == "flags"] == ["json-ld", "block"]

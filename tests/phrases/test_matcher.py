"""How phrases match: whole lines, beginnings, open slots, words inside a line; and where they must not."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.document import Label
from archiver.phrases import LANGUAGES, Kind, Phrase, Phrasebook, phrasebook
from archiver.phrases.files import read_language
from archiver.phrases.matcher import LONGEST_LINE, LONGEST_SEARCHED

OPEN = ("{name}", "{date}", "{site}", "{network}")

TABLES = {
    Label.SHARE: {Kind.LINE: ["share on {network}"], Kind.START: ["share this on {network}"]},
    Label.RELATED: {
        Kind.HEADING: ["see also"],
        Kind.START: ["see also:", "also:", "¿te gustó?", "[extra]", "more about {site} here:"],
    },
    Label.COMMENTS: {Kind.LINE: ["{n} comments", "{name} wrote:"], Kind.HINT: ["guest"]},
    Label.BYLINE: {Kind.LINE: ["by {name}", "author: {name}", "words by {name}", "كتب: {name}"]},
    Label.DATE: {Kind.LINE: ["updated {date}"]},
    Label.PROMO: {Kind.LINE: ["{site} presents:"], Kind.START: ["{site} presents:"]},
    Label.LEGAL: {Kind.START: ["©"], Kind.ANYWHERE: ["all rights reserved"]},
    Label.NEWSLETTER: {Kind.LINE: ["{site} unsubscribe at any time"], Kind.ANYWHERE: ["in your inbox"]},
}

MATCHES = [
    ("Share on X", Label.SHARE, Kind.LINE),
    ("SHARE ON MASTODON!", Label.SHARE, Kind.LINE),
    ("Share this on Mastodon or by mail", Label.SHARE, Kind.START),
    ("See also", Label.RELATED, Kind.HEADING),
    ("See also:", Label.RELATED, Kind.HEADING),
    ("See also: the mill", Label.RELATED, Kind.START),
    ("¿Te gustó? Hay más", Label.RELATED, Kind.START),
    ("[Extra] The mill", Label.RELATED, Kind.START),
    ("Also:", Label.RELATED, Kind.START),
    ("More about Old Mill here: a map", Label.RELATED, Kind.START),
    ("1 204 comments", Label.COMMENTS, Kind.LINE),
    ("Anna Lind wrote:", Label.COMMENTS, Kind.LINE),
    ("Guest", Label.COMMENTS, Kind.HINT),
    ("By Anna Lind", Label.BYLINE, Kind.LINE),
    ("by Ludwig van der Meer and Ana Ruiz", Label.BYLINE, Kind.LINE),
    ("Author: Lind", Label.BYLINE, Kind.LINE),
    ("Words by Anna", Label.BYLINE, Kind.LINE),
    ("كتب: سامر النجار", Label.BYLINE, Kind.LINE),
    ("Updated 3 May 2021", Label.DATE, Kind.LINE),
    ("Lamp presents:", Label.PROMO, Kind.LINE),
    ("Evening Lamp presents: a walk", Label.PROMO, Kind.START),
    ("© 2024 Evening Lamp", Label.LEGAL, Kind.START),
    ("Evening Lamp 2024. All rights reserved, always", Label.LEGAL, Kind.ANYWHERE),
    ("News every morning. Unsubscribe at any time.", Label.NEWSLETTER, Kind.LINE),
    ("The news, in your inbox, twice a day", Label.NEWSLETTER, Kind.ANYWHERE),
]

NO_MATCHES = [
    "Shared on Facebook by many",
    "See alsorts of things",
    "She wrote:",
    "Also",
    "Extra",
    "By noon",
    "By the river",
    "By Friday evening everything had changed",
    "Author of a book",
    "Updated rules",
    "The lamp presents",
    "She presents: a walk",
    "the old man presents: a walk",
    "كتب: الفلاح رسالة طويلة إلى أخيه في المدينة",
    "…",
    "",
]


@cache
def book() -> Phrasebook:
    phrases = [
        Phrase(label, kind, text, "test")
        for label, table in TABLES.items()
        for kind, texts in table.items()
        for text in texts
    ]
    return Phrasebook(phrases, ("mastodon", "x"))


@pytest.mark.parametrize(("line", "label", "how"), MATCHES)
def test_matches(line: str, label: Label, how: Kind) -> None:
    assert [(match.label, match.how) for match in book().match(line)] == [(label, how)]


@pytest.mark.parametrize("line", NO_MATCHES)
def test_does_not_match(line: str) -> None:
    assert book().match(line) == ()


def test_of_equal_phrases_the_first_wins() -> None:
    phrases = [Phrase(Label.SHARE, Kind.HINT, "more", "a"), Phrase(Label.RELATED, Kind.LINE, "More!", "b")]
    assert [match.source for match in Phrasebook(phrases).match("More")] == ["a"]


def test_long_lines_are_judged_by_their_beginning() -> None:
    prose = "word " * LONGEST_SEARCHED
    assert book().match(f"{prose} all rights reserved") == ()
    assert [match.how for match in book().match(f"See also: {prose}")] == [Kind.START]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_finds_itself(language: str) -> None:
    """Written on a page as in the file, and before a title if it is a beginning, a phrase speaks for its label."""
    found = phrasebook(language)
    for phrase in read_language(language):
        if phrase.kind is Kind.ANYWHERE or any(slot in phrase.text for slot in OPEN):
            continue
        line = phrase.text.replace("{n}", "1 204") + " xyzzy" * (phrase.kind is Kind.START)
        assert len(line) <= LONGEST_LINE
        assert [match.label for match in found.match(line)][:1] == [phrase.label], phrase


def test_regions_and_norwegian_standards_share_a_file() -> None:
    assert phrasebook("pt-BR").match("Leia também")[0].source.startswith("pt.toml")
    assert phrasebook("nb").match("Les også")[0].source.startswith("no.toml")


def test_malay_and_old_tags_find_their_file() -> None:
    assert phrasebook("ms").match("Artikel berkaitan")[0].source.startswith("id.toml")
    assert phrasebook("in").match("Berita terkait")[0].source.startswith("id.toml")
    assert phrasebook("iw").match("כתבות נוספות")[0].source.startswith("he.toml")


def test_a_beginning_ends_before_no_vowel_sign() -> None:
    book = Phrasebook([Phrase(Label.RELATED, Kind.START, text, "test") for text in ("और पढ", "และ")])
    assert book.match("और पढ नाव")
    assert book.match("และเรือ")
    assert book.match("और पढी") == ()
    assert book.match("और पढना") == ()


def test_english_words_of_the_interface_are_known_everywhere() -> None:
    assert phrasebook("hu").match("Leave a Reply")[0].label is Label.COMMENTS
    assert phrasebook("xx").match("Leave a Reply")[0].label is Label.COMMENTS


def test_an_unknown_language_takes_what_the_languages_agree_on() -> None:
    [match] = phrasebook("und").match("Все права защищены")
    assert match.label is Label.LEGAL
    assert phrasebook("und").match("Leia também")[0].label is Label.RELATED


@given(st.text(max_size=400), st.sampled_from(["en", "ar", "ja", "und"]))
def test_no_line_is_too_strange(line: str, language: str) -> None:
    assert all(match.label in Label for match in phrasebook(language).match(line))


PATHS = st.lists(st.sampled_from(["a:", "b:", "ab:"]), min_size=1, max_size=3).map(" ".join)


@given(st.sets(PATHS, min_size=1, max_size=10), PATHS, st.sampled_from([" a", "b", ""]))
def test_of_all_beginnings_the_longest_wins(texts: set[str], start: str, end: str) -> None:
    line = start + end
    fitting = [text for text in texts if line.startswith(text)]
    longest = [max(fitting, key=len)] if fitting else []
    phrases = [Phrase(Label.RELATED, Kind.START, text, "test") for text in sorted(texts)]
    assert [match.phrase for match in Phrasebook(phrases).match(line)] == longest


def test_a_line_that_comes_again_means_the_same() -> None:
    lines = ["Share on X", "By Anna Lind", "The lamp presents", "See also: the mill"]
    assert [book().match(line) for line in lines] == [book().match(line) for line in lines]

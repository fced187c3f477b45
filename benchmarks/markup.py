"""The HTML of what stands behind articles: further articles, teasers, comments, headlines, "related" lines.

Enter: a `Dress` (language, class names, the look of the page) and donors. Leaves: HTML. Every draw comes from the
dress's generator, so equal seeds give equal bytes. Words and class names are in tails.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.donors import Donor, Piece
from benchmarks.folds import FOLDS

_SENTENCE = re.compile(r".{40,}?[.!?。](?=\s|$)", re.DOTALL)


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("tails.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Dress:
    """How the tail of one page looks.

    `tag` and `own` are tag and class of the page's content element, `paragraph` the class of its paragraphs: what
    a page repeats when it goes on with the next article.
    """

    random: Random
    fold: int
    language: str
    tag: str
    own: str
    paragraph: str

    def wear(self, role: str) -> str:
        """A class attribute: one that tells, one that does not, the page's own, or none."""
        draw = self.random.random()
        if draw < 0.2:
            return ""
        if draw < 0.35:
            return class_attribute(self.own)
        names = _tables()["classes"]["neutral" if draw < 0.55 else role]
        return class_attribute(self.random.choice(names[self.fold :: FOLDS]))

    def cue(self, role: str) -> str:
        """A wording in the page's language; empty in languages without a table. An unnamed one is English."""
        wordings = _tables()["cues"].get(self.language or "en", {}).get(role, [""])
        return escape(self.random.choice(wordings).format(name=self.name(), count=self.random.randint(2, 48)))

    def name(self) -> str:
        """A full name, or what a user of a forum calls themselves."""
        people = _tables()["people"]
        if self.random.random() < 0.6:
            return f"{self.random.choice(people['given'])} {self.random.choice(people['family'])}"
        return f"{self.random.choice(people['handles'])}{self.random.choice(['', '', self.random.randint(1, 99)])}"

    def date(self) -> str:
        """A day as pages print it, now and then with the element made for it."""
        year, month, day = self.random.randint(2015, 2025), self.random.randint(1, 12), self.random.randint(1, 28)
        iso = f"{year}-{month:02}-{day:02}"
        months = _tables()["cues"].get(self.language or "en", {}).get("months")
        named = [f"{months[month - 1]} {day}, {year}", f"{day}. {months[month - 1]} {year}"] if months else []
        shown = self.random.choice([iso, f"{day:02}.{month:02}.{year}", f"{month}/{day}/{year}", *named, *named])
        if self.random.random() < 0.4:
            return f'<time datetime="{iso}">{escape(shown)}</time>'
        return escape(shown) if self.random.random() < 0.75 else self.cue("ago") or escape(shown)

    def link(self) -> str:
        """The address of some page of the site."""
        return (
            f"/{self.random.choice(['news', 'blog', 'a', 'p', '2024/05', 'story'])}/{self.random.randint(1000, 99999)}"
        )

    def image(self, title: str) -> str:
        """A picture, half of the time none."""
        if self.random.random() < 0.5:
            return ""
        alt = escape(title) if self.random.random() < 0.5 else ""
        return f'<img src="/media/{self.random.randint(100, 9999)}.jpg" alt="{alt}">'


def class_attribute(names: str) -> str:
    """`names` as an attribute with the space before it; empty for none."""
    return f' class="{escape(names)}"' if names else ""


def articles(dress: Dress, donors: Sequence[Donor]) -> str:
    """One element an article: as the page's own element, or in one of another look."""
    alike = dress.random.random() < 0.5
    return "".join(_article(dress, donor, alike) for donor in donors)


def teasers(dress: Dress, donors: Sequence[Donor]) -> str:
    """One element: a heading, then a teaser a donor, all built the same way."""
    build = dress.random.choice([_teaser_card, _teaser_card, _teaser_item, _teaser_flat])
    wrapper, attribute = dress.wear("teasers"), dress.wear("teaser")
    whole = dress.random.random() < 0.4
    items = "".join(build(dress, donor, attribute, whole) for donor in donors)
    if build is _teaser_item:
        items = f"<ul>{items}</ul>"
    tag = dress.random.choice(["div", "section", "div", "aside"])
    return f"<{tag}{wrapper}>{_heading(dress, dress.cue('teasers'), 'h2')}{items}</{tag}>"


def comments(dress: Dress, posts: Sequence[str]) -> str:
    """One element: a heading, then a post a paragraph, with its writer and its date."""
    build = dress.random.choice([_post_box, _post_item, _post_flat])
    wrapper, attribute = dress.wear("comments"), dress.wear("comment")
    items = "".join(build(dress, post, attribute) for post in posts)
    if build is _post_item:
        items = f"<ol{dress.wear('comments')}>{items}</ol>"
    tag = dress.random.choice(["div", "section", "div"])
    identifier = dress.random.choice(["", "", ' id="comments"', ' id="respond"'])
    return f"<{tag}{identifier}{wrapper}>{_heading(dress, dress.cue('comments'), 'h3')}{items}</{tag}>"


def headlines(dress: Dress, donors: Sequence[Donor]) -> str:
    """One element: a heading and titles that lead elsewhere."""
    wrapper, dated = dress.wear("headlines"), dress.random.random() < 0.3
    listed = dress.random.random() < 0.7
    attribute = "" if dress.random.random() < 0.5 else dress.wear("title")
    rows = []
    for donor in donors:
        date = f" <span>{dress.date()}</span>" if dated else ""
        row = f'<a href="{dress.link()}">{escape(donor.title)}</a>{date}'
        rows.append(f"<li{attribute}>{row}</li>" if listed else f"<p{attribute}>{row}</p>")
    items = "".join(rows)
    heading = _heading(dress, dress.cue("headlines"), "h4")
    return f"<div{wrapper}>{heading}{f'<ul>{items}</ul>' if listed else items}</div>"


def related(dress: Dress, donor: Donor) -> str:
    """One line between two paragraphs that leads to another article."""
    title, cue, link = escape(donor.title), dress.cue("related"), dress.link()
    anchor = f'<a href="{link}">{title}</a>'
    own = class_attribute(dress.paragraph)
    lines = [
        f"<p{own}><strong>{cue}</strong> {anchor}</p>",
        f"<p{own}>{cue} {anchor}</p>",
        f'<p{own}><a href="{link}"><strong>{cue} {title}</strong></a></p>',
        f"<p{own}><em>{cue} {anchor}</em></p>",
        f"<p{own}>[{cue} {anchor}]</p>",
        f"<div{dress.wear('related')}><span>{cue}</span> {anchor}</div>",
        f"<div{dress.wear('related')}><p>{cue}</p><ul><li>{anchor}</li></ul></div>",
    ]
    return dress.random.choice(lines)


def sentence_of(paragraph: str) -> str:
    """The first sentence of a paragraph that says something (40 characters and more), or all of it.

    >>> sentence_of("The river rose again on Tuesday, to the third step. Nobody had expected that.")
    'The river rose again on Tuesday, to the third step.'
    """
    found = _SENTENCE.match(paragraph)
    return found.group() if found else paragraph


def _article(dress: Dress, donor: Donor, alike: bool) -> str:
    tag = dress.tag if alike else dress.random.choice(["article", "div", "section"])
    attribute = class_attribute(dress.own) if alike else dress.wear("articles")
    heading = f"<{(level := dress.random.choice(['h1', 'h2', 'h2']))}>{escape(donor.title)}</{level}>"
    cue = dress.cue("articles")
    over = f"<p>{cue}</p>" if cue else ""
    line = f"<p{dress.wear('byline')}>{dress.cue('by')} {dress.date()}</p>" if dress.random.random() < 0.8 else ""
    body = "".join(map(_dressing(dress), _cut(dress, donor.pieces)))
    if dress.random.random() < 0.5:
        body = f"<div{dress.wear('articles')}>{body}</div>"
    return f"<{tag}{attribute}>{over}{heading}{line}{dress.image(donor.title)}{body}</{tag}>"


def _cut(dress: Dress, pieces: Sequence[Piece]) -> Sequence[Piece]:
    """All of an article, or its first pieces."""
    return pieces if dress.random.random() < 0.5 else pieces[: dress.random.randint(2, 12)]


def _dressing(dress: Dress) -> Callable[[Piece], str]:
    """How the pieces of one article look: as at home, plain, or with the page's own paragraphs."""
    own = class_attribute(dress.paragraph)
    return dress.random.choice(
        [
            lambda piece: piece.html,
            lambda piece: f"<{piece.tag}>{piece.inner}</{piece.tag}>",
            lambda piece: f"<{piece.tag}{own if piece.tag == 'p' else ''}>{piece.inner}</{piece.tag}>",
        ]
    )


def _heading(dress: Dress, words: str, level: str) -> str:
    if not words:
        return ""
    tag = dress.random.choice([level, level, "h3", "div", "p"])
    return f"<{tag}{dress.wear('title')}>{words}</{tag}>"


def _teaser_text(dress: Dress, donor: Donor, whole: bool) -> str:
    paragraph = donor.paragraphs[0]
    text = escape(paragraph if whole else sentence_of(paragraph))
    more = f' <a href="{dress.link()}">{dress.cue("more")}</a>' if dress.random.random() < 0.4 else ""
    return f"<p>{text}{more}</p>"


def _teaser_card(dress: Dress, donor: Donor, attribute: str, whole: bool) -> str:
    level = dress.random.choice(["h2", "h3", "h4"])
    heading = f'<{level}{dress.wear("title")}><a href="{dress.link()}">{escape(donor.title)}</a></{level}>'
    line = f"<span{dress.wear('byline')}>{dress.date()}</span>" if dress.random.random() < 0.4 else ""
    tag = dress.random.choice(["div", "article"])
    return f"<{tag}{attribute}>{dress.image(donor.title)}{heading}{line}{_teaser_text(dress, donor, whole)}</{tag}>"


def _teaser_item(dress: Dress, donor: Donor, attribute: str, whole: bool) -> str:
    heading = f'<a href="{dress.link()}">{dress.image(donor.title)}<strong>{escape(donor.title)}</strong></a>'
    return f"<li{attribute}>{heading}{_teaser_text(dress, donor, whole)}</li>"


def _teaser_flat(dress: Dress, donor: Donor, attribute: str, whole: bool) -> str:
    """Heading and text beside each other without an element around them, as old pages have it."""
    return f'<h3{attribute}><a href="{dress.link()}">{escape(donor.title)}</a></h3>{_teaser_text(dress, donor, whole)}'


def _post_box(dress: Dress, post: str, attribute: str) -> str:
    reply = f'<a href="#">{dress.cue("reply")}</a>' if dress.random.random() < 0.6 else ""
    head = f"<div{dress.wear('byline')}><b>{dress.cue('said')}</b> {dress.date()}</div>"
    return f"<div{attribute}>{head}<p>{escape(post)}</p>{reply}</div>"


def _post_item(dress: Dress, post: str, attribute: str) -> str:
    head = f"<cite>{dress.cue('said')}</cite> <span>{dress.date()}</span>"
    return f"<li{attribute}><div>{head}</div><div><p>{escape(post)}</p></div></li>"


def _post_flat(dress: Dress, post: str, attribute: str) -> str:
    return f"<p{attribute}><strong>{dress.cue('said')}</strong><br>{escape(post)}<br>{dress.date()}</p>"

"""Synthetic pages with tails: the page stays as it was, the tail follows the article, equal seeds give equal bytes."""

from __future__ import annotations

import doctest
import gzip
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import content, datasets, folds, markup, tails
from benchmarks.datasets import Case, DataAbsentError

NUMBERS = "zero one two three four five six seven eight nine ten eleven".split()
LINE = "stone{0}a bridge{0}b tower{0}c garden{0}d river{0}e market{0}f school{0}g winter{0}h summer{0}i evening{0}j."
SEEDS = range(12)


def paragraphs(topic: str) -> list[str]:
    """Ten paragraphs whose words no other topic has."""
    return [f"{LINE.format(topic + number)} {LINE.format(number + topic)}" for number in NUMBERS[:10]]


def case(name: str, language: str = "en", newline: str = "\n") -> Case:
    """A page with navigation above its article and a footer below it."""
    body = newline.join(f"<p class=text>{paragraph}</p>" for paragraph in paragraphs(name))
    html = newline.join(
        [
            f"<!doctype html><html lang={language}><title>All about {name} and more - Site</title><body>",
            "<ul><li><a href=/>Home</a></li></ul><main><div class='story own'>",
            f"<h1>All about {name} and more</h1>",
            body,
            "</div><div class=box>Subscribe</div></main><footer>Imprint &copy; 2024</footer></body></html>",
        ]
    )
    stored = gzip.compress(html.encode(), mtime=0)
    return Case(name, stored, domain=f"{name}.example", group="article", gold=("\n".join(paragraphs(name)),))


PAGE = case("alpha")
DONORS = [case(name) for name in ("beta", "gamma", "delta", "omega")]


def words(html: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"<[^>]*>", " ", html.split("<body>")[-1]).lower())


def html_of(page: Case) -> str:
    return page.document().payload.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("seed", SEEDS)
def test_the_page_stays_and_the_gold_with_it(seed: int) -> None:
    before, after = html_of(PAGE), tails.tailed(PAGE, DONORS, seed)
    assert after is not None
    assert len(after) > len(before)
    rest = iter(after)
    assert all(character in rest for character in before), "the page's source must be left in order"
    assert not Counter(words(before)) - Counter(words(after))


def test_line_ends_of_other_systems_do_not_shift_the_place() -> None:
    dos = case("alpha", newline="\r\n")
    for seed in SEEDS:
        after = tails.tailed(dos, DONORS, seed)
        assert after is not None
        assert not Counter(words(html_of(dos))) - Counter(words(after))


def test_nothing_but_related_lines_stands_between_the_paragraphs() -> None:
    between = 0
    for made in tailed_of_many_seeds():
        html = html_of(made)
        article = html[: html.index(paragraphs("alpha")[-1])]
        foreign = set(words(article)) - set(words(html_of(PAGE)))
        if "related" in made.id:
            between += bool(foreign)
        else:
            assert not foreign
    assert between


def test_every_kind_occurs_and_says_something() -> None:
    kinds = Counter(kind for made in tailed_of_many_seeds() for kind in made.id.split("+")[1:])
    assert set(kinds) == set(tails.KINDS)
    for made in tailed_of_many_seeds():
        assert len(words(html_of(made))) > len(words(html_of(PAGE))) + 3


def test_equal_seeds_give_equal_bytes_and_others_do_not() -> None:
    made = [tails.tailed(PAGE, DONORS, seed) for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]


def test_neither_the_own_domain_nor_another_language_lends() -> None:
    strangers = [case("zeta", language="de"), replace(case("eta"), domain=PAGE.domain)]
    assert {tails.tailed(PAGE, strangers, seed) for seed in SEEDS} == {None}
    assert tails.tailed(PAGE, [*strangers, DONORS[0]], 0) is not None


def test_donors_are_of_the_pages_own_fold() -> None:
    names = [f"name{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    pages = [case(name) for name in names]
    made = list(tails.tailed_pages(pages, 3))
    assert len(made) > 10
    for page in made:
        own = page.id.split("+")[0]
        met = {name for name in names if f"bridge{name}one" in html_of(page) or f"about {name} " in html_of(page)}
        assert own in met
        lent = {folds.fold_of(f"{name}.example", folds.FOLDS) for name in met}
        assert lent == {folds.fold_of(page.domain, folds.FOLDS)}


def test_only_so_many_as_asked_for() -> None:
    assert len(list(tails.tailed_pages([PAGE, *DONORS], 1, count=1))) <= 1


@pytest.mark.parametrize(
    "page",
    [
        "<body>{gold}<p>Imprint</p></body></html>",  # in no element of its own
        "<body><div>Loading …</div></body>",  # not on the page
        "<body><div>{gold}<p>{other}</p><p>{other}</p></div></body>",  # the gold is cut short
        "<body><div>{gold}",  # never closed
    ],
)
def test_a_page_whose_end_cannot_be_told_gets_no_tail(page: str) -> None:
    gold = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs("alpha"))
    html = page.format(gold=gold, other=" ".join(paragraphs("psi")))
    odd = replace(PAGE, stored=gzip.compress(html.encode()))
    assert [tails.tailed(odd, DONORS, seed) for seed in SEEDS] == [None] * len(SEEDS)


def test_an_article_in_two_parts_ends_with_the_second() -> None:
    parts = [f"<p>{paragraph}</p>" for paragraph in paragraphs("alpha")]
    html = f"<body><main><div>{''.join(parts[:-1])}</div><div>{parts[-1]}</div></main></body>"
    found = content.find_content(html, PAGE.gold[0])
    assert found is not None
    assert found.node.tag == "main"
    assert len(found.blocks) == 2


def test_no_related_line_stands_before_the_first_paragraph() -> None:
    for made in tailed_of_many_seeds():
        html = html_of(made)
        assert set(words(html[: html.index(paragraphs("alpha")[0])])) <= set(words(html_of(PAGE)))


def test_a_page_in_another_encoding_gets_no_tail() -> None:
    odd = replace(PAGE, stored=gzip.compress("<body><div>caf\xe9".encode("latin-1")))
    assert tails.tailed(odd, DONORS, 0) is None


def test_there_are_class_names_for_every_fold() -> None:
    tables = tomllib.loads(Path(markup.__file__).with_name("tails.toml").read_text(encoding="utf-8"))
    for role, names in tables["classes"].items():
        assert len(names) >= folds.FOLDS, role
        assert len(set(names)) == len(names), role
    for language, cues in tables["cues"].items():
        assert cues.keys() == tables["cues"]["en"].keys(), language


@pytest.mark.parametrize("module", [content, folds, markup], ids=lambda module: module.__name__)
def test_the_examples_hold(module: object) -> None:
    outcome = doctest.testmod(module)  # type: ignore[arg-type]
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.data
def test_real_pages_keep_every_word_in_order() -> None:
    try:
        folder = datasets.data_folder()
    except DataAbsentError as error:
        pytest.skip(str(error))
    pages = {page.id: page for page in datasets.sample(datasets.wcxb(folder), 60)}
    made = list(tails.tailed_pages(list(pages.values()), 1))
    assert len(made) > 30
    for page in made:
        rest = iter(words(html_of(page)))
        assert all(word in rest for word in words(html_of(pages[page.id.split("+")[0]])))


def tailed_of_many_seeds() -> Iterator[Case]:
    for seed in range(40):
        yield from tails.tailed_pages([PAGE], seed, donors=same_fold())


def same_fold() -> list[Case]:
    """Donors whose domains fall into the fold of the page."""
    fold = folds.fold_of(PAGE.domain, folds.FOLDS)
    return [replace(donor, domain=domain) for donor, domain in zip(DONORS, domains_of(fold), strict=False)]


def domains_of(fold: int) -> Iterator[str]:
    return (domain for number in range(1000) if folds.fold_of(domain := f"site{number}.example", folds.FOLDS) == fold)

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.metadata.people import MAX_AUTHORS, after_own_opener, is_opened, split
from archiver.metadata.persons import MAX_NAME_CHARS, is_person

ROWS = tomllib.loads((Path(__file__).parent / "bylines.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("line", "authors"), ROWS["visible"].items())
def test_a_byline_names_its_authors(line: str, authors: list[str]) -> None:
    assert split(line) == authors


@pytest.mark.parametrize(("value", "authors"), ROWS["declared"].items())
def test_a_declared_author_is_believed_but_cleaned(value: str, authors: list[str]) -> None:
    assert split(value, declared=True) == authors


def test_there_are_enough_rows() -> None:
    assert len(ROWS["visible"]) >= 160
    assert sum(not authors for authors in ROWS["visible"].values()) >= 25


@given(st.text(max_size=600), st.booleans())
def test_any_text_gives_bounded_names(line: str, declared: bool) -> None:
    names = split(line, declared=declared)
    assert len(names) <= MAX_AUTHORS
    assert all(name.strip() == name and 0 < len(name) <= MAX_NAME_CHARS for name in names)


@given(st.sampled_from([authors for authors in ROWS["visible"].values() if len(authors) == 1 and len(authors[0]) > 7]))
def test_a_clean_name_stays_as_it_is(authors: list[str]) -> None:
    assert split(authors[0]) == authors


BYLINES = [
    "By Mara",
    "Autor: X",
    "作者：林",
    "5 May 2020 by Mara",
    "ByMara",
    "记者何苗",
    "记者何苗报道",
    "記者林芷瑄／彰化報導",
    "来源：晚风日报 作者：何苗",
    "文／白露",
    "文：村瀬ゆい",
    "글: 정해인",
    "글 정해인",
    "글",
]
OTHERS = [
    "Byron came",
    "Standby mode",
    "made by hand",
    "",
    "글씨 크게",
    "글자크기 설정",
    "글로벌 뉴스",
    "취재수첩",
    "文字の大きさ",
    "文字大小",
    "文章导航",
    "文化新闻精选：",
    "记者调查",
    "記者會直播",
    "作者其他文章",
    "来源：晚风日报",
]


@pytest.mark.parametrize("line", BYLINES)
def test_a_byline_is_recognised_by_its_opening(line: str) -> None:
    assert is_opened(line)


@pytest.mark.parametrize("line", OTHERS)
def test_other_lines_are_not(line: str) -> None:
    assert not is_opened(line)


def test_a_person_is_no_desk() -> None:
    assert is_person("Mara Lindqvist")
    assert not is_person("Harbour Times Staff")
    assert not is_person("maralind")


def test_a_short_word_opens_a_byline_in_its_own_language_only() -> None:
    assert after_own_opener("Na Zainab Mwakalobo", "sw") == "Zainab Mwakalobo"
    assert after_own_opener("Ni: Liza Montemayor", "tl-PH") == "Liza Montemayor"
    assert after_own_opener("Na Young Kim", "en") == ""
    assert after_own_opener("Na kwa hiyo", "sw") == ""

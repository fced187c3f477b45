from __future__ import annotations

import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.metadata.language import identify

ROWS = tomllib.loads((Path(__file__).parent / "languages.toml").read_text(encoding="utf-8"))
SENTENCES = {tag: row["text"] for tag, row in ROWS.items()}


@pytest.mark.parametrize("tag", ROWS)
def test_a_sentence_is_enough(tag: str) -> None:
    found, score = identify(SENTENCES[tag])
    assert found in ROWS[tag]["tags"]
    assert 0.5 <= score <= 1


def test_there_are_enough_languages() -> None:
    assert len(ROWS) >= 75


@pytest.mark.parametrize("tag", ROWS)
def test_half_a_sentence_is_right_or_undetermined(tag: str) -> None:
    """Short texts stay honest: what cannot be told is not claimed, but for the nearest relative."""
    found, _ = identify(SENTENCES[tag][: len(SENTENCES[tag]) // 3])
    assert found in (*ROWS[tag]["tags"], "und", *RELATIVES.get(tag, ()))


RELATIVES = {"pt": ("gl",), "gl": ("pt",), "ms": ("id",), "id": ("ms",), "nb": ("da",), "da": ("no",)}


@pytest.mark.parametrize(
    "text",
    [
        "Nike, Adidas, Puma, Reebok, Asics",
        "Sipho Dlamini, Thabo Mokoena",
        "CPU RAM GPU SSD HDD",
        "npm install --save react",
        "SELECT id FROM users WHERE x = 1",
        "Home About Contact Blog",
        "Kuala Lumpur, Jakarta, Manila",
    ],
)
def test_names_and_codes_are_in_no_language(text: str) -> None:
    assert identify(text)[0] == "und"


@pytest.mark.parametrize(
    "text", ["", "OK", "12 345", "Berlin", "https://example.org/der-die-das", "xqz wvt kkj", "😀😀😀"]
)
def test_too_little_is_undetermined(text: str) -> None:
    assert identify(text)[0] == "und"


def test_addresses_and_numbers_do_not_count() -> None:
    noise = " https://example.org/this-is-the-english-path-of-the-page 2025 mara@example.org " * 20
    assert identify(SENTENCES["pl"] + noise)[0] == "pl"


def test_a_foreign_opening_does_not_decide_for_a_long_text() -> None:
    assert identify(SENTENCES["en"] + "\n" + (SENTENCES["de"] + "\n") * 60)[0] == "de"


def test_threads_agree() -> None:
    texts = list(SENTENCES.values()) * 4
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(identify, texts)) == [identify(text) for text in texts]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_has_a_tag_and_a_rounded_score(text: str) -> None:
    tag, score = identify(text)
    assert tag
    assert 0 <= score <= 1
    assert score == round(score, 3)

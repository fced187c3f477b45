"""The model that comes with archiver: its file, what it makes of clear cases, and models that cannot be used."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

import archiver
from archiver import Settings
from archiver.document import Document, RawDocument
from archiver.errors import UsageError
from archiver.scorer import DECIMALS, MODEL, PAGE_TYPES, chosen_model, score
from archiver.segment import segment_html, segment_text

SOURCE = RawDocument(b"", "a")
TWELVE = "One two three, four five six; seven eight nine ten eleven twelve."
PAGE = (
    f"<main class='content'><h1>A Ferry</h1><p>{TWELVE}</p><p>{TWELVE}</p></main>"
    "<footer class='footer'><a href=/>Home page</a></footer>"
)


def page(html: str = PAGE) -> Document:
    return segment_html(html, SOURCE, Settings())


def text(lines: str = f"A Ferry\n\n{TWELVE}\n") -> Document:
    return segment_text(lines, SOURCE, Settings())


def test_the_file_is_small_and_the_card_names_it() -> None:
    assert MODEL.stat().st_size <= 500_000
    card = (MODEL.parent / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert hashlib.sha256(MODEL.read_bytes()).hexdigest() in card


def test_scores_come_in_the_order_of_the_documents() -> None:
    documents = [text(), page(), text("x"), page("<p>y")]
    scores = score(documents, [[]] * 4, Settings())
    assert [len(found.content) for found in scores] == [len(document.blocks) for document in documents]
    assert [found.page_type is None for found in scores] == [True, False, True, False]
    for document, found in zip(documents, scores, strict=True):
        (alone,) = score([document], [[]], Settings())
        assert alone.content == pytest.approx(found.content, abs=2e-3)


@pytest.mark.parametrize("document", [page(), text(), page(""), text("")], ids=["page", "text", "bare", "empty"])
def test_scores_are_rounded_probabilities(document: Document) -> None:
    (found,) = score([document], [[]], Settings())
    assert ((found.content >= 0) & (found.content <= 1)).all()
    assert (np.round(found.content, DECIMALS) == found.content).all()
    assert found.page_type is None or found.page_type in PAGE_TYPES


def test_an_article_and_its_footer() -> None:
    (found,) = score([page()], [[]], Settings())
    assert found.content[1] > 0.5 > found.content[3]


def test_a_page_of_any_type_has_main_content() -> None:
    as_article, as_page = (score([page()], [[]], Settings(mode=mode))[0].content for mode in ("article", "page"))
    assert (as_article != as_page).any()


@pytest.mark.parametrize("content", [None, b"", b"no model", "other"])
def test_a_model_that_cannot_be_used(tmp_path: Path, content: bytes | str | None) -> None:
    path = tmp_path / "model.npz"
    if content == "other":
        with path.open("wb") as file:
            np.savez(file, about=np.frombuffer(b'{"features": ["words"]}', np.uint8))
    elif isinstance(content, bytes):
        path.write_bytes(content)
    with pytest.raises(UsageError, match="setting model"):
        chosen_model(str(path))
    with pytest.raises(UsageError, match="setting model"):
        archiver.clean(PAGE, settings=Settings(model=str(path)))


def test_a_model_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "own.npz"
    path.write_bytes(MODEL.read_bytes())
    own = archiver.clean(PAGE, settings=Settings(model=str(path)))
    built_in = archiver.clean(PAGE)
    assert own.text == built_in.text
    assert own.settings_sha256 != built_in.settings_sha256

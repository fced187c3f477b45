"""A user's own phrases, and ours that the user has silenced, from the settings to the verdict."""

from __future__ import annotations

from typing import Any

import pytest

from archiver import clean, explain
from archiver.document import Label
from archiver.errors import UsageError
from archiver.settings import Settings

STORY = """\
The ferry to the island sailed again on Monday after two weeks of storms that had kept it in the harbour.

Ring the bell for more of this

The crew had spent the days painting the hull, said the captain, who did not think that the weather would hold.

Read more

Nobody on the island had gone without bread, although the shop had run out of nearly everything else by then.
"""


def test_a_phrase_of_the_users_is_removed_and_named() -> None:
    own = Settings(phrases={"en": {"promo": {"line": ["ring the bell for more of this"]}}})
    assert "Ring the bell" in clean(STORY).text
    assert "Ring the bell" not in clean(STORY, settings=own).text
    [verdict] = [verdict for verdict in explain(STORY, settings=own).verdicts if verdict.label is Label.PROMO]
    assert (verdict.kept, verdict.by) == (False, "wording")
    assert verdict.evidence == "ring the bell for more of this (phrases.en.promo)"


def test_the_beginning_of_a_line_will_do() -> None:
    own = Settings(phrases={"und": {"promo": {"start": ["ring the bell"]}}})
    assert "Ring the bell" not in clean(STORY, settings=own).text


def test_a_sentence_between_paragraphs_goes_too_if_the_user_says_so() -> None:
    letter = "Our little letter comes to everybody on the island each Friday morning, and it costs nothing at all."
    own = Settings(phrases={"en": {"newsletter": {"start": ["our little letter"]}}})
    story = STORY.replace("Ring the bell for more of this", letter)
    assert letter in clean(story).text
    assert letter not in clean(story, settings=own).text


def test_a_silenced_phrase_does_not_fire() -> None:
    assert "Read more" not in clean(STORY).text
    verdicts = explain(STORY, settings=Settings(silence=("read more",))).verdicts
    assert not any("read more" in verdict.evidence for verdict in verdicts)


def test_an_order_needs_no_article() -> None:
    own = Settings(phrases={"und": {"share": {"line": ["toot this"]}}})
    assert clean("The ferry sails again.\n\nToot this\n\nIt is late.", settings=own).text == (
        "The ferry sails again.\n\nIt is late."
    )


def test_a_phrase_is_silenced_as_explain_prints_it() -> None:
    shown = next(verdict.evidence for verdict in explain(STORY).verdicts if verdict.evidence.startswith("read more"))
    verdicts = explain(STORY, settings=Settings(silence=(shown,))).verdicts
    assert not any("read more" in verdict.evidence for verdict in verdicts)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"phrases": {"en": {"promo": {"line": ["{x} this"]}}}}, "is no phrase; slots are"),
        ({"phrases": {"en": {"promo": {"line": ["{n"]}}}}, "is no phrase"),
        ({"phrases": {"en": {"promo": {"line": ["!!!"]}}}}, "is no phrase"),
        ({"phrases": {"en": {"prmo": {"line": ["ring"]}}}}, "prmo is no label; labels are"),
        ({"phrases": {"en": {"promo": {"lin": ["ring"]}}}}, "lin is unknown; a table has"),
        ({"silence": ("no such phrase",)}, "no built-in phrase reads"),
        ({"silence": "read more"}, "is no list of strings"),
    ],
)
def test_what_cannot_work_is_named(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Settings(**changed)

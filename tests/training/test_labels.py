"""Labels of training blocks by hand-made pages and golds."""

from __future__ import annotations

import pytest

from training.labels import CLUTTER, CONTENT, UNKNOWN, align, align_to_any, by_segments

FIRST = "The ferry will stop running in the last week of October, the harbour board said on Monday."
SECOND = "Its last crossing leaves the north pier at nine in the evening and takes forty minutes."
JAPANESE = "渡し船は十月に運航を終えると港湾局が月曜日に発表した。"
OTHER = "Bakers in the old town are looking for apprentices who do not mind an early start."


@pytest.mark.parametrize(
    ("blocks", "gold", "labels"),
    [
        ([FIRST, OTHER, SECOND], [FIRST, SECOND], [CONTENT, CLUTTER, CONTENT]),
        ([FIRST, "No more crossings", SECOND], [FIRST, "No more crossings", SECOND], [CONTENT, CONTENT, CONTENT]),
        ([FIRST, "Read more", SECOND], [FIRST, SECOND], [CONTENT, CLUTTER, CONTENT]),
        # The same words as a teaser further down are no content again.
        ([FIRST, SECOND, FIRST], [FIRST, SECOND], [CONTENT, CONTENT, CLUTTER]),
        # A short line counts where it stands, not wherever the gold has the same words.
        (["No ferry", FIRST, SECOND, "No ferry"], [FIRST, "No ferry", SECOND], [CLUTTER, CONTENT, CONTENT, CLUTTER]),
        ([f"{FIRST} Share this", OTHER], [FIRST], [CONTENT, CLUTTER]),
        (["…", FIRST], [FIRST], [UNKNOWN, CONTENT]),
        ([JAPANESE, "広告"], [JAPANESE], [CONTENT, CLUTTER]),
    ],
)
def test_align(blocks: list[str], gold: list[str], labels: list[int]) -> None:
    assert align(blocks, "\n".join(gold)).tolist() == labels


def test_what_only_another_gold_wants_is_unknown() -> None:
    assert align_to_any([OTHER, FIRST, "Home"], [FIRST, f"{OTHER}\n{FIRST}"]).tolist() == [UNKNOWN, CONTENT, CLUTTER]


@pytest.mark.parametrize(
    ("block", "label"),
    [
        (FIRST, CONTENT),
        ("stop running in the last week", CONTENT),
        (SECOND, UNKNOWN),
        ("Follow us on the fediverse", CLUTTER),
        (f"{SECOND} Follow us on the fediverse", UNKNOWN),
    ],
)
def test_by_segments(block: str, label: int) -> None:
    assert by_segments([block], [FIRST], ["Follow us"]).tolist() == [label]

"""The types that everything is told in: the families of labels, and what may and may not be changed."""

from __future__ import annotations

import pickle
from dataclasses import fields

import pytest

from archiver.document import HTML, TEXT, Block, Document, Family, Label, Proposal, RawDocument, Repair, Verdict

FAMILIES = {
    Family.CONTENT: "paragraph heading list_item quote code table",
    Family.METADATA: "title subtitle section byline date tags",
    Family.CLUTTER: "share related newsletter comments counter author_bio promo ad navigation consent legal form "
    "caption duplicate boilerplate",
}


def test_every_label_has_one_family() -> None:
    assert {family: [label.value for label in Label if label.family is family] for family in Family} == {
        family: names.split() for family, names in FAMILIES.items()
    }


def test_a_label_is_its_name() -> None:
    assert Label("list_item") is Label.LIST_ITEM
    assert f"{Label.LIST_ITEM}" == "list_item"
    assert Label.CAPTION in ("caption",)


def test_blocks_are_compared_by_identity() -> None:
    assert Block("a") != Block("a")


@pytest.mark.parametrize(("media_type", "is_html"), [(HTML, True), (TEXT, False)])
def test_a_document_knows_whether_it_was_a_page(media_type: str, is_html: bool) -> None:
    assert Document(RawDocument(b"", "a"), media_type, []).is_html is is_html


@pytest.mark.parametrize(
    "value",
    [
        RawDocument(b"x", "a", given={"title": "A"}),
        Repair(1, "mojibake", 2),
        Proposal(0, Label.AD, "rule", 0.9),
        Verdict(Label.AD, False, "rule", 0.9),
    ],
)
def test_what_crosses_processes_pickles_and_stays_as_it_is(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == value
    for name in getattr(value, "_fields", None) or [field.name for field in fields(value)]:  # type: ignore[arg-type]
        with pytest.raises(AttributeError):
            setattr(value, name, None)

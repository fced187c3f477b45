"""The difference of two archives: what came, what went, and what is another now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from archiver.archive.diff import ArchiveDiff, Difference, diff_texts
from archiver.archive.direct import write_archive
from archiver.errors import ArchiveError
from archiver.record import Record

Make = Callable[..., Record]


@pytest.fixture
def make(make_record: Make) -> Make:
    def known(name: str, text: str = "One.\n\nTwo.\n\nThree.", version: str = "1", **changes: object) -> Record:
        return make_record(text, id=name, version_id=f"{name}-{version}", source_uri=f"{name}.html", **changes)

    return known


def compare(tmp_path: Path, before: list[Record], after: list[Record]) -> tuple[list[Difference], ArchiveDiff]:
    for name, records in (("a", before), ("b", after)):
        write_archive(records, tmp_path / name, overwrite=True, shard_characters=60)
    diff = ArchiveDiff(tmp_path / "a", tmp_path / "b")
    return list(diff), diff


def test_added_removed_changed_and_the_same(tmp_path: Path, make: Make) -> None:
    before = [make("same"), make("gone", title="Gone"), make("other"), make("dated")]
    after = [
        make("new", title="New"),
        make("dated", date_published=date(2031, 1, 2), tags=("sea",)),
        make("other", "One.\n\n2.\n\nThree."),
        make("same"),
    ]
    found, diff = compare(tmp_path, before, after)
    assert found[0] == Difference("removed", "gone", "gone.html", "Gone")
    assert found[-1] == Difference("added", "new", "new.html", "New")
    changed = {item.id: item for item in found if item.kind == "changed"}
    assert changed["dated"].fields == ("tags", "date_published")
    assert changed["dated"].text_diff == ()
    assert {"text", "text_sha256", "char_count"} <= set(changed["other"].fields)
    assert changed["other"].text_diff == (" ", "-Two.", "+2.", " ")
    assert (diff.counts, diff.same) == ({"added": 1, "removed": 1, "changed": 2}, 1)


def test_how_a_record_was_made_is_no_change(tmp_path: Path, make: Make) -> None:
    other = {"version": "2", "settings_sha256": "1" * 64, "cleaner_version": "9", "schema_version": "1.9"}
    found, diff = compare(tmp_path, [make("a")], [make("a", **other)])
    assert (found, diff.same) == ([], 1)


def test_the_newest_version_counts(tmp_path: Path, make: Make) -> None:
    before = [make("a", "Old.", "1"), make("b"), make("a", "New.", "2")]
    found, diff = compare(tmp_path, before, [make("a", "New.", "3"), make("b")])
    assert (found, diff.same) == ([], 2)


def test_the_order_is_no_matter(tmp_path: Path, make: Make) -> None:
    before = [make(f"n{number}", f"Text {number}.") for number in range(40)]
    after = [make(f"n{number}", f"Text {number}!") for number in reversed(range(40))]
    found, diff = compare(tmp_path, before, after)
    assert diff.counts == {"added": 0, "removed": 0, "changed": 40}
    assert all(item.text_diff == (f"-Text {item.id[1:]}.", f"+Text {item.id[1:]}!") for item in found)


def test_an_empty_archive(tmp_path: Path, make: Make) -> None:
    found, diff = compare(tmp_path, [], [make("a")])
    assert ([item.kind for item in found], diff.same) == (["added"], 0)
    assert compare(tmp_path, [], [])[0] == []


def test_no_archive(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no such folder"):
        ArchiveDiff(tmp_path / "a", tmp_path / "b")


def test_a_long_difference_is_cut() -> None:
    lines = diff_texts("\n".join(f"old {n}" * 100 for n in range(5000)), "\n".join(f"new {n}" for n in range(5000)))
    assert len(lines) == 40
    assert max(map(len, lines)) == 200


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a\nb\nc", "a\nb\nc\nd", [" c", "+d"]),
        ("a\nb\nc\nd", "a\nb\nc", [" c", "-d"]),
        ("a", "b", ["-a", "+b"]),
        ("same\n" * 3000 + "a", "same\n" * 3000 + "b", [" same", "-a", "+b"]),
    ],
)
def test_a_short_difference_is_whole(before: str, after: str, expected: list[str]) -> None:
    assert diff_texts(before, after) == expected

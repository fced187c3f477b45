"""The five documents that the project was made for: every line is kept or removed as their gold says."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from archiver import Document, Record, clean, explain

SHARED = Path(os.environ.get("ARCHIVER_DATA", Path(__file__).parents[1] / ".." / "shared" / "data")).parent / "seeds"

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the given seeds are not here (ARCHIVER_DATA or ../shared/data)"),
]


def gold() -> Iterator[dict[str, object]]:
    if SHARED.is_dir():
        for line in (SHARED / "gold.jsonl").read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if not entry.get("debatable"):
                yield entry


@pytest.mark.parametrize("entry", list(gold()), ids=lambda entry: f"{entry['doc'][:3]}-{entry['line_no']}")
def test_line_is_kept_as_gold_says(entry: dict[str, object]) -> None:
    document = explain(_file(str(entry["doc"])[:3]))
    wanted = str(entry["text"]).strip()
    line_no = int(str(entry["line_no"]))
    index = _block_of_line(document, line_no)
    assert document.blocks[index].text == wanted
    assert document.verdicts[index].kept == entry["keep"], document.verdicts[index]


def test_clean_document_comes_out_as_it_came() -> None:
    assert _record("000").text == _file("000").read_text(encoding="utf-8").strip()


def test_metadata() -> None:
    assert _record("001").language == "pl"
    views = _record("002")
    assert views.title == "Microsoft’s Ethical Reckoning is Here"
    assert views.authors == ("William Kim",)
    assert views.date_published == date(2018, 6, 19)
    ban = _record("003")
    assert ban.section == "Science & Technology"
    assert ban.authors == ("Serhii Mikhailov",)
    assert ban.author_bio is not None
    assert ban.author_bio.startswith("Serhii’s track record")
    airs = _record("004")
    assert airs.title == "A Condemnation Later, Microsoft Clears Airs On ICE"
    assert airs.subtitle == "Expresses dismay at forcible separation of children from families"


def _file(number: str) -> Path:
    return next(SHARED.glob(f"{number}_*.txt"))


def _record(number: str) -> Record:
    return clean(_file(number))


def _block_of_line(document: Document, line_no: int) -> int:
    line = 1
    for index, block in enumerate(document.blocks):
        line += block.before.count("\n")
        if line == line_no:
            return index
    raise AssertionError(f"no block on line {line_no}")

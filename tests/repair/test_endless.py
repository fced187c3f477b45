"""Lines on which ftfy would take time by the square: left alone, and so are no others."""

from __future__ import annotations

import ftfy
import pytest

from archiver.repair import HTML_CONFIG, TEXT_CONFIG, repair_lines, repair_string
from archiver.repair.suspects import is_endless

ENDLESS = {
    "marks": "e" + "\u0301\u0316" * 300,
    "marks after decomposition": "e" + "\u0f73" * 513,
    "references": "&" + "amp;" * 65 + "lt;",
    "numeric references": "&" + "#38;" * 65 + "lt;",
    "references of all kinds": "&" + "amp;#38;#x26;#0038;AMP;" * 13 + "lt;",
}
LONG = {
    "marks": "e" + "\u0301\u0316" * 256,
    "marks on many letters": "e\u0316\u0301" * 1000,
    "references": "&" + "amp;" * 64 + "lt;",
    "references side by side": "&amp;amp;" * 200,
}


@pytest.mark.parametrize("name", ENDLESS)
def test_an_endless_line_is_left_alone_and_its_neighbours_are_not(name: str) -> None:
    line = ENDLESS[name]
    assert is_endless(line, entities=True)
    broken = "schÃ¶n"
    text, repairs = repair_lines(f"{broken}\n{line}\n{broken}", TEXT_CONFIG)
    assert text == f"schön\n{line}\nschön"
    assert [repair.line for repair in repairs] == [1, 3]


@pytest.mark.parametrize("name", LONG)
def test_a_long_line_comes_out_as_ftfy_repairs_it(name: str) -> None:
    assert not is_endless(LONG[name], entities=True)
    assert repair_lines(LONG[name], TEXT_CONFIG)[0] == ftfy.fix_text(LONG[name], TEXT_CONFIG)


def test_references_in_a_page_were_resolved_by_its_parser() -> None:
    line = "schÃ¶n " + ENDLESS["references"]
    assert not is_endless(line, entities=False)
    assert repair_string(line, HTML_CONFIG)[0] == "schön " + ENDLESS["references"]

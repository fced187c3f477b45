"""Short lines at the edges of a text: how sure the guards are that they are a menu, by the phrases among them."""

from __future__ import annotations

import pytest

from archiver.document import TEXT, Block, Document, Label, RawDocument
from archiver.labeling import OWN_SAY
from archiver.normalizers.guards import guards

SENTENCE = "The council met on Tuesday evening, and for two hours the talk was of little else than the old bridge."
FURNITURE = ["All rights reserved", "Back to top", "Privacy policy", "Terms of use"]
BIRDS = """Avocet Bittern Curlew Dunlin Eider Fulmar Gannet Heron Ibis Jay Kestrel Lapwing Merlin Nightjar Osprey Plover
Quail Redshank Snipe Teal""".split()


@pytest.mark.parametrize(
    ("phrases", "birds", "decides"),
    [
        (4, 20, True),  # a footer
        (1, 20, False),  # a list that the text ends with, and one line of the page
        (4, 6, False),  # too few to be sure
    ],
)
def test_a_long_run_goes_by_itself_where_it_has_the_phrases_of_a_menu(phrases: int, birds: int, decides: bool) -> None:
    run = [*FURNITURE[:phrases], *BIRDS[:birds]]
    document = Document(RawDocument(b"", "a"), TEXT, [Block(text, "\n") for text in [SENTENCE] * 3 + run])
    scores = {said.score for said in guards(document) if said.label is Label.BOILERPLATE}
    assert [score >= OWN_SAY for score in scores] == [decides]

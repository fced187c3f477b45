"""Lines and phrases are brought to one form: what that takes away, and what it must leave."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.phrases.folding import fold, fold_phrase

ROWS = [
    ("  • Read   more »", "Read more"),
    ("(Photo: Ana)", "Photo: Ana"),
    ("Partager :", "Partager"),
    ("À lire aussi : La rivière", "A lire aussi: La riviere"),
    ("Don’t miss", "Don't miss"),
    ("« Suite »", "Suite"),
    ("Ёлка", "Елка"),
    ("Διαβάστε επίσης:", "Διαβαστε επισης"),
    ("İLGİLİ HABERLER", "iLGiLi HABERLER"),
    ("Ilgınç", "Ilginc"),
    ("اقرأ أيضًا", "اقرا ايضا"),
    ("Sub\u00adscribe", "Subscribe"),
    ("关于：我们", "关于:我们"),
    ("© 2024 Gazette", "© 0 Gazette"),
    ("3412Views", "0 Views"),
    ("0Comments", "0 Comments"),
    ("1 532 zobrazení", "0 zobrazeni"),
    ("1\u00a0532 zobrazení", "0 zobrazeni"),
    ("2\u202f318 переглядів", "0 переглядів"),
    ("1.532 vues", "0 vues"),
    ("1,204 shares", "0 shares"),
    ("1'234 Aufrufe", "0 Aufrufe"),
    ("1.2K views", "0 views"),
    ("١٥٣٢ مشاهدة", "0 مشاهده"),
    ("Comments (12)", "Comments 0"),
    ("یہ بھی پڑھیں", "يه بھي پڑھيں"),
    ("دیدگاه\u200cها (۳)", "ديدگاهها 0"),
    ("שָׁלוֹם דוא״ל", 'שלום דוא"ל'),
    ("ये भी पढ़ें:", "ये भी पढें"),
    ("ये भी प\u095dें", "ये भी पढें"),
    ("टिप्पणियाँ (३)", "टिप्पणियां 0"),
    ("আরও পড়ুন -", "আরও পডুন"),
    ("แชร์!", "แชร์"),
    ("3ชั่วโมงที่แล้ว", "0 ชั่วโมงที่แล้ว"),
    ("04/05/2022 10:20", "0"),
    ("…", ""),
    ("", ""),
]


@pytest.mark.parametrize(("line", "folded"), ROWS)
def test_rows(line: str, folded: str) -> None:
    assert fold(line) == folded


def test_a_phrase_keeps_its_slots_and_its_colon() -> None:
    assert fold_phrase("Lu {n} fois") == "lu 0 fois"
    assert fold_phrase("{site} présente :") == "{site} presente:"


@given(st.text(max_size=80))
def test_lower_case_changes_no_length(line: str) -> None:
    folded = fold(line)
    assert len(folded.lower()) == len(folded)


@given(st.text(alphabet="abcÀéz '-", min_size=1, max_size=30), st.sampled_from(["", " ", "• ", "» ", "\u200b"]))
def test_bullets_and_space_around_a_line_do_not_matter(line: str, around: str) -> None:
    assert fold(f"{around}{line}{around}") == fold(line)

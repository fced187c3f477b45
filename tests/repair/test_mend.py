"""Repair equals ftfy to the character, on whatever is thrown at it, and every change can be replayed and undone."""

import re

import ftfy
import pytest
from ftfy.badness import MOJIBAKE_CATEGORIES
from ftfy.chardata import CHARMAP_ENCODINGS, CONTROL_CHARS
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.document import Repair
from archiver.repair import (
    HTML_CONFIG,
    KINDS,
    TEXT_CONFIG,
    LineRepair,
    apply_plan,
    repair_lines,
    repair_string,
    repair_strings,
)

PHRASES = [
    "Größe – déjà vu",
    "naïve café, “hôtel” l’été…",
    "Привет, мир «как дела»",
    "Καλημέρα κόσμε",
    "日本語の文章です。",
    "Zażółć gęślą jaźń",
    "İstanbul'da güneş",
    "ātrāk un ļoti",
    "مرحبا بالعالم",
    "नमस्ते दुनिया",
    "👍🏽 €5 ©®™",
    "voilà à la carte",
    "plain words",
]
CODECS = [*CHARMAP_ENCODINGS, "cp1252", "cp1250", "cp1251", "cp850", "cp866", "koi8-r", "iso-8859-15", "shift-jis"]
MOJIBAKE_CHARACTERS = [
    char for char in map(chr, range(0x80, 0x10000)) if re.match(f"[{''.join(MOJIBAKE_CATEGORIES.values())}]", char)
]
ODDITIES = [
    *("&amp;", "&lt;", "&#x27;", "&EACUTE;", "&notanentity;", "&amp;eacute;", "&", "<", "<b>", "&#0;", "&#128;"),
    *("\x1b[31m", "\x1b[", "\x1b", *map(chr, CONTROL_CHARS)),
    *("\ud83d", "\ude00", "\ud83d\ude00", "\\ud83d", "\\", "\ufffd", "\ufffd\ufffd"),
    *("\r\n", "\n", "\r", "\x85", "\u2028", "\u2029", "\x0c", "\r\r\n", "À\n", "í\n", "í\xa0\xbdí\xb8\x80"),
    *(
        "ﬁ",
        "ĳ",
        "Ａ",
        "　",
        "ｶﾞ",
        "e\u0301",
        "\u0301",
        "가",
        "ᄀ\u1161\u11a8",
        "\u0344",
        "a\u0323\u0307",
        "a\u0307\u0323",
    ),
    *("Â ", "Ã ", "à ", "œ", "Œ\n", "Â\xa0", "’", "“", "”", " ", "?"),
]


@st.composite
def mojibake(draw):
    """A phrase in UTF-8, read in another encoding once or twice, perhaps with what cannot be read replaced or lost."""
    text = draw(st.sampled_from(PHRASES) | st.text(max_size=8))
    for codec in draw(st.lists(st.sampled_from(CODECS), min_size=1, max_size=2)):
        errors = draw(st.sampled_from(["replace", "ignore"]))
        text = text.encode("utf-8", errors).decode(codec, errors)
    return text


def texts():
    pieces = (
        st.sampled_from(PHRASES)
        | mojibake()
        | mojibake().map(lambda text: text.replace("\xa0", " "))
        | st.sampled_from(ODDITIES)
        | st.text(st.sampled_from(MOJIBAKE_CHARACTERS), max_size=4)
        | st.text(st.characters(), max_size=4)
        | st.text(st.sampled_from(" \nabcÉ”"), max_size=3)
    )
    return st.lists(pieces, max_size=8).map("".join)


def configs():
    """Both configurations, with segments short enough that ftfy's cuts through overlong lines come into play."""
    lengths = st.sampled_from([1_000_000, 1_000_000, 1, 2, 3, 7, 20])
    return st.builds(
        lambda config, length: config._replace(max_decode_length=length),
        st.sampled_from([TEXT_CONFIG, HTML_CONFIG, TEXT_CONFIG._replace(unescape_html=True)]),
        lengths,
    )


@settings(max_examples=500, deadline=None)
@given(texts(), configs())
def test_a_repaired_string_is_what_ftfy_makes_of_it_and_its_plan_makes_the_same(text, config):
    repaired, repair = repair_string(text, config, 5)
    assert repaired == ftfy.fix_text(text, config)
    assert repaired == ftfy.fix_text(text, config._replace(explain=False))
    if repair is None:
        assert repaired == text
    else:
        assert repaired != text
        assert repair.block == 5
        assert repair.kind in KINDS
        assert repair.count >= 1
        assert repair.before.encode("utf-8")
        assert apply_plan(repair.before, repair.plan) == repaired


@settings(max_examples=500, deadline=None)
@given(texts(), configs())
def test_repaired_lines_are_what_ftfy_makes_of_the_text_and_can_be_undone(text, config):
    repaired, repairs = repair_lines(text, config)
    assert repaired == ftfy.fix_text(text, config)
    lines = [repair for repair in repairs if repair.line is not None]
    for repair in lines:
        assert apply_plan(repair.before, repair.plan) == repaired[repair.start : repair.start + repair.length]
    source = undone(repaired, lines)
    if len(lines) == len(repairs):
        assert source == text
    assert re.sub("\r+\n", "\n", source) == re.sub("\r+\n", "\n", text)


@settings(max_examples=200, deadline=None)
@given(st.lists(texts() | st.sampled_from(["a\r", "\n", "Ã", "©", "<"]), max_size=6), configs())
def test_strings_are_repaired_together_as_they_are_alone(strings, config):
    alone = [repair_string(string, config, index) for index, string in enumerate(strings)]
    repaired, repairs = repair_strings(strings, config)
    assert repaired == [text for text, _ in alone]
    assert repairs == [repair for _, repair in alone if repair]


def undone(repaired, repairs):
    """The text as it came, from the repaired one and the records of its lines."""
    parts, done = [], 0
    for repair in repairs:
        parts += repaired[done : repair.start], as_it_came(repair)
        done = repair.start + repair.length
    return "".join(parts) + repaired[done:]


def as_it_came(repair):
    if '["apply","unescape_surrogates"]' not in repair.plan:
        return repair.before
    return re.sub(
        r"\\(\\|u....)", lambda match: "\\" if match[1] == "\\" else chr(int(match[1][1:], 16)), repair.before
    )


@pytest.mark.parametrize(
    ("text", "config", "repaired", "kind", "count"),
    [
        ("schÃ¶n", HTML_CONFIG, "schön", "mojibake", 2),
        ("donâ\x80\x99t", HTML_CONFIG, "don’t", "mojibake", 3),
        ("â€œquotedâ€\x9d", HTML_CONFIG, "“quoted”", "mojibake", 6),
        ("\x93curly\x94", HTML_CONFIG, "“curly”", "mojibake", 2),
        ("fish &amp; chips", TEXT_CONFIG, "fish & chips", "entity", 4),
        ("be\x00ll\x07", HTML_CONFIG, "bell", "control", 2),
        ("\x1b[31mred\x1b[0m", HTML_CONFIG, "red", "terminal_escape", 9),
        ("\ud83d\ude00", HTML_CONFIG, "😀", "surrogate", 2),
        ("half \ud83d", HTML_CONFIG, "half \ufffd", "surrogate", 1),
        ("one\u2028two\rthree", HTML_CONFIG, "one\ntwo\nthree", "line_end", 2),
        ("cafe\u0301", HTML_CONFIG, "café", "normalization", 2),
        ("a\u0307\u0323", HTML_CONFIG, "ạ\u0307", "normalization", 2),
        ("\u0315\u0300", HTML_CONFIG, "\u0300\u0315", "normalization", 1),
        ("schÃ¶n\x00", HTML_CONFIG, "schön", "mojibake", 3),
        ("\ufffd\ufffd\x00", HTML_CONFIG, "\ufffd\ufffd", "control", 1),
    ],
)
def test_kind_and_count(text, config, repaired, kind, count):
    result, repair = repair_string(text, config)
    assert (result, repair.kind, repair.count) == (repaired, kind, count)


@pytest.mark.parametrize(
    "text", ["fish &amp; chips", "“curly” ‘quotes’…", "ﬁne ﬂight", "全角（ＡＢＣ）、「　」", "", "Čšž"]
)
def test_html_strings_that_are_left_alone(text):
    assert repair_string(text, HTML_CONFIG) == (text, None)
    assert repair_strings([text, text], HTML_CONFIG) == ([text, text], [])


def test_the_lines_of_a_text_are_recorded_where_they_came_from_and_where_they_went():
    text, repairs = repair_lines("clean\nschÃ¶n\nclean\n\x1b[1mbold\n", TEXT_CONFIG)
    assert text == "clean\nschön\nclean\nbold\n"
    assert repairs == [
        LineRepair(
            line=2,
            start=6,
            length=6,
            kind="mojibake",
            count=2,
            before="schÃ¶n\n",
            plan='[{"span":[0,7],"steps":[["encode","latin-1"],["decode","utf-8"]]}]',
        ),
        LineRepair(
            line=4,
            start=18,
            length=5,
            kind="terminal_escape",
            count=4,
            before="\x1b[1mbold\n",
            plan='[{"span":[0,9],"steps":[["apply","remove_terminal_escapes"]]}]',
        ),
    ]
    assert repairs[0].of_block(3) == Repair(3, "mojibake", 2, repairs[0].before, repairs[0].plan)


def test_windows_line_ends_are_one_repair_of_the_whole_document():
    text, repairs = repair_lines("one\r\ntwo\r\nschÃ¶n\r\nfour\n", TEXT_CONFIG)
    assert text == "one\ntwo\nschön\nfour\n"
    assert [(repair.line, repair.kind, repair.count) for repair in repairs] == [
        (3, "mojibake", 3),
        (None, "line_end", 2),
    ]
    assert (repairs[1].start, repairs[1].length) == (0, len(text))


def test_a_bracket_ends_the_resolving_of_references_for_later_lines_too():
    text, repairs = repair_lines("a &amp; b\nc < d &amp; e\nf &amp; g\n", TEXT_CONFIG)
    assert text == "a & b\nc < d &amp; e\nf &amp; g\n"
    assert [repair.line for repair in repairs] == [1]


def test_a_string_of_several_lines_has_one_repair_with_an_edit_for_each():
    before = "Ã©\nclean\ncafe\u0301"
    text, repair = repair_string(before, HTML_CONFIG, 0)
    assert text == "é\nclean\ncafé"
    assert (repair.kind, repair.count, repair.before) == ("mojibake", 4, before)
    assert repair.plan == (
        '[{"span":[0,3],"steps":[["encode","latin-1"],["decode","utf-8"]]},'
        '{"span":[9,14],"steps":[["normalize","NFC"]]}]'
    )


def test_surrogates_are_escaped_in_the_record_without_ambiguity():
    text, repair = repair_string("\\ud83d is \ud83d\ude00", HTML_CONFIG)
    assert text == "\\ud83d is 😀"
    assert repair.before == "\\\\ud83d is \\ud83d\\ude00"
    assert apply_plan(repair.before, repair.plan) == text


@pytest.mark.parametrize(
    "plan",
    ["", "{}x", "7", "[7]", '[{"span":[0,1]}]', '[{"span":[0,1],"steps":[["encode","no-such-codec"]]}]',
     '[{"span":[0,1],"steps":[["apply","system"]]}]', '[{"span":[0,1],"steps":[["decode","utf-8"]]}]'],
)  # fmt: skip
def test_what_is_no_plan_is_refused(plan):
    with pytest.raises(ValueError):
        apply_plan("text", plan)

"""The proof behind the fast path: ftfy's badness pattern is taken apart and checked character by character."""

import itertools
import re._compiler as pattern_compiler
import re._constants as opcodes
import re._parser as pattern_parser

import ftfy
import pytest
from ftfy.badness import BADNESS_RE

from archiver.repair.suspects import _SUSPECT, is_clean, suspect_lines

BASIC_PLANE = "".join(map(chr, range(0x10000)))
PARSED = pattern_parser.parse(BADNESS_RE.pattern, BADNESS_RE.flags)


def alternatives():
    """Each way in which `BADNESS_RE` can match: a list with the set of characters for each place."""
    ((opcode, (_, branches)),) = PARSED
    assert opcode is opcodes.BRANCH
    return [
        list(itertools.chain.from_iterable(sequences))
        for branch in branches
        for sequences in itertools.product(*map(choices, branch))
    ]


def choices(element):
    """The sequences of sets that one element stands for: none for an anchor, several for a repetition."""
    opcode, argument = element
    if opcode is opcodes.AT:
        return [[]]
    if opcode is opcodes.MAX_REPEAT:
        least, most, (repeated,) = argument
        return [[characters(repeated)] * times for times in range(least, most + 1)]
    return [[characters(element)]]


def characters(element):
    single = pattern_compiler.compile(pattern_parser.SubPattern(PARSED.state, [element]), 0)
    return set(single.findall(BASIC_PLANE))


ALTERNATIVES = alternatives()


@pytest.mark.parametrize("places", ALTERNATIVES, ids=map(str, range(len(ALTERNATIVES))))
def test_every_way_to_be_bad_holds_a_suspect(places):
    single = any(all(map(_SUSPECT.match, place)) for place in places)
    pair = any(
        all(_SUSPECT.search(first + second) for first, second in itertools.product(*neighbours))
        for neighbours in itertools.pairwise(places)
    )
    assert single or pair


@pytest.mark.parametrize("places", ALTERNATIVES, ids=map(str, range(len(ALTERNATIVES))))
def test_a_line_feed_is_never_bad_where_a_carriage_return_is_not(places):
    assert all("\r" in place for place in places if "\n" in place)


def test_the_proof_is_about_this_version_of_ftfy():
    assert ftfy.__version__ == "6.3.1", "read the proof in archiver/repair/suspects.py again before you move on"


def test_every_single_character_that_ftfy_changes_is_suspect():
    plain = ftfy.TextFixerConfig(uncurl_quotes=False, fix_latin_ligatures=False, fix_character_width=False)
    every = (*BASIC_PLANE, *map(chr, range(0x10000, 0x110000, 0x101)))
    changed = [char for char in every if ftfy.fix_text(char, plain) != char]
    assert len(changed) > 1000
    assert [char for char in changed if suspect_lines(char, 0) != [0] or is_clean(char, entities=False)] == []


@pytest.mark.parametrize(
    ("text", "entities_until", "starts"),
    [
        ("plain\nlines\n", 12, []),
        ("sound “typography” – déjà vu, « guillemets », 20 €…\n", 60, []),
        ("Москва, «Правда» и Łódź\n", 30, []),
        ("clean\nbad Ã©\nclean\nbad Ã©", 30, [6, 19]),
        ("two Ã© Ã©\n", 0, [0]),
        ("line\r\nends\r\n", 0, []),
        ("lone\rreturn", 0, [0]),
        ("a &amp; b\nc &amp; d\n", 10, [0]),
        ("a &amp; b\nc &amp; d\n", 0, []),
        ("AT&T\n", 5, []),
        ("ok\ne\u0301\n", 0, [3]),
        ("\n\n\x00", 0, [2]),
        ("", 0, []),
    ],
)
def test_suspect_lines(text, entities_until, starts):
    assert suspect_lines(text, entities_until) == starts

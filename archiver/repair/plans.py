"""What was done to a text, in a form that can be read and replayed: edits enter, a `Repair` with its plan leaves.

A plan is JSON: a list of edits, each with its span in the text as it came and the steps that lead from there to the
repaired span, in the words of `ftfy.fix_and_explain`; what lies between the spans was left alone::

    [{"span": [0, 17], "steps": [["encode", "latin-1"], ["decode", "utf-8"]]}]
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import ftfy

from archiver.document import Repair

Step: TypeAlias = tuple[str, str]

KINDS = ("mojibake", "entity", "surrogate", "terminal_escape", "control", "line_end", "normalization")
"""Every kind of repair, by weight: a repair that is of several kinds bears the first of them."""

_KIND_OF_STEP = {
    "unescape_html": "entity",
    "fix_surrogates": "surrogate",
    "remove_terminal_escapes": "terminal_escape",
    "remove_control_chars": "control",
    "fix_line_breaks": "line_end",
    "NFC": "normalization",
}
_NORMALIZE = ("normalize", "NFC")
_UNESCAPE_SURROGATES = ("apply", "unescape_surrogates")


class Edit(NamedTuple):
    """A span of a text, from `start` to before `end`, the text that takes its place, and the steps that make it."""

    start: int
    end: int
    text: str
    steps: Sequence[Step]


def apply_plan(before: str, plan: str) -> str:
    """Replay a recorded plan: the repaired text, from the `before` and the `plan` of one `Repair`.

    Raises:
        ValueError: `plan` is no plan, or does not fit `before`.
    """
    parts: list[str] = []
    done = 0
    try:
        for edit in json.loads(plan):
            start, end = edit["span"]
            parts += before[done:start], _replay(before[start:end], edit["steps"])
            done = end
    except (TypeError, KeyError, LookupError, AttributeError) as error:
        raise ValueError(f"not a repair plan: {plan[:200]!r}") from error
    return "".join(parts) + before[done:]


def describe(text: str, edits: Sequence[Edit], block: int | None = None) -> Repair:
    """The record of `edits`, at least one, to `text`.

    `count` is the number of characters that came and are gone (2 for ``Ã©`` that became ``é``), at least 1 for each
    edit. In `before`, a span with surrogates is escaped, so that UTF-8 can hold it; its plan begins by undoing that.
    """
    kinds: set[str] = set()
    count = 0
    for edit in edits:
        kinds.update(_KIND_OF_STEP.get(name, "mojibake") for _, name in edit.steps)
        count += _characters_gone(text[edit.start : edit.end], edit.text)
    before, plan = _recorded(text, edits)
    return Repair(block, min(kinds, key=KINDS.index), count, before, plan)


def _recorded(text: str, edits: Iterable[Edit]) -> tuple[str, str]:
    """`text` as UTF-8 can hold it, and the plan that leads on from there."""
    parts: list[str] = []
    plan = []
    length, done = 0, 0
    for edit in edits:
        source = text[edit.start : edit.end]
        written = _escape_surrogates(source)
        steps = edit.steps if written == source else [_UNESCAPE_SURROGATES, *edit.steps]
        parts += text[done : edit.start], written
        start = length + edit.start - done
        length, done = start + len(written), edit.end
        plan.append({"span": [start, length], "steps": steps})
    return "".join(parts) + text[done:], json.dumps(plan, separators=(",", ":"))


def effective_steps(text: str, steps: Iterable[Step]) -> list[Step]:
    """Those of ftfy's steps that change something when they are applied to `text` in their order.

    ftfy also reports attempts that came to nothing: a line with two replacement characters is encoded and decoded
    to itself. `text` must be changed by the steps as a whole.
    """
    groups = list(_groups(steps))
    if len(groups) == 1:
        return groups[0]
    effective: list[Step] = []
    for group in groups:
        result = _replay(text, group)
        if result != text:
            effective += group
            text = result
    return effective


def _groups(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Steps that lead from a string to a string: one alone, or all from encoding over bytes to decoding."""
    group: list[Step] = []
    for action, name in steps:
        group.append((action, name))
        if group[0][0] != "encode" or action == "decode":
            yield group
            group = []


def _replay(text: str, steps: Iterable[Sequence[str]]) -> str:
    """Apply steps as `ftfy.apply_plan` does, and the two kinds of step it does not know."""
    for action, name in steps:
        if (action, name) == _NORMALIZE:
            text = unicodedata.normalize("NFC", text)
        elif (action, name) == _UNESCAPE_SURROGATES:
            text = _unescape_surrogates(text)
        else:
            text = ftfy.apply_plan(text, [(action, name)])
    return text


def _characters_gone(before: str, after: str) -> int:
    return (Counter(before) - Counter(after)).total() or 1


def _escape_surrogates(text: str) -> str:
    """`text` if it has no surrogates; else with ``\\`` doubled and each surrogate written as ``\\udXXX``."""
    if not re.search("[\ud800-\udfff]", text):
        return text
    return text.replace("\\", "\\\\").encode("utf-8", "backslashreplace").decode("utf-8")


def _unescape_surrogates(text: str) -> str:
    return re.sub(
        r"\\(?:\\|u(d[89a-f][0-9a-f]{2}))",
        lambda escape: chr(int(escape[1], 16)) if escape[1] else "\\",
        text,
    )

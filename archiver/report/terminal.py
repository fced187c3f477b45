"""Results for people: violations, the ledger, what was removed, and a document block by block.

Every function prints to the `Console` it is given, which knows whether there are colours and how wide it is.
What comes from documents passes `safe`, and is never read as Rich markup.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from archiver.archive.ledger import Ledger
from archiver.archive.reader import problems
from archiver.archive.receipt import Characters
from archiver.batch import RunSummary
from archiver.document import Family
from archiver.record import Violation
from archiver.report.blocks import BlockView, Explanation
from archiver.report.safety import safe, safe_line
from archiver.validation import PathValidation

_INDENT = 4
_EVIDENCE_CHARS = 60
_OUTCOMES = ("archived", "rejected", "failed")


def print_violations(console: Console, validation: PathValidation) -> None:
    """Each violation on a line as it is found, then how many there were of each kind, and in how many records."""
    for violation in validation:
        _print_line(console, violation_text(violation))
    for rule, count in validation.by_rule.most_common() if len(validation.by_rule) > 1 else ():
        _print_line(console, Text(f"{count:>7,}  {safe_line(rule)}"))
    verdict = "valid" if not validation.violations else f"{_count(validation.violations, 'violation')}"
    seen = f"{_count(validation.records, 'record')} in {_count(validation.files, 'file')}"
    _print_line(console, Text.assemble((verdict, "red" if validation.violations else "green"), f": {seen}"))


def violation_text(violation: Violation) -> Text:
    """``dump.jsonl:7 /title: expected string or null (type), found 5``; of Parquet ``part.parquet#row=6``."""
    return Text.assemble(
        (safe_line(_place(violation)), "bold"),
        f" {safe_line(violation.pointer)}" if violation.pointer else "",
        ": expected ",
        (safe_line(violation.expected), "green"),
        f" ({safe_line(violation.rule)}), found ",
        (safe_line(violation.value), "red"),
    )


def _place(violation: Violation) -> str:
    if violation.line is not None:
        return f"{violation.source}:{violation.line}"
    if violation.row is None:
        return violation.source
    group = "" if violation.row_group is None else f" (row group {violation.row_group})"
    return f"{violation.source}#row={violation.row}{group}"


def print_summary(console: Console, summary: RunSummary) -> None:
    """The close of a run: its ledger, the text removed by label, and how to open the archive."""
    if summary.nothing_to_do:
        _print_line(console, Text("nothing was left to do: the run had finished"))
    elif summary.shards_found:
        _print_line(console, Text(f"{summary.shards_found:,} of {summary.shards:,} shards were there already"))
    print_ledger(console, summary.run)
    if summary.archive != summary.run:
        _print_line(console, Text("\nthe whole archive"))
        print_ledger(console, summary.archive)
    print_removed(console, summary.characters)
    if summary.archive.archived:
        folder = safe_line((summary.out / "data").as_posix())
        _print_line(console, Text(f"\nThe articles are in {folder}. To see some:"))
        _print_line(console, Text(f"    {opening_line(summary.out)}", "bold"))


def print_problems(console: Console, out: Path, quiet: bool = False) -> None:
    """The first documents of the archive in `out` that failed or were rejected, each with its reason."""
    if quiet:
        return
    for kind in ("failures", "rejected"):
        total, rows = problems(out, kind, _PROBLEMS)
        if total:
            _print_line(console, Text(f"\n{kind}, {total:,} in {safe_line((out / kind).as_posix())}:"))
        for row in rows:
            line = safe_line(f"{row['source_uri']}: {row['stage']}: {row['message']}")
            _print_line(console, Text(f"    {line[:_LONGEST_PROBLEM]}"))
        if total > len(rows):
            _print_line(console, Text(f"    … and {total - len(rows):,} more"))


# How many documents that failed are told of at the end of a run, and how much of each.
_PROBLEMS = 10
_LONGEST_PROBLEM = 400


def opening_line(out: Path) -> str:
    """A command for the shell that opens the articles of the archive in `out` with PyArrow and prints a few."""
    folder = (out / "data").as_posix()
    code = f"import pyarrow.dataset as ds; print(*ds.dataset({folder!a}).{_SAMPLE}, sep='\\n')"
    quoted = shlex.quote(code) if _SPECIAL_IN_SHELL.intersection(folder) else f'"{code}"'
    return f"{_interpreter()} -c {quoted}"


_SAMPLE = "head(3, columns=['title', 'authors', 'date_published']).to_pylist()"
_SPECIAL_IN_SHELL = frozenset("\"'$`\\!")


def _interpreter() -> str:
    """The Python that runs this, which has PyArrow, as one would type it here."""
    here = Path(sys.executable)
    known = shutil.which("python")
    if known and Path(known) == here:
        return "python"
    return shlex.quote(str(here.relative_to(Path.cwd()) if here.is_relative_to(Path.cwd()) else here))


def print_ledger(console: Console, ledger: Ledger) -> None:
    """The ledger as a table: read, and what became of it; skips with their reasons."""
    rows = [("read", ledger.read, ""), *((name, getattr(ledger, name), _STYLES[name]) for name in _OUTCOMES)]
    rows.append(("skipped", sum(ledger.skipped.values()), ""))
    width = max(len(f"{count:,}") for _, count, _ in rows)
    for name, count, style in rows:
        reasons = _reasons(ledger.skipped) if name == "skipped" and count else ""
        _print_line(console, Text.assemble(f"{name:<9}", (f"{count:>{width},}", style if count else ""), reasons))


_STYLES = {"archived": "green", "rejected": "yellow", "failed": "red"}


def _reasons(skipped: Mapping[str, int]) -> str:
    return "  (" + ", ".join(f"{safe_line(reason)} {count:,}" for reason, count in sorted(skipped.items())) + ")"


def print_removed(console: Console, characters: Characters) -> None:
    """The share of the text that was removed, and of each label that had a part in it, largest first."""
    removed = sum(characters.removed.values())
    total = characters.kept + removed
    if not removed:
        return
    _print_line(console, Text(f"\n{removed / total:.1%} of the text was removed"))
    for label, count in sorted(characters.removed.items(), key=lambda item: (-item[1], item[0])):
        _print_line(console, Text(f"{safe_line(label):<14}{count / total:>7.1%}"))


def print_explanation(console: Console, explanation: Explanation) -> None:
    """A document block by block: its number, kept or removed, label, score, who said so and why, and the text."""
    for line in _head(explanation):
        _print_line(console, line)
    for block in explanation.blocks:
        _print_line(console, _verdict(block))
        _print_body(console, block)
    if explanation.outcome and not explanation.blocks:
        return
    kept, removed = explanation.characters
    share = f"{removed / (kept + removed):.1%}" if kept + removed else "nothing"
    count = sum(block.kept for block in explanation.blocks)
    closing = f"{count:,} of {_count(len(explanation.blocks), 'block')} kept, {share} of the characters removed"
    _print_line(console, Text(closing, "bold"))


def _head(explanation: Explanation) -> Iterator[Text]:
    facts = (explanation.source_uri, explanation.media_type, explanation.encoding, explanation.language)
    yield Text(" · ".join(safe_line(fact) for fact in facts if fact), "bold")
    if explanation.title:
        yield Text(safe_line(explanation.title), "italic")
    if explanation.outcome:
        outcome = explanation.outcome
        reason = ": ".join(safe_line(part) for part in (outcome.stage, outcome.code, outcome.message) if part)
        yield Text.assemble((outcome.kind, _STYLES.get(outcome.kind, "")), f": {reason}")


def _verdict(block: BlockView) -> Text:
    evidence = safe_line(block.evidence[:_EVIDENCE_CHARS])
    return Text.assemble(
        f"{block.index:>{_INDENT - 1}} ",
        (f"{'kept' if block.kept else 'removed':<8}", "green" if block.kept else "red"),
        (f"{safe_line(block.label):<13}", _FAMILY_STYLES.get(block.family, "")),
        f"{block.score:.3f}  ",
        safe_line(block.by),
        (f"  {evidence}" if evidence else "", "dim"),
    )


_FAMILY_STYLES: dict[Family | None, str] = {
    Family.CONTENT: "green",
    Family.METADATA: "cyan",
    Family.CLUTTER: "magenta",
}


def _print_body(console: Console, block: BlockView) -> None:
    """The text of a block: wrapped and indented at a terminal, else one line of output for one of text."""
    text = safe(block.text)
    style = "" if block.kept else "dim"
    if console.is_terminal:
        console.print(Padding(Text(text, style), (0, 0, 0, _INDENT)), highlight=False)
    else:
        _print_line(console, Text("\n".join(" " * _INDENT + line for line in text.split("\n"))))


def _print_line(console: Console, line: Text) -> None:
    console.print(line, soft_wrap=True, highlight=False)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

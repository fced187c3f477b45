"""Results for programs, as JSON in ASCII: whatever a document holds, a terminal shows it harmlessly."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, TextIO

from archiver.archive.ledger import Ledger
from archiver.batch import RunSummary
from archiver.report.blocks import Explanation
from archiver.validation import PathValidation


def write_violations(out: TextIO, validation: PathValidation) -> None:
    """One object: ``violations`` as they are found, then ``valid``, ``files``, ``records`` and ``by_rule``."""
    out.write('{"violations": [')
    for number, violation in enumerate(validation):
        out.write(f"{',' if number else ''}\n{json.dumps(violation._asdict())}")
    counts: dict[str, Any] = {
        "valid": not validation.violations,
        "files": validation.files,
        "records": validation.records,
    }
    counts["by_rule"] = dict(validation.by_rule.most_common())
    out.write(f"\n], {json.dumps(counts)[1:]}\n")


def write_ledger(out: TextIO, ledger: Ledger) -> None:
    """The ledger as it stands in a manifest: ``in``, ``archived``, ``rejected``, ``failed``, ``skipped``, reasons."""
    _write(out, ledger.to_json())


def write_summary(out: TextIO, summary: RunSummary) -> None:
    """The close of a run: its `RunSummary`, the ledgers as they stand in a manifest."""
    tree = {
        "out": summary.out.as_posix(),
        "run": summary.run.to_json(),
        "archive": summary.archive.to_json(),
        "characters": {"kept": summary.characters.kept, "removed": dict(summary.characters.removed)},
        "shards": summary.shards,
        "shards_found": summary.shards_found,
        "nothing_to_do": summary.nothing_to_do,
        "seconds": round(summary.seconds, 3),
    }
    _write(out, tree)


def write_explanation(out: TextIO, explanation: Explanation) -> None:
    """A document block by block, with the full text of each."""
    _write(out, asdict(explanation))


def _write(out: TextIO, tree: Any) -> None:
    json.dump(tree, out, indent=1)
    out.write("\n")

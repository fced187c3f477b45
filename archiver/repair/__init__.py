"""Mojibake repair: damaged strings enter, the text their authors wrote leaves, with a plan of every change.

The repair is ftfy's, to the character; `suspects` proves that the lines it never sees could not have changed,
`plans` writes down each change so that it can be replayed from the archive. HTML is repaired after it has been
cut into blocks (`repair_strings`, and `repair_string` for metadata), plain text before (`repair_lines`).
"""

from archiver.repair.mend import (
    HTML_CONFIG,
    TEXT_CONFIG,
    LineRepair,
    repair_lines,
    repair_string,
    repair_strings,
)
from archiver.repair.plans import KINDS, apply_plan

__all__ = [
    "HTML_CONFIG",
    "KINDS",
    "TEXT_CONFIG",
    "LineRepair",
    "apply_plan",
    "repair_lines",
    "repair_string",
    "repair_strings",
]

"""What the fault tests share: how often each fault is tried, and the table of what held.

``FAULT_TRIES=full`` in the environment asks for all tries (``python -m tests.faults``), a number there for at most so
many, else there are a few.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import pytest

Tries: TypeAlias = Callable[[str, int, int], Iterator[int]]

_PROPERTY = "fault"


def number_of(few: int, full: int) -> int:
    asked = os.environ.get("FAULT_TRIES", "")
    return full if asked == "full" else min(int(asked), full) if asked.isdigit() else few


@pytest.fixture
def wanted() -> Callable[[int, int], int]:
    """How many of something there are to be: ``wanted(few, all)``."""
    return number_of


@pytest.fixture
def tries(request: pytest.FixtureRequest) -> Iterator[Tries]:
    """``for number in tries("a fault", few, all): …`` counts what held; a try holds if its body comes to its end."""
    rows: list[list[Any]] = []

    def count(fault: str, few: int, full: int) -> Iterator[int]:
        wanted = number_of(few, full)
        row = [fault, wanted, 0]
        rows.append(row)
        for number in range(wanted):
            yield number
            row[2] += 1

    yield count
    request.node.user_properties.extend((_PROPERTY, row) for row in rows)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    rows = [
        value
        for report in reports
        if getattr(report, "when", None) == "teardown"
        for name, value in report.user_properties
        if name == _PROPERTY
    ]
    if rows:
        terminalreporter.section("faults")
        terminalreporter.write_line("| fault | tries | held |\n| --- | --- | --- |")
        for fault, wanted, held in sorted(rows):
            terminalreporter.write_line(f"| {fault} | {wanted:,} | {held:,} |")

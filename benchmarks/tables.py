"""Figures as a Markdown table that also reads well in a terminal."""

from __future__ import annotations

from collections.abc import Mapping


def markdown(figures: Mapping[str, Mapping[str, float]]) -> str:
    """One line a row, one column a figure; counts (`int`) as they are, shares with four decimals.

    >>> print(markdown({"ours": {"F1": 0.95, "errors": 0}}))
    | system |     F1 | errors |
    | ------ | -----: | -----: |
    | ours   | 0.9500 |      0 |
    """
    columns = list(dict.fromkeys(column for row in figures.values() for column in row))
    rows = [
        [name, *(_cell(row[column]) if column in row else "" for column in columns)] for name, row in figures.items()
    ]
    table = [["system", *columns], *rows]
    widths = [max(len(row[index]) for row in table) for index in range(len(columns) + 1)]
    ruler = f"| {'-' * widths[0]} | " + " | ".join("-" * (width - 1) + ":" for width in widths[1:]) + " |"
    lines = [_line(row, widths) for row in table]
    return "\n".join([lines[0], ruler, *lines[1:]])


def _cell(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.4f}"


def _line(row: list[str], widths: list[int]) -> str:
    cells = [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
    return f"| {' | '.join(cells)} |"

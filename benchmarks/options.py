"""What the benchmarks' command lines have in common."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable


def name_list(known: Iterable[str]) -> Callable[[str], list[str]]:
    """A parser of comma-separated names, for argparse; an unknown name is a usage error.

    >>> name_list(["a", "b"])("b,a")
    ['b', 'a']
    """
    allowed = list(known)

    def parse(argument: str) -> list[str]:
        names = argument.split(",")
        if unknown := [name for name in names if name not in allowed]:
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: known are {', '.join(allowed)}")
        return names

    return parse

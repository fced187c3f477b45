"""A bound on the memory of a process: beyond it an allocation fails, which costs a document and not the machine."""

from __future__ import annotations

import re
from pathlib import Path

_STATUS = Path("/proc/self/status")
_DATA = re.compile(r"^VmData:\s+(\d+) kB$", re.MULTILINE)


def cap_memory(more: int) -> None:
    """Let this process take no more than `more` bytes beyond what it has; 0 is no bound.

    What counts is memory of its own that it can write to (``RLIMIT_DATA``). Linux holds a process to that and says
    what it has already; elsewhere nothing is done.
    """
    try:
        import resource

        found = _DATA.search(_STATUS.read_text(encoding="ascii", errors="replace"))
    except (ImportError, OSError):
        return
    if more and found:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        wanted = int(found[1]) * 1024 + more
        resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard < 0 else min(wanted, hard), hard))

"""``python -m tests.faults [FILE…]``: every fault, or those of some files, as often as docs/reliability.md says.

Arguments go to pytest.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

os.environ["FAULT_TRIES"] = "full"
wanted = sys.argv[1:]
if not any(Path(argument).exists() for argument in wanted):
    wanted.append(str(Path(__file__).parent))
sys.exit(pytest.main(["-p", "no:cacheprovider", *wanted]))

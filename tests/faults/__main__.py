"""``python -m tests.faults``: every fault as often as docs/reliability.md says. Arguments go to pytest."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

os.environ["FAULT_TRIES"] = "full"
sys.exit(pytest.main([str(Path(__file__).parent), "-p", "no:cacheprovider", *sys.argv[1:]]))

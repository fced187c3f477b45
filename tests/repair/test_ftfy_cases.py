"""ftfy's own published cases, each under both configurations.

The file is ftfy's and not part of this project. Fetch it, then point FTFY_CASES at it:

    pip download --no-binary :all: --no-deps -d build/ftfy ftfy==6.3.1
    tar -xzf build/ftfy/ftfy-6.3.1.tar.gz -C build/ftfy ftfy-6.3.1/tests/test_cases.json
    FTFY_CASES=build/ftfy/ftfy-6.3.1/tests/test_cases.json pytest tests/repair/test_ftfy_cases.py
"""

import json
import os
from pathlib import Path

import ftfy
import pytest

from archiver.repair import HTML_CONFIG, TEXT_CONFIG, apply_plan, repair_lines, repair_string

CASES = os.environ.get("FTFY_CASES")


@pytest.mark.skipif(
    not CASES, reason="FTFY_CASES does not name ftfy's tests/test_cases.json; see the module's docstring"
)
@pytest.mark.parametrize("config", [TEXT_CONFIG, HTML_CONFIG], ids=["text", "html"])
def test_published_cases(config):
    cases = json.loads(Path(CASES).read_text(encoding="utf-8"))
    assert len(cases) > 150
    for case in cases:
        for text in {case["original"], case["fixed"], case.get("fixed-encoding", "")}:
            expected = ftfy.fix_text(text, config)
            repaired, repair = repair_string(text, config)
            assert repaired == expected, case["label"]
            assert repair_lines(text, config)[0] == expected, case["label"]
            assert (apply_plan(repair.before, repair.plan) if repair else text) == expected, case["label"]

"""Violations in, what CI systems read out: workflow commands of GitHub, SARIF 2.1.0, JUnit XML.

A violation of a rule that does not fail the run is a warning. Paths are written as they were given, so that they are
found in the repository.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import Any, TextIO
from urllib.parse import quote

from archiver.errors import UsageError, hint
from archiver.record import Violation
from archiver.report.safety import safe_line
from archiver.validation import PathValidation
from archiver.validation.rules import known_rules
from archiver.version import __version__

Fails = Callable[[Violation], bool]

_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_INFORMATION = "https://pypi.org/project/archiver/"
MOST_CASES = 10_000
"""JUnit XML tells its counts first and cannot be streamed: after so many violations the rest are only counted."""


def write_github(out: TextIO, validation: PathValidation, fails: Fails) -> None:
    """A workflow command for each violation, which GitHub shows at its line."""
    for violation in validation:
        level = "error" if fails(violation) else "warning"
        place = {"file": violation.source, **({"line": str(violation.line)} if violation.line else {})}
        place["title"] = f"archiver: {violation.rule}"
        told = ",".join(f"{name}={_property(value)}" for name, value in place.items())
        out.write(f"::{level} {told}::{_data(message(violation))}\n")


def message(violation: Violation) -> str:
    """What is wrong, with the place in the record; of Parquet also the row."""
    place = "" if violation.row is None or violation.line else f"row {violation.row}"
    if violation.row_group is not None:
        place += f" (row group {violation.row_group})"
    where = " ".join(part for part in (place, violation.pointer) if part)
    said = f"expected {violation.expected}, found {violation.value}"
    return safe_line(f"{where}: {said}" if where else said)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(safe_line(text)).replace(":", "%3A").replace(",", "%2C")


def write_sarif(out: TextIO, validation: PathValidation, fails: Fails) -> None:
    """A SARIF log of one run; results are written as they are found."""
    out.write(f'{{"$schema": "{_SARIF_SCHEMA}", "version": "2.1.0", "runs": [{{"results": [')
    for number, violation in enumerate(validation):
        level = "error" if fails(violation) else "warning"
        out.write(f"{',' if number else ''}\n{json.dumps(_result(violation, level))}")
    rules = [{"id": rule, "shortDescription": {"text": f"records that break {rule}"}} for rule in validation.by_rule]
    driver = {"name": "archiver", "version": __version__, "informationUri": _INFORMATION, "rules": rules}
    invocation = {"executionSuccessful": True}
    closing = {"tool": {"driver": driver}, "invocations": [invocation], "columnKind": "unicodeCodePoints"}
    out.write(f"\n], {json.dumps(closing)[1:]}]}}\n")


def _result(violation: Violation, level: str) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": _uri(violation.source)}}
    if violation.line:
        location["region"] = {"startLine": violation.line}
    places = {"row": violation.row, "rowGroup": violation.row_group, "pointer": violation.pointer}
    return {
        "ruleId": violation.rule,
        "level": level,
        "message": {"text": message(violation)},
        "locations": [{"physicalLocation": location}],
        "properties": {name: value for name, value in places.items() if value is not None},
    }


def _uri(source: str) -> str:
    path = PurePath(source)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def write_junit(out: TextIO, validation: PathValidation, fails: Fails) -> None:
    """A test suite for each file with violations, a failed test for each of them; one that passed if there are none."""
    from junitparser import JUnitXml, TestCase, TestSuite

    suites: dict[str, TestSuite] = {}
    for number, violation in enumerate(validation):
        if number < MOST_CASES:
            suite = suites.setdefault(violation.source, TestSuite(safe_line(violation.source)))
            suite.add_testcase(_case(violation, number, fails(violation)))
    report = JUnitXml("archiver validate")
    if not suites:
        valid = TestSuite("records")
        valid.add_testcase(TestCase(f"{validation.records} records in {validation.files} files", "archiver"))
        suites["records"] = valid
    for suite in suites.values():
        report.add_testsuite(suite)
    untyped: Any = report
    untyped.update_statistics()
    out.write(untyped.tostring().decode("utf-8") + "\n")


def _case(violation: Violation, number: int, fails: bool) -> Any:
    from junitparser import Failure, Skipped, TestCase

    place = violation.line if violation.line else violation.row
    case = TestCase(safe_line(f"{violation.rule} {violation.pointer} at {place}, {number + 1}"), "archiver")
    told = message(violation)
    outcome = Failure(told, violation.rule) if fails else Skipped(told, violation.rule)
    outcome.text = safe_line(f"{violation.source}{f':{violation.line}' if violation.line else ''}: {told}")
    case.result = [outcome]
    case._elem.set("file", safe_line(violation.source))
    if violation.line:
        case._elem.set("line", str(violation.line))
    return case


def rules_that_fail(validation_rules: str) -> Fails:
    """What fails a run: ``any`` violation, ``none``, or those of the rules that are named, apart by commas.

    Raises:
        UsageError: there is no such rule. A misspelt one would let everything pass.
    """
    if validation_rules in ("any", "none"):
        return lambda violation: validation_rules == "any"
    named = frozenset(_split(validation_rules))
    known = known_rules()
    for name in sorted(named - known):
        raise UsageError(f"--fail-on {name}: there is no such rule; {hint(name, sorted(known))}")
    if not named:
        raise UsageError("--fail-on names no rule; write any, none, or rules such as type,required")
    return lambda violation: violation.rule in named


def _split(names: str) -> Iterator[str]:
    return (name.strip() for name in names.split(",") if name.strip())

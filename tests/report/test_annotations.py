"""What CI systems are told, judged by packages that model or parse their forms."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import junitparser
import pytest
import sarif_om

from archiver.errors import UsageError
from archiver.record import Violation
from archiver.report.annotations import rules_that_fail, write_github, write_junit, write_sarif
from archiver.validation import PathValidation, validate_paths

HOSTILE = 'a "b" <c> & 100%,\n::error::x \x1b[2J\x00 \u202e'


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "any.schema").write_text('{"properties": {"a": {"type": "integer"}, "b": {"maximum": 3}}}')
    rows = [{"a": 1}, {"a": HOSTILE}, {"b": 9}]
    Path("my data, 100%.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + "{\n", encoding="utf-8")
    Path("good.jsonl").write_text('{"a": 1}\n')
    return [Path("my data, 100%.jsonl"), Path("good.jsonl")]


def told(write: Any, paths: list[Path], fail_on: str = "any") -> str:
    out = io.StringIO()
    write(out, validate_paths(paths, Path("any.schema")), rules_that_fail(fail_on))
    return out.getvalue()


def commands(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Workflow commands as GitHub's runner parses them."""

    def plain(value: str) -> str:
        for escape, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
            value = value.replace(escape, character)
        return value

    for line in text.splitlines():
        match = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
        assert match, line
        properties = dict(item.split("=", 1) for item in match[2].split(","))
        yield match[1], {name: plain(value) for name, value in properties.items()}, plain(match[3])


def test_github(paths: list[Path]) -> None:
    found = list(commands(told(write_github, paths, fail_on="type,json")))
    assert [(level, place["line"], place["title"]) for level, place, _ in found] == [
        ("error", "2", "archiver: type"), ("warning", "3", "archiver: maximum"), ("error", "4", "archiver: json"),
    ]  # fmt: skip
    assert {place["file"] for _, place, _ in found} == {"my data, 100%.jsonl"}
    assert found[1][2] == "/b: expected at most 3, found 9"
    assert not set(found[0][2]) & set("\x1b\x00\n\u202e")


def test_sarif(paths: list[Path]) -> None:
    """Each part is what the object model of SARIF 2.1.0 takes, and names nothing that it does not know."""
    log = json.loads(told(write_sarif, paths, fail_on="none"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = modelled(sarif_om.ToolComponent, run["tool"]["driver"])
    modelled(sarif_om.Run, {**run, "tool": modelled(sarif_om.Tool, run["tool"])})
    rules = [modelled(sarif_om.ReportingDescriptor, rule).id for rule in driver.rules]
    results = [modelled(sarif_om.Result, result) for result in run["results"]]
    assert sorted(rules) == ["json", "maximum", "type"]
    assert [(result.rule_id, result.level) for result in results] == [
        ("type", "warning"), ("maximum", "warning"), ("json", "warning"),
    ]  # fmt: skip
    for line, result in enumerate(results, 2):
        place = modelled(sarif_om.PhysicalLocation, result.locations[0]["physicalLocation"])
        assert modelled(sarif_om.Region, place.region).start_line == line
        assert modelled(sarif_om.ArtifactLocation, place.artifact_location).uri == "my%20data%2C%20100%25.jsonl"
        modelled(sarif_om.Message, result.message)


def modelled(kind: Any, tree: dict[str, Any]) -> Any:
    """The object of the model; a property that it does not have is an error."""
    names = {field.metadata.get("schema_property_name", field.name): field.name for field in kind.__attrs_attrs__}
    return kind(**{names[name]: value for name, value in tree.items()})


def test_sarif_of_what_is_valid(paths: list[Path]) -> None:
    (run,) = json.loads(told(write_sarif, paths[1:]))["runs"]
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])


def test_junit(paths: list[Path]) -> None:
    report = junitparser.JUnitXml.fromstring(told(write_junit, paths, fail_on="type").encode())
    (suite,) = report
    assert (suite.name, suite.tests, suite.failures, suite.skipped) == ("my data, 100%.jsonl", 3, 1, 2)
    cases = list(suite)
    assert [case.result[0].type for case in cases] == ["type", "maximum", "json"]
    assert cases[1].result[0].message == "/b: expected at most 3, found 9"
    assert cases[1].result[0].text == "my data, 100%.jsonl:3: /b: expected at most 3, found 9"


def test_junit_of_what_is_valid(paths: list[Path]) -> None:
    report = junitparser.JUnitXml.fromstring(told(write_junit, paths[1:]).encode())
    assert [(suite.name, suite.tests, suite.failures) for suite in report] == [("records", 1, 0)]


@pytest.mark.parametrize("write", [write_github, write_sarif, write_junit])
def test_of_parquet_row_and_row_group_are_told(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    violation = Violation("p.parquet", 6, "/title", "type", "string", "5", None, 2)
    validation = validate_paths([])
    monkeypatch.setattr(validation, "_found", iter([violation]))
    assert isinstance(validation, PathValidation)
    out = io.StringIO()
    write(out, validation, rules_that_fail("any"))
    assert "row 6 (row group 2) /title: expected string, found 5" in out.getvalue()


RULES = [
    ("schema", "schema", True),
    ("any", "type", True),
    ("none", "type", False),
    ("json, type", "type", True),
    ("json", "type", False),
]


@pytest.mark.parametrize(("fail_on", "rule", "fails"), RULES)
def test_what_fails(fail_on: str, rule: str, fails: bool) -> None:
    assert rules_that_fail(fail_on)(Violation("a", 0, "", rule, "", "")) is fails


@pytest.mark.parametrize("fail_on", ["requierd", "json,any", "none,type", "", " , "])
def test_a_rule_that_there_is_not_would_let_everything_pass(fail_on: str) -> None:
    with pytest.raises(UsageError, match="--fail-on"):
        rules_that_fail(fail_on)

"""The project as a GitHub Action and as a hook of pre-commit: both are valid and do what they say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
GOOD, BAD = {"name": "ferry", "year": 1931}, {"name": "ferry", "year": "long ago"}
SCHEMA = {"type": "object", "required": ["name"], "properties": {"year": {"type": "integer"}}}

pytestmark = pytest.mark.skipif(not shutil.which("bash"), reason="GitHub runs the steps of an action with bash")


@pytest.mark.parametrize(
    ("kind", "name"), [("github-actions", "action.yml"), ("github-workflows", "docs/example-workflow.yml")]
)
def test_the_files_are_what_github_expects(kind: str, name: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{kind}", str(ROOT / name)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_workflow_uses_inputs_that_the_action_has() -> None:
    workflow = yaml.safe_load((ROOT / "docs" / "example-workflow.yml").read_text(encoding="utf-8"))
    (step,) = [step for step in workflow["jobs"]["validate"]["steps"] if "archiver@" in step.get("uses", "")]
    assert set(step["with"]) <= set(ACTION["inputs"])


def test_the_hook_is_what_pre_commit_expects() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    assert subprocess.run(command, capture_output=True).returncode == 0


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "data" / "deep er").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "archiver"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m archiver "$@"\n')
    program.chmod(0o755)
    (tmp_path / "record.schema.json").write_text(json.dumps(SCHEMA))
    write(tmp_path / "data" / "a.jsonl", GOOD)
    write(tmp_path / "data" / "deep er" / "b.jsonl", GOOD, BAD, GOOD)
    return tmp_path


def write(path: Path, *rows: Any) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def run_action(repository: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The last step of the action, as a runner would run it: inputs and defaults in the environment."""
    step = ACTION["runs"]["steps"][-1]
    given = {name: one.get("default", "") for name, one in ACTION["inputs"].items()} | inputs
    environment = {
        name: given[expression.removeprefix("${{ inputs.").removesuffix(" }}")]
        for name, expression in step["env"].items()
    }
    path = f"{repository / 'bin'}{os.pathsep}{os.environ['PATH']}"
    python_path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=repository,
        env={**os.environ, **environment, "PATH": path, "PYTHONPATH": python_path},
        capture_output=True,
        text=True,
    )


def test_a_bad_record_fails_the_job_with_an_annotation_at_its_line(repository: Path) -> None:
    done = run_action(repository, paths="data/**/*.jsonl", schema="record.schema.json", sarif="found.sarif")
    assert done.returncode == 1, done.stderr
    assert done.stdout == (
        '::error file=data/deep er/b.jsonl,line=2,title=archiver%3A type::/year: expected integer, found "long ago"\n'
    )
    (result,) = json.loads((repository / "found.sarif").read_text())["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 2}


def test_good_records_pass(repository: Path) -> None:
    write(repository / "data" / "deep er" / "b.jsonl", GOOD)
    done = run_action(repository, paths="data/**/*.jsonl", schema="record.schema.json", sarif="found.sarif")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_warning_does_not_fail_the_job(repository: Path) -> None:
    done = run_action(repository, paths="data", schema="\nrecord.schema.json\n", **{"fail-on": "json"})
    assert (done.returncode, done.stdout[:10]) == (0, "::warning ")


@pytest.mark.parametrize("inputs", [{"paths": "nowhere/*.jsonl"}, {"paths": "data", "schema": "nowhere.json"}])
def test_a_mistake_in_the_workflow_fails_it(repository: Path, inputs: dict[str, str]) -> None:
    done = run_action(repository, **inputs)
    assert done.returncode == 2
    assert "nowhere" in done.stderr


def test_the_hook_takes_files_as_arguments(repository: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    command = [*hook["entry"].split(), "--schema", "record.schema.json", "data/a.jsonl", "data/deep er/b.jsonl"]
    command[0] = str(repository / "bin" / "archiver")
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command, cwd=repository, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stdout.startswith("data/deep er/b.jsonl:2 /year: expected integer")

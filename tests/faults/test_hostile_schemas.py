"""Schemas and records that want to hurt: no socket, no file outside, no hang, no crash, but a clear error."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

RECORDS = {
    "lists": '{"title": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "objects": '{"title": ' * 100_000 + "1" + "}" * 100_000,
    "extra": '{"text": "A text.", "extra": ' + '{"a": [' * 50_000 + "]}" * 50_000 + "}",
    "unclosed": '{"title": ' + "[" * 100_000,
    "digits": '{"title": ' + "9" * 100_000 + "}",
}
SCHEMAS: dict[str, Any] = {
    "remote": {"$ref": "http://127.0.0.1:9/schema.json"},
    "remote, secure": {"properties": {"title": {"$ref": "https://localhost:9/schema.json#/a"}}},
    "ftp": {"$ref": "ftp://127.0.0.1:9/schema.json"},
    "file": {"$ref": "file:///etc/passwd"},
    "outside": {"$ref": "../outside.json"},
    "absolute": {"$ref": "/etc/passwd"},
    "network path": {"$ref": "//127.0.0.1:9/schema.json"},
    "remote id": {"$id": "http://127.0.0.1:9/schema.json", "properties": {"title": {"$ref": "other.json"}}},
    "encoded outside": {"$ref": "%2e%2e/outside.json"},
    "encoded slash": {"$ref": "..%2foutside.json"},
    "in the address": {"$ref": "data:application/json,%7B%22not%22:%7B%7D%7D"},
    "dynamic": {"$dynamicRef": "http://127.0.0.1:9/schema.json#a"},
    "metaschema": {"$schema": "http://127.0.0.1:9/schema.json", "type": "object"},
    "itself": {"$ref": "#"},
    "in a circle": {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
    "through a link": {"$ref": "link.json"},
    "long pattern": {"properties": {"title": {"pattern": "(" * 5000 + ")" * 5000}}},
    "many repeats": {"properties": {"title": {"pattern": "(a{1000}){1000}"}}},
    "pattern": {"properties": {"title": {"pattern": "^(a+)+$"}}},
    "alternatives": {"properties": {"title": {"pattern": "^(a|a)*$"}}},
    "names": {"patternProperties": {"^(t+)+x$": {"type": "string"}}},
    "look-around": {"properties": {"title": {"pattern": "^(?=(a+)+$)b"}}},
    "back-reference": {"properties": {"title": {"pattern": r"^(a+)\\1+$"}}},
    "deep": None,
    "deep lists": None,
}
LEADING_OUT = {"remote", "remote, secure", "ftp", "file", "outside", "absolute", "dynamic", "through a link"}
LEADING_OUT |= {"network path", "remote id", "encoded outside", "encoded slash", "in the address"}
SOCKETLESS = """
import socket, sys
def refuse(*_, **__): print("a socket was opened", file=sys.stderr); sys.exit(99)
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
from archiver import cli
cli.main()
"""


def validate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SOCKETLESS, "validate", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


def test_hostile_schemas(tmp_path: Path, tries: Any) -> None:
    (tmp_path / "outside.json").write_text('{"not": {}}')
    folder = tmp_path / "schemas"
    folder.mkdir()
    (folder / "link.json").symlink_to(tmp_path / "outside.json")
    rows = folder / "rows.jsonl"
    rows.write_text(json.dumps({"title": "a" * 40 + "!", "t" * 40: 1}) + "\n")
    names = list(SCHEMAS)
    for number in tries("hostile schemas", 5, len(names)):
        name = names[number * 3 % len(names)] if len(names) % 3 else names[number]
        text = json.dumps(SCHEMAS[name]) if SCHEMAS[name] else _deep(name)
        (folder / "schema.json").write_text(text)
        done = validate(folder, "rows.jsonl", "--schema", "schema.json")
        assert done.returncode in (0, 1, 2), (name, done.returncode, done.stderr[-500:])
        assert "Traceback" not in done.stderr, (name, done.stderr[-2000:])
        if name in LEADING_OUT:
            assert (done.returncode, done.stdout) == (2, ""), (name, done.stdout)
            assert done.stderr.startswith("archiver: schema schema.json: "), done.stderr


def _deep(name: str) -> str:
    inner = '{"not": ' if name == "deep" else '{"items": '
    return inner * 50_000 + "{}" + "}" * 50_000


def test_deep_records(tmp_path: Path, tries: Any) -> None:
    """Validated they are violations, cleaned they are failures; what stands beside them is cleaned."""
    good = json.dumps({"text": "The keeper lit the lamp and wrote the hour into his book."})
    names = list(RECORDS)
    for number in tries("records 100,000 deep", 2, len(names)):
        path = tmp_path / "rows.jsonl"
        path.write_text(f'{good}\n{RECORDS[names[number]]}\n{good[:-3]}, too."}}\n')
        done = validate(tmp_path, "rows.jsonl")
        assert done.returncode == 1, (names[number], done.stderr[-2000:])
        assert "rows.jsonl:2" in done.stdout
        command = [sys.executable, "-m", "archiver", "clean", "rows.jsonl", "--out", f"{number}", "--json"]
        cleaned = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
        assert cleaned.returncode == 1, cleaned.stderr[-2000:]
        run = json.loads(cleaned.stdout)["run"]
        assert (run["in"], run["archived"], run["failed"]) == (3, 2, 1)

"""Settings: read from TOML and from assignments, refused with a hint, the same for the same digest."""

from __future__ import annotations

import pickle
import subprocess
import sys
import tempfile
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.errors import UsageError
from archiver.selection import Selection
from archiver.settings import Limits, Settings, read_settings
from archiver.sites import SiteRule

WHOLE = """
mode = "page"
keep = ["caption"]
drop = "heading"
aggressiveness = 1
parser = "html5lib"
normalizers = ["podcast"]
model = "own.npz"
schema = "own.schema.json"
keep_source = true
csv_encoding = "windows-1252"
silence = "read more"

[fields]
text = "body"

[limits]
depth = 500

[select]
limit = 5
since = 2024-02-03
where = "title ~ ferry"

[phrases.en.promo]
line = ["ring the bell"]

[sites."example.org"]
drop = ".box"

[sites."example.org".fields]
title = "h1"
"""
CHANGED = Settings(
    mode="page",
    keep=("caption",),
    drop=("heading",),
    aggressiveness=1.0,
    parser="html5lib",
    normalizers=("podcast",),
    fields={"text": "body"},
    model="own.npz",
    schema="own.schema.json",
    keep_source=True,
    csv_encoding="windows-1252",
    limits=Limits(depth=500),
    select=Selection(limit=5, since=date(2024, 2, 3), where=("title ~ ferry",)),
    phrases={"en": {"promo": {"line": ["ring the bell"]}}},
    silence=("read more",),
    sites={"example.org": SiteRule(drop=(".box",), fields={"title": "h1"})},
)


def written(folder: Path, text: str) -> Path:
    path = folder / "archiver.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_given_is_the_default() -> None:
    assert read_settings() == Settings()


def test_an_empty_file_is_the_default(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, "# nothing\n")) == Settings()


def test_a_file_with_every_setting(tmp_path: Path) -> None:
    found = read_settings(written(tmp_path, WHOLE))
    assert found == CHANGED
    assert isinstance(found.aggressiveness, float)
    assert found.limits.blocks == Limits().blocks


def test_assignments_overrule_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, WHOLE)
    found = read_settings(path, ("mode=article", "limits.blocks=7", "fields.title=headline"))
    assert found == replace(
        CHANGED, mode="article", limits=Limits(depth=500, blocks=7), fields={"text": "body", "title": "headline"}
    )


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        ("mode=page", {"mode": "page"}),
        ('mode="page"', {"mode": "page"}),
        (" mode = page ", {"mode": "page"}),
        ("keep=caption", {"keep": ("caption",)}),
        ('keep=["caption", "byline"]', {"keep": ("caption", "byline")}),
        ("keep=[]", {"keep": ()}),
        ("aggressiveness=1", {"aggressiveness": 1.0}),
        ("aggressiveness=0.25", {"aggressiveness": 0.25}),
        ("schema=schemas/own=1.json", {"schema": "schemas/own=1.json"}),
        ("fields.text=body", {"fields": {"text": "body"}}),
        ('fields={text="body"}', {"fields": {"text": "body"}}),
        ("limits.depth=1_000", {"limits": Limits(depth=1000)}),
    ],
)
def test_assignments(assignment: str, expected: dict[str, Any]) -> None:
    assert read_settings(assignments=(assignment,)) == Settings(**expected)


@pytest.mark.parametrize(
    ("assignment", "hint"),
    [
        ("mdoe=page", "setting mdoe does not exist; did you mean mode?"),
        ("agressiveness=1", "did you mean aggressiveness?"),
        ("limits.dept=1", "setting limits.dept does not exist; did you mean limits.depth?"),
        ("phrases=1", "write tables [phrases.LANGUAGE.LABEL]"),
        ('phrases.xx.promo.line=["ring"]', "setting phrases.xx: known languages are ar, "),
        ('phrases.en.promotion.line=["ring"]', "setting phrases.en: promotion is no label; labels are"),
        ("limit.depth=1", "did you mean limits?"),
        ("zzz=1", "known are mode, keep, drop"),
        ("=1", "does not exist"),
        ("mode", "write key=value"),
        ("mode.x=1", "setting mode: {'x': 1} is no string"),
        ("mode=pages", "setting mode: 'pages' is none of article, page"),
        ("mode=1", "setting mode: 1 is no string"),
        ("parser=lxml", "setting parser: 'lxml' is none of turbohtml, html5lib"),
        ("aggressiveness=2", "setting aggressiveness: 2.0 is not between 0 and 1"),
        ("aggressiveness=nan", "setting aggressiveness: nan is not between 0 and 1"),
        ("aggressiveness=true", "setting aggressiveness: True is no number"),
        ("aggressiveness=much", "setting aggressiveness: 'much' is no number"),
        ("keep=1", "setting keep: 1 is no list of strings"),
        ("keep=[1]", "setting keep: [1] is no list of strings"),
        ("keep=captions", "setting keep: 'captions' is no label; did you mean caption?"),
        ("drop=xyz", "known are paragraph, heading"),
        ("limits=1", "setting limits: 1 is no table"),
        ("limits.depth=deep", "setting limits.depth: 'deep' is no whole number"),
        ("limits.depth=true", "setting limits.depth: True is no whole number"),
        ("limits.depth=1.5", "setting limits.depth: 1.5 is no whole number"),
        ("fields=text", "setting fields: 'text' is no table"),
        ("fields.text=1", "setting fields.text: 1 is no string"),
        ("schema=1", "setting schema: 1 is no string"),
    ],
)
def test_mistakes_are_told_with_a_hint(assignment: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_settings(assignments=(assignment,))
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ({"limits": 5}, "setting limits: 5 is no Limits and no table"),
        ({"limits": {"depth": -5}}, "setting limits.depth: -5 is not between 0 and"),
        ({"limits": {"dept": 5}}, "setting limits.dept does not exist; did you mean depth?"),
        ({"limits": {"depth": "5"}}, "setting limits.depth: '5' is no whole number"),
        ({"select": {"limit": -1}}, "setting select.limit: -1 is below 0"),
        ({"select": {"limit": "1"}}, "setting select.limit: '1' is no whole number"),
        ({"select": {"language": ["english"]}}, "setting select.language: 'english' is no language such as de"),
        ({"select": {"language": ["xx-invalid-!!"]}}, "setting select.language: 'xx-invalid-!!' is no language"),
        ({"select": {"where": [1]}}, "setting select.where: [1] is no list of strings"),
        ({"select": {"since": "2024-01-01"}}, "setting select.since: '2024-01-01' is no day"),
        ({"select": [1]}, "setting select: [1] is no Selection and no table"),
        ({"sites": {"x": 5}}, "setting sites.x: 5 is no SiteRule"),
        ({"sites": 5}, "setting sites: 5 is no table"),
        ({"phrases": 5}, "setting phrases: 5 is no table"),
        ({"fields": {"text": 5}}, "setting fields.text: 5 is no string"),
        ({"keep_source": "yes"}, "setting keep_source: 'yes' is no boolean"),
        ({"aggressiveness": True}, "setting aggressiveness: True is not between 0 and 1"),
        ({"mode": 5}, "setting mode: 5 is no string"),
        ({"csv_encoding": 5}, "setting csv_encoding: 5 is no string"),
        ({"schema": 5}, "setting schema: 5 is no path in a string"),
    ],
    ids=str,
)
def test_mistakes_in_python_are_told_at_once(given: dict[str, Any], hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        Settings(**given)
    assert str(caught.value).startswith(hint)


def test_a_table_will_do_for_limits_and_selection() -> None:
    given: dict[str, Any] = {"limits": {"depth": 5}, "select": {"limit": 3}}
    assert Settings(**given) == read_settings(assignments=("limits.depth=5", "select.limit=3"))


def test_a_setting_below_one_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="mode has no settings below it"):
        read_settings(written(tmp_path, 'mode = "page"'), ("mode.x=1",))


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"mode = \nkeep = []", "line 1"),
        (b"mode = 1\nmode = 2\n", "line 2"),
        (b"mode = '\xff'", "utf-8"),
        (b"mdoe = 1", "did you mean mode?"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, content: bytes, hint: str) -> None:
    path = tmp_path / "archiver.toml"
    path.write_bytes(content)
    with pytest.raises(UsageError) as caught:
        read_settings(path)
    assert hint in str(caught.value)


@pytest.mark.parametrize("name", ["no-such.toml", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"settings file .*: "):
        read_settings(tmp_path / name)


def test_the_same_settings_have_the_same_digest() -> None:
    assert Settings(fields={"a": "1", "b": "2"}).digest() == Settings(fields={"b": "2", "a": "1"}).digest()
    assert Settings(aggressiveness=1).digest() == Settings(aggressiveness=1.0).digest()
    assert Settings(keep=["caption"]).digest() == Settings(keep=("caption",)).digest()  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_changes_the_digest_but_which_documents_are_cleaned(name: str) -> None:
    other = replace(Settings(), **{name: getattr(CHANGED, name)})
    assert (other.digest() != Settings().digest()) is (name != "select")


@pytest.mark.parametrize("name", [field.name for field in fields(Limits)])
def test_every_limit_changes_the_digest(name: str) -> None:
    assert Settings(limits=replace(Limits(), **{name: getattr(Limits(), name) // 2})).digest() != Settings().digest()


def test_the_digest_is_the_same_in_every_process() -> None:
    program = (
        "from archiver.settings import Settings; print(Settings(fields={'b': 'x', 'a': 'y'}, keep=('ad',)).digest())"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
    assert found == Settings(fields={"a": "y", "b": "x"}, keep=("ad",)).digest()


class TestTheSchemaCountsByItsContent:
    def digest_of(self, path: Path, content: str) -> str:
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return Settings(schema=str(path)).digest()

    def test_not_by_its_name(self, tmp_path: Path) -> None:
        one = self.digest_of(tmp_path / "a.json", '{"required": ["title"]}')
        assert one == self.digest_of(tmp_path / "b.json", '{"required": ["title"]}')
        assert one != self.digest_of(tmp_path / "c.json", '{"required": ["authors"]}')
        assert str(tmp_path) not in Settings(schema=str(tmp_path / "a.json")).to_json()

    def test_with_that_of_the_files_it_refers_to(self, tmp_path: Path) -> None:
        found = set()
        for name, inner in (("a", "1"), ("b", "2"), ("c", "2")):
            folder = tmp_path / name
            self.digest_of(folder / "inner.json", f'{{"maxLength": {inner}}}')
            self.digest_of(folder / "middle.json", '{"$ref": "inner.json#/x"}')
            found.add(self.digest_of(folder / "outer.json", '{"properties": {"title": {"$ref": "middle.json"}}}'))
        assert len(found) == 2

    def test_a_reference_does_not_lead_out_of_its_folder(self, tmp_path: Path) -> None:
        found = set()
        for inner in ("1", "2"):
            (tmp_path / "outside.json").write_text(inner)
            found.add(self.digest_of(tmp_path / f"in{inner}" / "s.json", '{"$ref": "../outside.json"}'))
        assert len(found) == 1


def test_settings_pickle() -> None:
    found = pickle.loads(pickle.dumps(CHANGED))
    assert found == CHANGED
    assert found.digest() == CHANGED.digest()


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@given(
    st.sampled_from(("article", "page")),
    st.floats(0, 1),
    st.none() | texts,
    st.dictionaries(texts, texts, max_size=3),
    st.integers(0, 10**12),
)
def test_what_is_written_as_toml_is_read_back(
    mode: str, aggressiveness: float, schema: str | None, columns: dict[str, str], depth: int
) -> None:
    settings = Settings(
        mode=mode, aggressiveness=aggressiveness, schema=schema, fields=columns, limits=Limits(depth=depth)
    )
    with tempfile.TemporaryDirectory() as folder:
        assert read_settings(written(Path(folder), settings.to_toml())) == settings

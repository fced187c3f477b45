"""What the command line may name, and the uris that come of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archiver.errors import UsageError
from archiver.record import Skip
from archiver.sources.inputs import STDIN, InputFile, find_inputs


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """news/{a.html, b.txt, 2024/c.md, .DS_Store, .git/config, empty.txt} and other/a.html, in the current folder."""
    for name in ("news/a.html", "news/b.txt", "news/2024/c.md", "news/.DS_Store", "news/.git/config", "other/a.html"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    (tmp_path / "news/empty.txt").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def uris(*arguments: str | Path) -> list[str]:
    return [file.uri for file in find_inputs(arguments)[0]]


def test_a_folder_is_searched_and_what_is_passed_over_is_told(tree: Path) -> None:
    files, skips = find_inputs(["news"])
    assert files == [
        InputFile(tree / "news/2024/c.md", "news/2024/c.md", 14),
        InputFile(tree / "news/a.html", "news/a.html", 11),
        InputFile(tree / "news/b.txt", "news/b.txt", 10),
    ]
    assert skips == [Skip("news/.DS_Store", "hidden"), Skip("news/.git", "hidden"), Skip("news/empty.txt", "empty")]


URIS = [
    (["news/a.html"], ["a.html"]),
    (["news/"], ["news/2024/c.md", "news/a.html", "news/b.txt"]),
    (["./news/../news/2024"], ["2024/c.md"]),
    (["news/.DS_Store"], [".DS_Store"]),
    (["news/*.html"], ["news/a.html"]),
    (["news/*"], ["news/2024/c.md", "news/a.html", "news/b.txt"]),
    (["news/**/*"], ["news/2024/c.md", "news/a.html", "news/b.txt"]),
    (["*/a.html"], ["news/a.html", "other/a.html"]),
    (["**/*.md"], ["news/2024/c.md"]),
    (["news/.git/*"], [".git/config"]),
    (["-", "news/a.html"], ["a.html", "stdin"]),
]


@pytest.mark.parametrize(("arguments", "expected"), URIS, ids=lambda value: " ".join(value))
@pytest.mark.usefixtures("tree")
def test_uris(arguments: list[str], expected: list[str]) -> None:
    assert uris(*arguments) == expected


def test_the_current_folder_goes_by_its_name(tree: Path) -> None:
    assert uris(".")[0] == f"{tree.name}/news/2024/c.md"


def test_a_name_with_glob_characters_is_a_name_first(tree: Path) -> None:
    (tree / "a[1].html").write_text("x")
    assert uris("a[1].html") == ["a[1].html"]


USAGE_ERRORS = [
    ([], "name at least one"),
    (["news/missing.html"], "news/missing.html does not exist"),
    (["news/*.pdf"], r"news/\*.pdf matches nothing"),
    (["news/a.html", "other/a.html"], "news/a.html and .*other/a.html would both be a.html"),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE_ERRORS)
@pytest.mark.usefixtures("tree")
def test_usage_errors_name_what_is_wrong(arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        find_inputs(arguments)


@pytest.mark.usefixtures("tree")
def test_a_file_reached_twice_is_read_once() -> None:
    files, skips = find_inputs(["news/2024", "news", "news/a.html", "news/a.html"])
    assert [file.uri for file in files] == ["2024/c.md", "a.html", "news/b.txt"]
    duplicates = {skip.source_uri for skip in skips if skip.reason == "duplicate-input"}
    assert duplicates == {"news/2024/c.md", "news/a.html", "a.html"}


def test_symbolic_links(tree: Path) -> None:
    links = tree / "links"
    links.mkdir()
    (links / "self").symlink_to(links)
    (links / "loop").symlink_to(links / "loop")
    (links / "dangling").symlink_to(tree / "nowhere")
    (links / "z.html").write_bytes(b"<p>z</p>!!!")
    (links / "page.html").symlink_to(links / "z.html")
    (links / "out.html").symlink_to(tree / "news/a.html")
    os.mkfifo(links / "pipe")
    files, skips = find_inputs(["links"])
    assert [(file.uri, file.size) for file in files] == [("links/z.html", 11)]
    assert {(skip.source_uri, skip.reason) for skip in skips} == {
        ("links/self", "symlinked-folder"),
        ("links/loop", "not-a-file"),
        ("links/dangling", "not-a-file"),
        ("links/pipe", "not-a-file"),
        ("links/out.html", "outside-folder"),
        ("links/page.html", "duplicate-input"),
    }
    assert uris("links/self") == ["self/z.html"]
    assert uris("links/**/*.html") == ["links/z.html"]
    assert uris("links/out.html") == ["out.html"]


def test_standard_input_has_no_size() -> None:
    assert find_inputs(["-", "-"]) == ([InputFile(STDIN, "stdin", 0)], [Skip("stdin", "duplicate-input")])


def test_file_names_that_are_not_text_give_uris_that_are(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text("x")
    assert uris(tmp_path) == [f"{tmp_path.name}/caf\\xe9.txt"]


def test_no_two_names_become_one(tmp_path: Path) -> None:
    for name in (rb"a\xff.txt", b"a\xff.txt", rb"a\\xff.txt", b"a\\\xff.txt", rb"a\b.txt"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("x")
    assert sorted(uris(tmp_path)) == [
        f"{tmp_path.name}/{name}" for name in (r"a\\\\xff.txt", r"a\\\xff.txt", r"a\\xff.txt", r"a\b.txt", r"a\xff.txt")
    ]


def test_a_file_called_like_a_part_of_another_gets_another_name(tmp_path: Path) -> None:
    names = ("rows.jsonl", "rows.jsonl#row=3", r"rows.jsonl\x23row=3", "alone.jsonl#row=3", "x.zip", "x.zip!a!b.html")
    for name in names:
        (tmp_path / name).write_text("x")
    assert sorted(uris(tmp_path)) == [
        f"{tmp_path.name}/{name}"
        for name in (
            "alone.jsonl#row=3",
            "rows.jsonl",
            r"rows.jsonl\\x23row=3",
            r"rows.jsonl\x23row=3",
            "x.zip",
            r"x.zip\x21a\x21b.html",
        )
    ]

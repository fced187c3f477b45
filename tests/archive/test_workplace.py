"""What stands in the output folder decides what may be done there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from archiver.archive.direct import write_archive
from archiver.archive.reader import read_archive
from archiver.archive.terms import terms_of
from archiver.archive.workplace import Existing, workplace
from archiver.errors import UsageError
from archiver.record import Record

EVERY_WAY: tuple[Existing, ...] = ("refuse", "resume", "append", "overwrite")
TERMS = terms_of(None, (), None, None)


@pytest.fixture
def out(tmp_path: Path, make_record: Callable[..., Record]) -> Path:
    """An archive of one record, in a folder with what a user may have put there."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out/README.md").write_text("Archives go here.")
    (tmp_path / "out/.gitignore").write_text("*")
    write_archive([make_record("Old.")], tmp_path / "out")
    return tmp_path / "out"


def texts(out: Path) -> list[str]:
    return [str(text) for text in read_archive(out).to_table()["text"].to_pylist()]


@pytest.mark.parametrize("existing", EVERY_WAY)
def test_an_empty_folder_takes_anything(tmp_path: Path, existing: Existing) -> None:
    with workplace(tmp_path / "new/out", existing) as place:
        assert place.root == place.out == tmp_path / "new/out"


@pytest.mark.parametrize("existing", EVERY_WAY)
@pytest.mark.parametrize("name", ["notes.txt", "data/table.csv", "data/part-1.parquet", "receipts/scan.pdf"])
def test_foreign_files_are_never_touched(out: Path, existing: Existing, name: str) -> None:
    (out / name).write_text("mine")
    with pytest.raises(UsageError, match=name.rpartition("/")[2]), workplace(out, existing):
        pass
    assert (out / name).read_text() == "mine"
    assert texts(out) == ["Old."]


@pytest.mark.parametrize("existing", EVERY_WAY)
def test_data_of_another_program_is_no_archive(tmp_path: Path, existing: Existing) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/part-00000.parquet").write_text("mine")
    with pytest.raises(UsageError, match="no archive of archiver"), workplace(tmp_path, existing):
        pass


def test_the_output_must_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(UsageError, match="must be a folder"), workplace(tmp_path / "out", "overwrite"):
        pass


def test_a_finished_archive_is_refused_and_the_ways_are_named(out: Path) -> None:
    with pytest.raises(UsageError, match=r"--append.*--overwrite"), workplace(out, "refuse"):
        pass


@pytest.mark.parametrize("existing", ["refuse", "append"])
def test_an_unfinished_run_must_be_resumed_first(tmp_path: Path, existing: Existing) -> None:
    with workplace(tmp_path, "refuse") as place:
        place.begin(TERMS)
    with pytest.raises(UsageError, match="--resume"), workplace(tmp_path, existing):
        pass
    with workplace(tmp_path, "resume") as place:
        assert place.unfinished_terms() == TERMS


@pytest.mark.parametrize("existing", ["refuse", "append"])
def test_an_unfinished_overwrite_must_be_resumed_first(out: Path, existing: Existing) -> None:
    with workplace(out, "overwrite") as place:
        place.begin(TERMS)
    assert texts(out) == ["Old."]
    with pytest.raises(UsageError, match="--overwrite"), workplace(out, existing):
        pass
    with workplace(out, "resume") as place:
        assert place.unfinished_terms() == TERMS
        assert place.root != out


@pytest.mark.parametrize("renames", range(12))
def test_a_swap_that_is_cut_off_is_finished_by_the_next_writer(
    out: Path, tmp_path: Path, make_record: Callable[..., Record], monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    """The swap is a row of renames; it stops after each of them in turn."""
    write_archive([make_record("New.")], tmp_path / "new")
    shutil.copytree(tmp_path / "new", out / ".building")
    rename, left = Path.rename, [renames]

    def rename_or_stop(self: Path, target: Path) -> Path:
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", rename_or_stop)
        try:
            with workplace(out, "resume") as place:
                place.end()
        except KeyboardInterrupt:
            pass
    with workplace(out, "resume") as place:
        place.end()
    assert texts(out) == ["New."]
    assert (out / "README.md").read_text() == "Archives go here."
    hidden = {path.name for path in out.iterdir() if path.name.startswith(".")}
    assert hidden == {".gitignore", ".lock"}


@pytest.mark.parametrize("existing", EVERY_WAY)
def test_a_folder_that_may_not_be_written_is_a_wrong_call(
    out: Path, existing: Existing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: FileLock) -> None:
        raise PermissionError(13, "Permission denied", str(out / ".lock"))

    monkeypatch.setattr(FileLock, "acquire", refuse)
    told = f"^cannot write to {re.escape(str(out))}: Permission denied$"
    with pytest.raises(UsageError, match=told), workplace(out, existing):
        pass


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from archiver.archive.workplace import workplace\n"
        "with workplace(Path(sys.argv[1]), 'resume'): print('locked', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        with pytest.raises(UsageError, match="another process"), workplace(tmp_path, "resume"):
            pass
        other.kill()
    with workplace(tmp_path, "resume"):
        """The dead process does not hold the lock."""


def test_what_a_killed_writer_left_is_removed(out: Path) -> None:
    (out / "data/.part-00001.parquet.unfinished").write_text("torn")
    with workplace(out, "resume"):
        assert not (out / "data/.part-00001.parquet.unfinished").exists()

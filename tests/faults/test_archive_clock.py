"""A clock that is ten years off, in Python and in every library that asks the system: the same archive."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.archive.samples import content, write_input
from tests.faults.conftest import Tries

ROOT = Path(__file__).parents[2]
YEARS = 10
SOURCE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

static const long offset = OFFSET;

int clock_gettime(clockid_t clock, struct timespec *when) {
    static int (*asked)(clockid_t, struct timespec *);
    if (!asked) asked = dlsym(RTLD_NEXT, "clock_gettime");
    int status = asked(clock, when);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) when->tv_sec += offset;
    return status;
}

int gettimeofday(struct timeval *when, void *zone) {
    struct timespec now;
    int status = clock_gettime(CLOCK_REALTIME, &now);
    when->tv_sec = now.tv_sec;
    when->tv_usec = now.tv_nsec / 1000;
    return status;
}

time_t time(time_t *when) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (when) *when = now.tv_sec;
    return now.tv_sec;
}
"""

COMPILER = shutil.which("cc")
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or COMPILER is None, reason="the clock is set by a small library in C"
)


def clock(folder: Path, years: int) -> Path:
    """A library that sets the clock of the program that loads it."""
    (folder / "clock.c").write_text(SOURCE.replace("OFFSET", f"{years * 31_557_600}L"))
    library = folder / f"clock{years}.so"
    subprocess.run([str(COMPILER), "-shared", "-fPIC", "-o", library, folder / "clock.c", "-ldl"], check=True)
    return library


def archive(source: Path, out: Path, library: Path | None) -> int:
    """Make an archive with two workers, forget a document, and return the year in which that was."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **({"LD_PRELOAD": str(library)} if library else {})}
    for arguments in (
        ["clean", str(source), "--out", str(out), "--keep-source", "--workers", "2", "--quiet"],
        ["forget", str(out), "in/page1.txt", "--reason", "asked to"],
        ["export", str(out), "--bagit", f"{out}.bag"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "archiver", *arguments], env=environment, capture_output=True, text=True
        )
        assert done.returncode in (0, 1), done.stderr
    return int(json.loads((out / "run.json").read_text())["started"][:4])


def test_the_clock_is_in_no_byte(tmp_path: Path, tries: Tries) -> None:
    source = write_input(tmp_path / "in")
    now = archive(source, tmp_path / "now", None)
    assert (tmp_path / "now/data").is_dir()
    for number in tries("a clock ten years off", 2, 2):
        years = (YEARS, -YEARS)[number]
        out = tmp_path / f"years{years}"
        year = archive(source, out, clock(tmp_path, years))
        assert abs(year - now - years) <= 1, "the clock was not set"
        assert content(out) == content(tmp_path / "now")
        tags = (tmp_path / "now.bag/bagit.txt", tmp_path / "now.bag/data/manifest.json")
        for tag in tags:
            assert Path(str(tag).replace("now.bag", f"years{years}.bag")).read_bytes() == tag.read_bytes()

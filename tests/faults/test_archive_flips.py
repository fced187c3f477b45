"""One bit of an archive flips, anywhere but in ``run.json``: verification finds it, and says in which file."""

from __future__ import annotations

import random
from pathlib import Path

from archiver.archive.isolation import Readers
from archiver.archive.verify import verify_archive
from tests.archive.samples import make_archive
from tests.faults.conftest import Tries


def test_a_flipped_bit_is_found(tmp_path: Path, tries: Tries) -> None:
    """Half of the flips fall anywhere by size, the other half in each file alike: the small ones have their share."""
    out = make_archive(tmp_path)
    files = [path for path in sorted(out.rglob("*")) if path.is_file() and path.name not in ("run.json", ".lock")]
    chance = random.Random(9)
    with Readers() as readers:
        assert verify_archive(out, readers).sound
        for number in tries("one flipped bit anywhere in an archive but run.json", 40, 1000):
            sizes = [path.stat().st_size for path in files] if number % 2 else None
            path = chance.choices(files, sizes)[0]
            before = path.read_bytes()
            bit = chance.randrange(8 * len(before))
            flipped = bytearray(before)
            flipped[bit // 8] ^= 1 << bit % 8
            path.write_bytes(flipped)
            found = verify_archive(out, readers).findings
            name = path.relative_to(out).as_posix()
            names = {name, "manifest.json"} if name == "manifest.sha256" else {name}
            assert names & {finding.file for finding in found}, (name, bit, found)
            path.write_bytes(before)
        assert verify_archive(out, readers).sound

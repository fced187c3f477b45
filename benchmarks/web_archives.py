"""A web archive of real pages, a part of its records damaged, is cleaned in one command; what becomes of it is counted.

    python -m benchmarks.web_archives PAGES [--packing gzip|zstd] [--count 2000] [--damaged 0.05] [--repeat 1]

PAGES are folders of ``*.html.gz``. The archive is written with warcio. Printed are the ledger, the failures by code,
whether they are exactly the damaged records, and the peak memory of the driver and of all its workers together.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

import pyarrow.parquet as pq
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

DATE = "2024-05-06T07:08:09Z"
DAMAGES = ("flipped", "cut", "headless", "altered")
_SAMPLE_SECONDS = 0.2


def pages(folders: Sequence[Path], count: int) -> Iterator[bytes]:
    """`count` pages, from the beginning again where there are fewer."""
    paths = [path for folder in folders for path in sorted(folder.glob("*.html.gz"))]
    return (gzip.decompress(path.read_bytes()) for path in islice(cycle(paths), count))


def record(number: int, page: bytes) -> bytes:
    """A response record that is not packed."""
    sink = io.BytesIO()
    writer = WARCWriter(sink, gzip=False)
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    url = f"https://site{number % 97}.example/{number}"
    writer.write_record(
        writer.create_warc_record(
            url, "response", io.BytesIO(page), http_headers=headers, warc_headers_dict={"WARC-Date": DATE}
        )
    )
    return sink.getvalue()


def packed(content: bytes, packing: str) -> bytes:
    return gzip.compress(content, mtime=0) if packing == "gzip" else zstandard.compress(content)


def damaged(content: bytes, packing: str, how: str) -> bytes:
    """A record, packed, with its damage."""
    middle = len(content) // 2
    if how == "altered":
        return packed(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :], packing)
    whole = packed(content, packing)
    middle = len(whole) // 2
    if how == "cut":
        return whole[:middle]
    if how == "headless":
        return b"\xff" * 12 + whole[12:]
    return whole[:middle] + bytes(byte ^ 0xA5 for byte in whole[middle : middle + 20]) + whole[middle + 20 :]


def write_archive(path: Path, contents: Iterator[bytes], packing: str, share: float) -> dict[int, str]:
    """Write the web archive; the offsets of the damaged records, and the damage of each."""
    chance = random.Random(7)
    broken: dict[int, str] = {}
    with path.open("wb") as file:
        for number, page in enumerate(contents):
            content = record(number, page)
            if chance.random() < share:
                broken[file.tell()] = DAMAGES[len(broken) % len(DAMAGES)]
                file.write(damaged(content, packing, broken[file.tell()]))
            else:
                file.write(packed(content, packing))
    return broken


def peak_megabytes(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """The most resident memory of the process, and of it and its children together, until it ends."""
    own = together = 0
    while process.poll() is None:
        sizes = {pid: _resident(pid) for pid in _tree(process.pid)}
        own, together = max(own, sizes.get(process.pid, 0)), max(together, sum(sizes.values()))
        time.sleep(_SAMPLE_SECONDS)
    return own // 1024, together // 1024


def _tree(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(found for child in children for found in _tree(int(child)))]


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


def show(out: Path, broken: dict[int, str], name: str) -> None:
    """Print what the archive in `out` holds, and hold it against what was damaged."""
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    failures = [row for path in sorted(out.glob("failures/*.parquet")) for row in pq.read_table(path).to_pylist()]
    articles = pq.read_table(out / "data", columns=["url", "fetched_at", "http_status", "source_uri"]).to_pylist()
    lost = [range(at, _end_of(row, at)) for row in failures if (at := int(row["source_uri"].rpartition("=")[2])) >= 0]
    covered = sum(any(at in span for span in lost) for at in broken)
    others = sum(span.start not in broken for span in lost)
    by_kind = Counter((broken.get(int(row["source_uri"].rpartition("=")[2])), row["code"]) for row in failures)
    print("ledger", json.dumps(manifest["ledger"]))
    for (kind, code), count in sorted(by_kind.items(), key=str):
        print(f"  {kind} ─▶ {code}: {count}")
    print(f"{len(broken)} damaged, {covered} of them in {len(failures)} failures, {others} other failures")
    complete = sum(bool(row["url"] and row["fetched_at"] and row["http_status"] == 200) for row in articles)
    print(f"{complete} of {len(articles)} articles of {name} have url, fetch time and status")


def _end_of(failure: dict[str, str], offset: int) -> int:
    """Up to where a failure tells that bytes are lost; a record that was read whole and found wrong is one alone."""
    found = re.search(r"up to offset (\d+) are lost", failure["message"])
    return int(found[1]) if found else offset + 1


def main() -> None:
    """Write, clean, count."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--packing", choices=("gzip", "zstd"), default="gzip")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--damaged", type=float, default=0.05)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--command", default="clean", help="clean, or 'clean --dry-run' to read only")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"crawl.warc.{'gz' if chosen.packing == 'gzip' else 'zst'}"
        broken = write_archive(path, pages(chosen.pages, chosen.count), chosen.packing, chosen.damaged)
        print(f"{path.name}: {chosen.count} pages, {path.stat().st_size / 1e6:.0f} MB")
        out = Path(folder) / "out"
        command = [sys.executable, "-m", "archiver", *chosen.command.split(), str(path), "--out", str(out), "-q"]
        process = subprocess.Popen([*command, "--workers", str(chosen.workers)], stderr=subprocess.DEVNULL)
        driver, together = peak_megabytes(process)
        print(f"exit code {process.returncode}; peak memory: driver {driver} MB, with its workers {together} MB")
        if out.is_dir():
            show(out, broken, path.name)


if __name__ == "__main__":
    main()

"""ZIP, WACZ and tar: what is in a container comes out under its name, and tricks do not work."""

from __future__ import annotations

import gzip
import io
import json
import random
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from archiver.document import RawDocument
from archiver.record import Failure, Skip
from archiver.settings import Limits, Settings
from archiver.sources import InputFile, Piece, read_piece, split
from tests.sources.test_warc import crawl, packed, record, what

PAGE = b"<html><p>The ferry left."
SETTINGS = Settings()


def parquet(text: str) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table({"text": [text]}), sink)
    return sink.getvalue()


MEMBERS = {
    "a/b.html": PAGE,
    "a/c.txt": b"Words.",
    "a/rows.jsonl": b'{"text": "one"}\n{"text": "two"}\n',
    "a/rows.jsonl.gz": gzip.compress(b'{"text": "three"}\n', mtime=0),
    "a/table.csv": b"text\nfour\n",
    "a/t.parquet": parquet("five"),
    "a/c.warc.gz": packed(record(), "gzip"),
    "a/empty.html": b"",
    "a/.hidden": b"x",
    "__MACOSX/a/b.html": b"x",
    "photo.png": b"\x89PNG\r\n\x1a\n",
    "broken.jsonl": b"{no}\n",
}
EXPECTED = [
    ("a/b.html", PAGE),
    ("a/c.txt", b"Words."),
    ("a/rows.jsonl#row=0", b"one"),
    ("a/rows.jsonl#row=1", b"two"),
    ("a/rows.jsonl.gz#row=0", b"three"),
    ("a/table.csv#row=0", b"four"),
    ("a/t.parquet#row=0", b"five"),
    ("a/c.warc.gz#offset=0", b"<!doctype html><p>The ferry left.</p>"),
    ("a/empty.html", "empty"),
    ("a/.hidden", "hidden"),
    ("__MACOSX/a/b.html", "hidden"),
    ("photo.png", "unsupported-type"),
    ("broken.jsonl#row=0", "invalid-json"),
]


def write_zip(path: Path, members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(path, "w", compression) as file:
        file.mkdir("folder")
        for name, content in members.items():
            file.writestr(name, content)


def write_tar(path: Path, members: Mapping[str, bytes], mode: str = "w") -> None:
    with tarfile.open(path, mode) as file:  # type: ignore[call-overload]
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        file.addfile(folder)
        for name, content in members.items():
            info = tarfile.TarInfo(f"./{name}")
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))


def write(path: Path, members: Mapping[str, bytes] = MEMBERS) -> Path:
    if path.suffix == ".zip":
        write_zip(path, members, zipfile.ZIP_STORED if "stored" in path.name else zipfile.ZIP_DEFLATED)
    else:
        write_tar(path, members, "w:gz" if path.suffix == ".gz" else "w")
    return path


def read(path: Path, settings: Settings = SETTINGS) -> list[tuple[str, bytes | str]]:
    return [(result.source_uri, what(result)) for result in read_piece(Piece(path, path.name), settings)]


NAMES = ["x.zip", "stored.zip", "x.tar", "x.tar.gz"]


@pytest.mark.parametrize("name", NAMES)
def test_members_are_read_as_files_are(tmp_path: Path, name: str) -> None:
    assert read(write(tmp_path / name)) == [(f"{name}!{member}", expected) for member, expected in EXPECTED]


@pytest.mark.parametrize("name", ["x.zip", "x.tar"])
def test_a_dot_alone_hides_nothing(tmp_path: Path, name: str) -> None:
    members = {"b/./c.html": PAGE, "././d.html": PAGE, "./.e.html": PAGE, "f/.g/./h.html": PAGE, ".//etc/i": PAGE}
    found = read(write(tmp_path / name, members))
    assert [(member.partition("!")[2], content) for member, content in found] == [
        ("b/c.html", PAGE),
        ("d.html", PAGE),
        (".e.html", "hidden"),
        ("f/.g/h.html", "hidden"),
        ("/etc/i", "unsafe-name"),
    ]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("target", [1, 300, 3_000])
def test_however_a_container_is_cut(tmp_path: Path, name: str, target: int) -> None:
    path = write(tmp_path / name, {**MEMBERS, "last/crawl.warc.gz": crawl("gzip")[0]})
    pieces = list(split(InputFile(path, name, path.stat().st_size), target, SETTINGS))
    assert [(r.source_uri, what(r)) for piece in pieces for r in read_piece(piece, SETTINGS)] == read(path)
    assert len(pieces) > 2 or name.endswith("gz") or target > 300
    if name == "stored.zip" and target == 300:
        assert sum("warc" in piece.uri for piece in pieces) > 10, "the web archive in it is cut itself"


def test_of_a_wacz_only_the_web_archives_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.wacz"
    members = {
        "datapackage.json": b"{}",
        "pages/pages.jsonl": b'{"format": "json-pages-1.0"}\n',
        "archive/data.warc.gz": packed(record(), "gzip"),
    }
    write_zip(path, members, zipfile.ZIP_STORED)
    assert read(path) == [("x.wacz!archive/data.warc.gz#offset=0", b"<!doctype html><p>The ferry left.</p>")]


@pytest.mark.parametrize("member", ["../../etc/x.html", "/etc/x.html", "a/../../x.html", "C:/x.html", "..\\x.html"])
@pytest.mark.parametrize("name", ["x.zip", "x.tar"])
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str, member: str) -> None:
    path = tmp_path / name
    if name == "x.zip":
        write_zip(path, {member: PAGE, "b.html": PAGE})
    else:
        with tarfile.open(path, "w") as file:
            for one in (member, "b.html"):
                info = tarfile.TarInfo(one)
                info.size = len(PAGE)
                file.addfile(info, io.BytesIO(PAGE))
    assert [found for _, found in read(path)] == ["unsafe-name", PAGE]


def test_links_and_devices_in_a_tar_are_no_files(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as file:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo("a.html")
            info.type, info.linkname = kind, "/etc/passwd"
            file.addfile(info)
    assert {found for _, found in read(path)} == {"not-a-file"}


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz"])
def test_bombs_are_bounded(tmp_path: Path, name: str) -> None:
    rows = (json.dumps({"text": "x" * 1000}).encode() + b"\n") * 90_000
    path = write(tmp_path / name, {"a.html": PAGE, "rows.jsonl": rows})
    found = read(path, Settings(limits=Limits(compression_ratio=50)))
    assert found[0][1] == PAGE
    assert found[-1][1] == "compression-ratio"
    assert len(found) < 90_000


def test_members_may_not_overlap(tmp_path: Path) -> None:
    path = write(tmp_path / "x.zip", {"a.html": PAGE * 50, "b.html": PAGE * 50})
    content = bytearray(path.read_bytes())
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = content[content.index(b"PK\x01\x02", 1) + 42 :][:4]
    path.write_bytes(content)
    assert [found for _, found in read(path)] == ["overlapping-members"]


def test_the_number_of_members_is_bounded(tmp_path: Path) -> None:
    for name in ("x.zip", "x.tar"):
        path = write(tmp_path / name, {f"{n}.html": PAGE for n in range(30)})
        assert read(path, Settings(limits=Limits(members=20)))[-1] == (name, "too-many-members")


def test_containers_in_containers_are_left_alone(tmp_path: Path) -> None:
    inner = write(tmp_path / "inner.zip", {"a.html": PAGE}).read_bytes()
    assert read(write(tmp_path / "x.zip", {"inner.zip": inner})) == [("x.zip!inner.zip", "nested-archive")]


def test_damage(tmp_path: Path) -> None:
    noise = random.Random(3).randbytes(4_000).hex().encode()
    path = write(tmp_path / "x.zip", {"a.txt": noise, "b.html": PAGE})
    content = bytearray(path.read_bytes())
    content[500:520] = bytes(20)
    path.write_bytes(content)
    assert [found for _, found in read(path)] == ["corrupt", PAGE]
    path.write_bytes(content[:900])
    assert read(path) == [("x.zip", "invalid-zip")]
    tar = write(tmp_path / "x.tar", {"b.html": PAGE, "a.txt": noise})
    tar.write_bytes(tar.read_bytes()[:4_000])
    results = list(read_piece(Piece(tar, tar.name), SETTINGS))
    assert [type(result) for result in results] == [RawDocument, Failure, Failure]
    assert not any(isinstance(result, Skip) for result in results)


def test_an_encrypted_member_is_a_failure(tmp_path: Path) -> None:
    path = write(tmp_path / "x.zip", {"a.html": PAGE})
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert read(path) == [("x.zip!a.html", "encrypted")]


def test_office_documents_are_no_containers(tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    write_zip(path, {"word/document.xml": b"<w>"})
    assert read(path) == [("letter.docx", "unsupported-type")]

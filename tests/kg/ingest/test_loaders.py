"""Which loader reads what, and real files of many makers where they are there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from ingest_samples import check, parts_of

from kg.errors import DocumentError
from kg.ingest.loaders import BUILT_IN, HEAD, loader_for
from kg.ingest.parsed import Parsed
from kg.ingest.sandbox import Sandbox
from kg.ingest.walk import walk
from kg.types import DocumentStatus

REAL = Path(__file__).parents[3].parent / "shared" / "data" / "formats"
PICTURES = frozenset(BUILT_IN["image"].suffixes)
SCANS = frozenset({"single_table.pdf"})


@pytest.mark.parametrize(
    ("name", "content", "loader"),
    [
        ("notes.txt", b"<html>", "txt"),
        ("notes", b"Some words.", "txt"),
        ("notes.v2", b"Some words.", "txt"),
        ("page", b"\xef\xbb\xbf \n<!DOCTYPE html><p>x", "html"),
        ("mail", b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n\r\nHello", "eml"),
        ("lines", b'{"text": "a"}\n{"text": "b"}\n', "jsonl"),
        ("data", b'{"a": 1}', "json"),
        ("data.JSON", b'{"a": 1}', "json"),
        ("list", b'["a", "b"]', "json"),
        ("brackets", b"[Music plays]\nHello", "txt"),
        ("report", b"%PDF-1.4\n", "pdf"),
        ("report.PDF", b"\n\n%PDF-1.4\n", "pdf"),
        ("shop", b"SQLite format 3\0" + bytes(100), "database"),
    ],
)
def test_content_decides_then_the_name(tmp_path: Path, name: str, content: bytes, loader: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert loader_for(path, content[:HEAD]).name == loader


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("empty.txt", b"", DocumentStatus.BLANK),
        ("empty.pdf", b"", DocumentStatus.BLANK),
        ("white.md", b" \n\t\r\n" * 5000, DocumentStatus.BLANK),
        ("mark.txt", b"\xef\xbb\xbf", DocumentStatus.BLANK),
        ("wide.txt", b"\xff\xfe \x00\n\x00", DocumentStatus.BLANK),
        ("film.mp4", b"\0\0\0\x18ftypmp42", DocumentStatus.UNSUPPORTED),
        ("photo.txt", b"\x89PNG\r\n\x1a\n", DocumentStatus.CORRUPT),
        ("report.txt", b"%PDF-1.4\n", DocumentStatus.CORRUPT),
        ("report.docx", b"%PDF-1.4\n", DocumentStatus.CORRUPT),
        ("report.pdf", b"{\\rtf1 words}", DocumentStatus.CORRUPT),
        ("shop.db", b"no database at all", DocumentStatus.CORRUPT),
        ("text.rtf", b"{\\rtf1 words", DocumentStatus.CORRUPT),
        ("feed.xml", b"<?xml version='1.0'?><a/>", DocumentStatus.NO_TEXT),
        ("cut.docx", b"PK\x03\x04" + bytes(50), DocumentStatus.CORRUPT),
        ("noise.txt", bytes(range(256)) * 20, DocumentStatus.UNDECODABLE),
        ("noise.csv", bytes(range(256)) * 20, DocumentStatus.UNDECODABLE),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, content: bytes, status: DocumentStatus) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        parts_of(path)
    assert caught.value.status is status
    assert caught.value.reason.endswith(".")


@pytest.mark.skipif(not REAL.is_dir(), reason="the public collection of files is not there")
def test_real_files_are_read() -> None:
    counts: Counter[str] = Counter()
    failed: dict[str, DocumentStatus] = {}
    with Sandbox() as sandbox:
        for path in walk([REAL]):
            if path.suffix in PICTURES or path.name in SCANS:  # the OCR has tests of its own
                continue
            try:
                for part in sandbox.parse(path):
                    if isinstance(part, Parsed):
                        check(part)
                        counts[part.media_type] += 1
                    elif not part.external_id.endswith(tuple(PICTURES)):
                        failed[part.title] = part.status
            except DocumentError as error:
                failed[path.name] = error.status
    assert failed == {
        "empty.xlsx": DocumentStatus.BLANK,
        "password_protected.xlsx": DocumentStatus.ENCRYPTED,
        "ATT00002.bin": DocumentStatus.ENCRYPTED,
        "picture.pptx": DocumentStatus.NO_TEXT,
        "report.pdf": DocumentStatus.CORRUPT,  # eight bytes that an example calls a PDF
    }
    assert len(counts) >= 18
    assert sum(counts.values()) > 220

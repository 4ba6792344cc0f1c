"""Tells a file's format by its content first and its name second."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from kg.errors import DocumentError
from kg.types import DocumentStatus

TEXT = "text"
"""What `signature` says of content without a mark of its own."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"SQLite format 3\0", "database"),
    (b"{\\rtf", "RTF"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"%!PS", "PostScript"),
    (b"PAR1", "Parquet"),
    (b"ID3", "audio"),
    (b"OggS", "audio"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKS = re.compile(rb"^(\xef\xbb\xbf)?\s*", re.DOTALL)
_HTML = re.compile(rb"<(!doctype\s+html|html[\s>]|head[\s>]|body[\s>])", re.IGNORECASE)
_MAIL = re.compile(
    rb"\A(From |(Return-Path|Received|Delivered-To|MIME-Version|Message-ID|From|To|Subject|Date|X-[\w-]+):[^\n]*\n)"
    rb"(?=(?s:.{0,4000}?)^(From|To|Subject|Date|Message-ID):)",
    re.IGNORECASE | re.MULTILINE,
)


def signature(path: Path, head: bytes) -> str:
    """Tell the format that the content itself shows.

    Args:
        path: The file; its directory of parts is read where it is a zip file.
        head: Its first bytes, 4 KB or more where there are so many.

    Returns:
        The name of a built-in loader, `TEXT`, or, for what no loader reads, words for a person ("a PNG image").

    Raises:
        DocumentError: it is a protected office file (ENCRYPTED) or a broken zip file (CORRUPT).
    """
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _zipped(path)
    if head.startswith(_OLE):
        return _ole(path)
    for magic, name in _MAGIC:
        if head.startswith(magic) and not (magic == b"MZ" and b"\0" not in head):
            return name
    if head[:4] == b"RIFF" or head[4:8] == b"ftyp":
        return "an image, audio or video file"
    return TEXT


def text_format(head: bytes) -> str:
    """Guess which loader reads a text whose name says nothing."""
    begin = head[_MARKS.match(head).end() :] if _MARKS.match(head) else head  # type: ignore[union-attr]
    if begin.startswith(b"<?xml") and b"<html" not in begin[:2048].lower():
        return "XML"
    if _HTML.match(begin) or (begin.startswith(b"<") and _HTML.search(begin[:2048])):
        return "html"
    if _MAIL.match(begin.replace(b"\r\n", b"\n")):
        return "eml"
    if begin.startswith((b"{", b"[")):
        return _json_format(begin)
    return "txt"


def _json_format(head: bytes) -> str:
    import json

    first, more, rest = head.partition(b"\n")
    try:
        whole = isinstance(json.loads(first), dict)
    except ValueError:
        whole = False
    if whole and more and rest.lstrip().startswith(b"{"):
        return "jsonl"
    return "json" if whole or re.match(rb'[\[{]\s*(["{}\]\[]|-?\d|true|false|null|$)', head) else "txt"


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if any(info.flag_bits & 1 for info in archive.infolist()):
                raise DocumentError(DocumentStatus.ENCRYPTED, "The file is protected by a password.")
            kind = archive.read("mimetype")[:80].decode("ascii", "replace") if "mimetype" in names else ""
    except (zipfile.BadZipFile, EOFError, ValueError, OSError, NotImplementedError) as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The file is damaged or cut short: {error}.") from error
    if any(name.startswith("word/") for name in names):
        return "docx"
    if any(name.startswith("xl/") for name in names):
        return "Excel's binary format (xlsb)" if "xl/workbook.bin" in names else "xlsx"
    if any(name.startswith("ppt/") for name in names):
        return "a PowerPoint presentation"
    if kind.startswith("application/vnd.oasis.opendocument"):
        return "an OpenDocument file"
    return "an EPUB book" if kind.startswith("application/epub") else "a zip archive"


def _ole(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(1 << 20)
        size = file.seek(0, 2)
        file.seek(max(0, size - (1 << 20)))
        data += file.read()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise DocumentError(DocumentStatus.ENCRYPTED, "The file is protected by a password.")
    for stream, name in (
        ("WordDocument", "an old Word document (doc)"),
        ("Workbook", "an old Excel workbook (xls)"),
        ("PowerPoint Document", "an old PowerPoint presentation (ppt)"),
        ("__nameid_version1.0", "an Outlook message (msg)"),
    ):
        if stream.encode("utf-16-le") in data:
            return name
    return "an old office file"

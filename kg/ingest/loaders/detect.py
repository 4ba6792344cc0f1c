"""Tells a file's format by its content first and its name second."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from kg.errors import DocumentError
from kg.types import DocumentStatus

TEXT = "text"
"""What `signature` says of content without a mark of its own."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"SQLite format 3\0", "database"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"\x1f\x8b", "tar"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "tar"),
    (b"\xfd7zXZ\0", "tar"),
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
_GRAPH = re.compile(rb"<(rdf:RDF|graphml)[\s>]")
_HTML = re.compile(rb"<(!doctype\s+html|html[\s>]|head[\s>]|body[\s>])", re.IGNORECASE)
_MAIL = re.compile(
    rb"\A(From |(Return-Path|Received|Delivered-To|MIME-Version|Message-ID|From|To|Subject|Date|X-[\w-]+):[^\n]*\n)"
    rb"(?=(?s:.{0,4000}?)^(From|To|Subject|Date|Message-ID):)",
    re.IGNORECASE | re.MULTILINE,
)


_FEED = re.compile(rb"<(rss|feed|rdf:RDF|\w+\s+xmlns)\b", re.IGNORECASE)
_OPEN_DOCUMENTS = {"text": "odt", "spreadsheet": "ods", "presentation": "odp"}


def signature(path: Path, head: bytes) -> str:
    """Tell the format that the content itself shows.

    Args:
        path: The file; its directory of parts is read where it is a zip file.
        head: Its first bytes, 4 KB or more where there are so many.

    Returns:
        The name of a built-in loader, `TEXT`, or, for what no loader reads, words for a person ("image").

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
    if head[257:262] == b"ustar":
        return "tar"
    if (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or (head[:2] == b"BM" and head[6:10] == bytes(4)):
        return "image"
    if head[:4] == b"RIFF" or head[4:8] == b"ftyp":
        return "an image, audio or video file"
    return TEXT


def text_format(head: bytes) -> str:
    """Guess which loader reads a text whose name says nothing."""
    begin = head[_MARKS.match(head).end() :] if _MARKS.match(head) else head  # type: ignore[union-attr]
    if begin.startswith(b"<") and (graph := _GRAPH.search(begin)):
        return "rdf" if graph[1] == b"rdf:RDF" else "graphml"
    if begin.startswith(b"<?xml") and b"<html" not in begin[:2048].lower():
        return "xml"
    if _HTML.match(begin) or (begin.startswith(b"<") and _HTML.search(begin[:2048])):
        return "html"
    if _MAIL.match(begin.replace(b"\r\n", b"\n")):
        return "mbox" if begin.startswith(b"From ") else "eml"
    if _FEED.match(begin):
        return "xml"
    if begin.startswith((b"{", b"[")):
        return _json_format(begin)
    return "txt"


def _json_format(head: bytes) -> str:
    import json

    first, more, rest = head.partition(b"\n")
    try:
        whole = isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        whole = False
    if whole and more and rest.lstrip().startswith(b"{"):
        return "jsonl"
    return "json" if whole or re.match(rb'[\[{]\s*(["{}\]\[]|-?\d|true|false|null|$)', head) else "txt"


def _zipped(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            locked = sum(bool(member.flag_bits & 1) for member in members)
            declared = archive.open("mimetype") if "mimetype" in names else None
            kind = declared.read(80).decode("ascii", "replace").strip() if declared is not None else ""
            encrypted = False
            if kind.startswith("application/vnd.oasis") and "META-INF/manifest.xml" in names:
                encrypted = b"encryption-data" in archive.open("META-INF/manifest.xml").read(1 << 20)
    except (zipfile.BadZipFile, EOFError, ValueError, OSError, zlib.error, NotImplementedError) as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The file is damaged or cut short: {error}.") from error
    except RuntimeError as error:  # what says what it is is locked too
        raise DocumentError(DocumentStatus.ENCRYPTED, "The file is protected by a password.") from error
    found = _packed(names, kind)
    if encrypted or (locked and (found != "zip" or locked == len(members))):
        raise DocumentError(DocumentStatus.ENCRYPTED, "The file is protected by a password.")
    return found


def _packed(names: set[str], kind: str) -> str:
    """The format of a zip file by the names of its parts and by what it declares itself to be."""
    open_document = kind.removeprefix("application/vnd.oasis.opendocument.").removesuffix("-template")
    if open_document != kind:
        return _OPEN_DOCUMENTS.get(open_document, "an OpenDocument drawing or formula")
    if kind.startswith("application/epub"):
        return "epub"
    if "xl/workbook.bin" in names:
        return "xls"
    if names & {"[Content_Types].xml", "_rels/.rels"}:
        for folder, found in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
            if any(name.startswith(folder) for name in names):
                return found
        return "an office file of another kind"
    if any(name.endswith(".iwa") for name in names):
        return "an iWork file"
    return "a program" if "META-INF/MANIFEST.MF" in names else "zip"


def _ole(path: Path) -> str:
    import olefile

    try:
        with olefile.OleFileIO(path) as file:
            streams = {entry[0] for entry in file.listdir(streams=True, storages=True)}
    except Exception as error:  # olefile raises whatever comes up in a damaged file
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes()[: 1 << 24]:
            raise DocumentError(DocumentStatus.ENCRYPTED, "The file is protected by a password.") from error
        raise DocumentError(DocumentStatus.CORRUPT, f"The file is damaged or cut short: {error}.") from error
    if "EncryptedPackage" in streams:
        raise DocumentError(DocumentStatus.ENCRYPTED, "The file is protected by a password.")
    for stream, name in (
        ("WordDocument", "an old Word document (doc)"),
        ("Workbook", "xls"),
        ("Book", "xls"),
        ("PowerPoint Document", "an old PowerPoint presentation (ppt)"),
        ("__properties_version1.0", "msg"),
    ):
        if stream in streams:
            return name
    return "an old office file"

"""Zip archives: each file in them is a document of its own."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from kg.errors import DocumentError
from kg.ingest.loaders.nesting import MARK, Nesting, file_name, is_left_out
from kg.ingest.parsed import Part, Unread
from kg.types import DocumentStatus

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError, RuntimeError)
_ENCRYPTED = 1
_UTF8 = 0x800


def load(path: Path, name: str, nesting: Nesting) -> Iterator[Part]:
    """Read what lies in an archive, file by file.

    Raises:
        DocumentError: it is damaged (CORRUPT), empty (BLANK), or unpacks to too much (TOO_LARGE).
    """
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The archive is damaged or cut short: {error}.") from error
    with archive:
        members = [member for member in archive.infolist() if not member.is_dir() and not is_left_out(member.filename)]
        if not members:
            raise DocumentError(DocumentStatus.BLANK, "The archive holds no files.")
        if len(members) > nesting.budget.files or sum(m.file_size for m in members) > nesting.budget.bytes:
            raise DocumentError(DocumentStatus.TOO_LARGE, "The archive unpacks to more than is read of one file.")
        seen: dict[str, int] = {}
        for member in members:
            inner = _name(member)
            seen[inner] = seen.get(inner, 0) + 1
            if seen[inner] > 1:
                inner = f"{inner} ({seen[inner]})"
            if (failure := _refused(member)) is not None:
                yield Unread(f"{name}{MARK}{inner}", *failure, title=file_name(inner))
                continue
            try:
                content = archive.open(member)
            except _BROKEN as error:
                reason = f"The file is damaged: {error}."
                yield Unread(f"{name}{MARK}{inner}", DocumentStatus.CORRUPT, reason, file_name(inner))
                continue
            with content:
                yield from nesting.parts(name, inner, content, archive=True)


def _refused(member: zipfile.ZipInfo) -> tuple[DocumentStatus, str] | None:
    if stat.S_ISLNK(member.external_attr >> 16):
        return DocumentStatus.UNSUPPORTED, "It is a link, which is not followed."
    if member.flag_bits & _ENCRYPTED:
        return DocumentStatus.ENCRYPTED, "The file is protected by a password."
    return None


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name; names in no declared encoding are UTF-8 or, as in Chinese archives, GB18030 where they fit."""
    if member.flag_bits & _UTF8 or member.filename.isascii():
        return member.filename
    raw = member.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.filename

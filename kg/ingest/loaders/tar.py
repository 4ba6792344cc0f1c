"""Tar archives and single compressed files (gzip, bzip2, xz): each file in them is a document of its own."""

from __future__ import annotations

import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from kg.errors import DocumentError
from kg.ingest.loaders.nesting import MARK, Nesting, file_name, is_left_out
from kg.ingest.parsed import Part, Unread
from kg.types import DocumentStatus

_BROKEN = (tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)
_BLOCK = 512
_SUFFIXES = (".gz", ".bz2", ".xz")


def load(path: Path, name: str, nesting: Nesting) -> Iterator[Part]:
    """Read what lies in an archive, file by file.

    Raises:
        DocumentError: it is damaged (CORRUPT), empty (BLANK), or unpacks to too much (TOO_LARGE).
    """
    try:
        with _opened(path) as stream:
            bounded = _Bounded(stream, nesting)
            head = bounded.read(_BLOCK)
            if _is_tar(head):
                yield from _members(bounded.again(head), name, nesting)
            elif head:
                yield from nesting.parts(name, _inner_name(name), cast(IO[bytes], bounded.again(head)), archive=True)
            else:
                raise DocumentError(DocumentStatus.BLANK, "The archive holds nothing.")
    except _BROKEN as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The archive is damaged or cut short: {error}.") from error


def _opened(path: Path) -> IO[bytes]:
    import bz2
    import gzip

    with path.open("rb") as file:
        head = file.read(6)
    if head.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.open(path, "rb"))
    if head.startswith(b"BZh"):
        return cast(IO[bytes], bz2.open(path, "rb"))
    if head.startswith(b"\xfd7zXZ\0"):
        return cast(IO[bytes], lzma.open(path, "rb"))
    return path.open("rb")


def _is_tar(block: bytes) -> bool:
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def _members(stream: _Bounded, name: str, nesting: Nesting) -> Iterator[Part]:
    seen: dict[str, int] = {}
    with tarfile.open(fileobj=cast(IO[bytes], stream), mode="r|", encoding="utf-8", errors="replace") as archive:
        for member in archive:
            if member.isdir() or is_left_out(member.name):
                continue
            inner = member.name.removeprefix("./")
            seen[inner] = seen.get(inner, 0) + 1
            if seen[inner] > 1:
                inner = f"{inner} ({seen[inner]})"
            if member.size > nesting.budget.bytes:
                raise DocumentError(DocumentStatus.TOO_LARGE, "The archive unpacks to more than is read of one file.")
            content = archive.extractfile(member) if member.isreg() else None
            if content is None:
                reason = "It is a link or a device, which is not followed."
                yield Unread(f"{name}{MARK}{inner}", DocumentStatus.UNSUPPORTED, reason, file_name(inner))
            else:
                yield from nesting.parts(name, inner, content, archive=True)
    if not seen:
        raise DocumentError(DocumentStatus.BLANK, "The archive holds no files.")


def _inner_name(name: str) -> str:
    plain = file_name(name)
    for suffix in _SUFFIXES:
        if plain.lower().endswith(suffix):
            return plain[: -len(suffix)] or "content"
    return "content"


class _Bounded(io.RawIOBase):
    """A stream of which no more is read than may be unpacked: what a tar archive skips costs time too."""

    def __init__(self, stream: IO[bytes], nesting: Nesting, front: bytes = b"") -> None:
        self._stream = stream
        self._nesting = nesting
        self._front = front
        self._left = 2 * nesting.budget.bytes  # what is read is counted once more where it is kept

    def again(self, front: bytes) -> _Bounded:
        """The same stream with bytes put back in front."""
        return _Bounded(self._stream, self._nesting, front)

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read bytes.

        Raises:
            DocumentError: more than may be unpacked.
        """
        piece, self._front = (self._front[:size], self._front[size:]) if size >= 0 else (self._front, b"")
        if size < 0 or len(piece) < size:
            more = self._stream.read(size - len(piece) if size >= 0 else 1 << 20)
            piece += more or b""
        self._left -= len(piece)
        if self._left < 0:
            raise DocumentError(DocumentStatus.TOO_LARGE, "The archive unpacks to more than is read of one file.")
        return piece

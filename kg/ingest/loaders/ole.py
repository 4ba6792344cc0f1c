"""Compound files of old office programs: what a program packed into one."""

from __future__ import annotations

import io
import struct

_NATIVE = "\x01Ole10Native"


def packaged(content: bytes) -> tuple[str, bytes] | None:
    """The file that an embedded object holds, with its name ("" where it says none); None where it holds no file."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(content)) as file:
            if file.exists("Package"):
                return "", file.openstream("Package").read()
            if file.exists(_NATIVE):
                return _native(file.openstream(_NATIVE).read())
            if file.exists("Workbook"):
                return "workbook.xls", content
    except Exception:  # olefile raises whatever comes up in a damaged file
        return None
    return None


def _native(data: bytes) -> tuple[str, bytes] | None:
    """Read an Ole10Native stream: size, flags, label, two paths, size, content."""
    at = 6
    label, at = _text(data, at)
    _, at = _text(data, at)
    at += 4
    (length,) = struct.unpack_from("<I", data, at)
    at += 4 + length
    (size,) = struct.unpack_from("<I", data, at)
    content = data[at + 4 : at + 4 + size]
    return (label, content) if content else None


def _text(data: bytes, start: int) -> tuple[str, int]:
    end = data.index(b"\0", start)
    return data[start:end].decode("utf-8", "replace"), end + 1

"""Reads a whole file that holds one text."""

from __future__ import annotations

from pathlib import Path

from kg.errors import DocumentError
from kg.ingest.loaders.encoding import decode
from kg.types import DocumentStatus

LARGEST = 128 << 20
"""Bytes of one text file; more than the text of one document may have in any encoding but UTF-32."""


def read_text(path: Path, declared: str | None = None) -> str:
    """Read and decode a text file; line ends become "\\n".

    Args:
        path: The file.
        declared: An encoding that its envelope names.

    Raises:
        DocumentError: it is too large, blank, or in no known encoding.
    """
    text = decode(read_bytes(path), declared).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip("\0 \t\n\f\v\x1a\ufeff"):
        raise DocumentError(DocumentStatus.BLANK, "The file holds nothing but white space.")
    return text


def read_bytes(path: Path) -> bytes:
    """Read a file that fits in memory.

    Raises:
        DocumentError: it is too large (TOO_LARGE) or cannot be opened (FAILED).
    """
    try:
        if path.stat().st_size > LARGEST:
            raise DocumentError(DocumentStatus.TOO_LARGE, f"The file has more than {LARGEST >> 20} MB.")
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(DocumentStatus.FAILED, f"The file cannot be opened: {error.strerror}.") from error

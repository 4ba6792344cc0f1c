"""Turns the bytes of a text file into text, whatever encoding they are in, or says that none fits."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import TextIO

from kg.errors import DocumentError
from kg.ingest.loaders.ordinary import CANDIDATES
from kg.types import DocumentStatus

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 1 << 16
_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1c-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ue000-\uf8ff]")


def decode(data: bytes, declared: str | None = None) -> str:
    """Decode a text file.

    A byte order mark decides; then UTF-8, then what the file declares, then UTF-16 without a mark by its pattern of
    zero bytes or its characters, then the multi-byte and single-byte encodings whose characters make the most ordinary
    text.

    Args:
        data: The whole file.
        declared: An encoding that the file itself or its envelope names.

    Raises:
        DocumentError: no encoding fits (UNDECODABLE).
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            text = _strict(data[len(mark) :], name)
            return _fail(f"It begins with the mark of {name} but is not {name}.") if text is None else text
    zeros = data[:_SAMPLE].count(0)
    if zeros * 50 <= min(len(data), _SAMPLE):
        text = _strict(data, "utf-8")
        if text is not None and _plain(text):
            return text
        if (damaged := _damaged_utf8(data)) is not None:
            return damaged
        if declared and (text := _strict(data, declared)) is not None and _plain(text):
            return text
    return _guess(data)


def open_text(path: Path) -> TextIO:
    """Open a text file of any size in its encoding; line ends stay as they are.

    What `decode` says of a file's beginning, or of the first place that is not UTF-8, is held to for all of it.

    Raises:
        DocumentError: no encoding fits (UNDECODABLE), or it cannot be opened (FAILED).
    """
    try:
        return path.open(encoding=_encoding(path), errors="replace", newline="")
    except OSError as error:
        raise DocumentError(DocumentStatus.FAILED, f"The file cannot be opened: {error.strerror}.") from error


def _encoding(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
        for mark, name in _BOMS:
            if head.startswith(mark):
                return {"utf-8": "utf-8-sig"}.get(name, name.removesuffix("-le").removesuffix("-be"))
        piece = head
        if head.count(0) * 50 <= len(head):
            try:
                while piece:
                    decoder.decode(piece)
                    piece = file.read(1 << 20)
                decoder.decode(b"", final=True)
                return "utf-8"
            except UnicodeDecodeError as error:
                piece = piece[max(0, error.start - _SAMPLE // 2) :][:_SAMPLE]
        if _damaged_utf8(piece) is not None:
            return "utf-8"
        best, score = _best(piece)
    if score < 0.5:
        _fail("The bytes are no text in any encoding that is known.")
    return best


def _best(data: bytes) -> tuple[str, float]:
    """The encoding in which the first bytes make the most ordinary text, and how ordinary that is."""
    best, best_score = "", 0.0
    for name, ordinary in CANDIDATES:
        sample = _sample(data, name)
        if sample is None or not _plain(sample):
            continue
        if (score := ordinary(sample)) > best_score:
            best, best_score = name, score
    return best, best_score


def _guess(data: bytes) -> str:
    best, best_score = _best(data)
    if best_score < 0.5:
        text = data.decode("utf-8", "replace")
        if text.count("\ufffd") * 200 <= len(text) and _plain(text):  # a few bad bytes in much good text
            return text
        return _fail("The bytes are no text in any encoding that is known.")
    return data.decode(best, "strict" if len(data) <= _SAMPLE else "replace")


def _damaged_utf8(data: bytes) -> str | None:
    """UTF-8 with a few broken characters (a cut, a bad copy) is still UTF-8."""
    sample = data[:_SAMPLE].decode("utf-8", "replace")
    broken = sample.count("\ufffd")
    whole = sum(char > "\x7f" for char in sample) - broken
    return data.decode("utf-8", "replace") if whole > 0 and broken * 50 <= whole and _plain(sample) else None


def _sample(data: bytes, name: str) -> str | None:
    """Decode the first bytes strictly, but for a character that the cut goes through."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        return decoder.decode(data[:_SAMPLE], final=len(data) <= _SAMPLE)
    except (UnicodeDecodeError, ValueError):
        return None


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _plain(text: str) -> bool:
    """Whether control and private characters are as rare as in text."""
    return len(_CONTROL.findall(text[:_SAMPLE])) * 200 <= min(len(text), _SAMPLE)


def _fail(reason: str) -> str:
    raise DocumentError(DocumentStatus.UNDECODABLE, reason)

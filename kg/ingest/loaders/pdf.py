"""PDF files, with pdfium; with pypdf where pdfium cannot open one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import DocumentError
from kg.ingest.composer import Composer, first_of, one_line, stem
from kg.ingest.dates import pdf_date
from kg.ingest.loaders.pdflines import Line, body_size, page_lines, write_lines
from kg.ingest.parsed import Parsed
from kg.types import DocumentStatus

if TYPE_CHECKING:
    import pypdfium2

_TAIL = 4096


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read a PDF: paragraphs and headings by the sizes and distances of its lines, each on its page.

    Raises:
        DocumentError: it is protected (ENCRYPTED), cut short or damaged (CORRUPT), or has no text, like a scan
        (NO_TEXT).
    """
    _refuse_cut(path)
    try:
        yield _with_pdfium(path, name)
    except _UnopenedError as error:
        yield _with_pypdf(path, name, str(error))


class _UnopenedError(Exception):
    """Pdfium cannot open the file."""


def _refuse_cut(path: Path) -> None:
    """A PDF ends with a mark. What is left of one that was cut short would read as if it were all."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        tail = file.read()
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise DocumentError(DocumentStatus.CORRUPT, "The file is cut short: its end mark is missing.")


def _with_pdfium(path: Path, name: str) -> Parsed:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise DocumentError(DocumentStatus.ENCRYPTED, "The file is protected by a password.") from error
        raise _UnopenedError(str(error)) from error
    try:
        pages: list[list[Line]] = []
        empty: list[int] = []
        for index in range(count):
            lines = _lines(document, index)
            pages.append(lines)
            if not lines:
                empty.append(index + 1)
        info = {key: one_line(value) for key, value in document.get_metadata_dict(skip_empty=True).items()}
    finally:
        document.close()
    composer = Composer()
    size = body_size(pages)
    for number, lines in enumerate(pages, 1):
        composer.page = number
        write_lines(composer, lines, size)
    _refuse_scan(composer, count)
    metadata: dict[str, object] = {"pages": count}
    if empty:
        metadata["pages_without_text"] = empty
    return composer.parsed(
        first_of(_title(info.get("Title", "")), composer.first_heading, stem(name)),
        "application/pdf",
        date=pdf_date(info.get("CreationDate", "")),
        metadata=metadata,
    )


def _lines(document: pypdfium2.PdfDocument, index: int) -> list[Line]:
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"Page {index + 1} is damaged: {error}.") from error
    try:
        return page_lines(page)
    finally:
        page.close()


def _with_pypdf(path: Path, name: str, reason: str) -> Parsed:
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    composer = Composer()
    try:
        reader = pypdf.PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError(DocumentStatus.ENCRYPTED, "The file is protected by a password.")
        for number, page in enumerate(reader.pages, 1):
            composer.page = number
            composer.paragraph(page.extract_text())
        count = len(reader.pages)
    except DocumentError:
        raise
    except Exception as error:  # pypdf raises whatever comes up in a damaged file
        raise DocumentError(DocumentStatus.CORRUPT, f"The file is damaged: {reason} ({error})") from error
    if not count:
        raise DocumentError(DocumentStatus.CORRUPT, f"The file is damaged: {reason}")
    _refuse_scan(composer, count)
    return composer.parsed(stem(name), "application/pdf", metadata={"pages": count})


def _refuse_scan(composer: Composer, pages: int) -> None:
    if composer.empty:
        raise DocumentError(
            DocumentStatus.NO_TEXT,
            f"None of its {pages} pages has text; a scan needs OCR first." if pages else "It has no pages.",
        )


def _title(text: str) -> str:
    """A title that says something: not a file name, not what a program writes when it knows none."""
    plain = one_line(text)
    known = plain.lower()
    file = known.endswith((".doc", ".docx", ".pdf", ".indd", ".qxd", ".xls", ".xlsx", ".ppt", ".pptx", ".tex", ".dvi"))
    return "" if file or known.startswith(("untitled", "microsoft word -")) or len(plain) < 3 else plain

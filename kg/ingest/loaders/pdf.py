"""PDF files, with pdfium; with pypdf where pdfium cannot open one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import DocumentError
from kg.ingest.about import About
from kg.ingest.composer import Composer, first_of, one_line, stem
from kg.ingest.dates import pdf_date
from kg.ingest.loaders import ocr
from kg.ingest.loaders.authors import author_names
from kg.ingest.loaders.nesting import Nesting
from kg.ingest.loaders.pagetext import write_lines
from kg.ingest.loaders.pdflines import Line, arranged, body_size, page_lines
from kg.ingest.parsed import Parsed, Part
from kg.types import DocumentStatus

if TYPE_CHECKING:
    import pypdfium2

_TAIL = 4096
_MOST_SCANS = 300  # pages that are read by OCR
_LONGEST_SIDE = 3_000  # pixels of a page that is read by OCR


def load(path: Path, name: str, nesting: Nesting) -> Iterator[Part]:
    """Read a PDF: paragraphs, headings and tables by the sizes and places of its lines, each on its page.

    Pages that are pictures are read where the extra "ocr" is installed. Attached files follow.

    Raises:
        DocumentError: it is protected (ENCRYPTED), cut short or damaged (CORRUPT), or has no text, like a scan
        (NO_TEXT).
    """
    _refuse_cut(path)
    try:
        yield _with_pdfium(path, name, nesting)
    except _UnopenedError as error:
        yield _with_pypdf(path, name, str(error))
    else:
        for inner, content in _attachments(path):
            yield from nesting.parts(name, inner, content)


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


def _with_pdfium(path: Path, name: str, nesting: Nesting) -> Parsed:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise DocumentError(DocumentStatus.ENCRYPTED, "The file is protected by a password.") from error
        raise _UnopenedError(str(error)) from error
    try:
        pages = [_lines(document, index) for index in range(count)]
        empty = [index for index, lines in enumerate(pages) if not lines]
        scanned = _read_scans(document, pages, empty, nesting) if empty and ocr.installed() else 0
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
    if scanned:
        metadata["pages_read_by_ocr"] = scanned
    if silent := [index + 1 for index in empty if not pages[index]]:
        metadata["pages_without_text"] = silent
    created, modified = pdf_date(info.get("CreationDate", "")), pdf_date(info.get("ModDate", ""))
    return composer.parsed(
        first_of(_title(info.get("Title", "")), composer.first_heading, stem(name)),
        "application/pdf",
        date=created,
        metadata=metadata,
        about=About(author_names(info.get("Author")), created, modified),
    )


def _read_scans(document: pypdfium2.PdfDocument, pages: list[list[Line]], empty: list[int], nesting: Nesting) -> int:
    """Read the pages that are pictures.

    Returns:
        How many had text.
    """
    if len(empty) == len(pages) > _MOST_SCANS:
        raise DocumentError(DocumentStatus.TOO_LARGE, f"It is a scan of more than {_MOST_SCANS} pages: split it.")
    for index in empty[:_MOST_SCANS]:
        page = document[index]
        try:
            if not any(True for _ in page.get_objects(max_depth=2)):  # nothing is printed on it
                continue
            scale = min(ocr.RESOLUTION / 72, _LONGEST_SIDE / max(page.get_size()))
            pages[index] = arranged(ocr.read_lines(page.render(scale=scale).to_numpy(), scale))
        finally:
            page.close()
        nesting.alive()
    return sum(bool(pages[index]) for index in empty)


def _attachments(path: Path) -> Iterator[tuple[str, bytes]]:
    """The files that are attached to a PDF."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        for index in range(document.count_attachments()):
            attachment = document.get_attachment(index)
            try:
                name, content = one_line(attachment.get_name()), bytes(attachment.get_data())
            except pypdfium2.PdfiumError:  # it is named, but not there
                continue
            yield name.replace("/", "_").replace("\\", "_") or f"attachment {index + 1}", content
    finally:
        document.close()


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
            _silent(pages),
        )


def _silent(pages: int) -> str:
    if not pages:
        return "It has no pages."
    found = f"None of its {pages} pages has text" if pages > 1 else "Its page has no text"
    return f"{found} that can be read." if ocr.installed() else f"{found}: it is a scan. {ocr.MISSING}"


def _title(text: str) -> str:
    """A title that says something: not a file name, not what a program writes when it knows none."""
    plain = one_line(text)
    known = plain.lower()
    file = known.endswith((".doc", ".docx", ".pdf", ".indd", ".qxd", ".xls", ".xlsx", ".ppt", ".pptx", ".tex", ".dvi"))
    return "" if file or known.startswith(("untitled", "microsoft word -")) or len(plain) < 3 else plain

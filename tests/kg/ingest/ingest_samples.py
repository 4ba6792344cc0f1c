"""Makes and checks the files that the tests of ingestion read."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from kg.ingest.loaders import HEAD, loader_for
from kg.ingest.parsed import Parsed, Part


def parts_of(path: Path) -> list[Part]:
    """Read a file in this process."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    return list(loader_for(path, head).load(path, path.name))


def check(part: Parsed) -> None:
    """What every document promises."""
    assert part.text.strip()
    covered = [0] * len(part.text)
    for chunk in part.chunks:
        assert part.text[chunk.start : chunk.end].strip()
        for index in range(chunk.start, chunk.end):
            covered[index] += 1
    assert all(count == 1 for count, char in zip(covered, part.text, strict=True) if not char.isspace())
    keys = [(record.table, record.key) for record in part.records if record.key and record.table != "Mail"]
    assert len(set(keys)) == len(keys)
    for record in part.records:
        assert record.table == "Mail" or part.text[record.start : record.end].count("\n") == 0
        for field in record.fields:
            assert part.text[field.start : field.end] == field.text
            assert record.start <= field.start < field.end <= record.end


def pdf(pages: list[list[tuple[float, float, float, str, bool]]], *, extra: bytes = b"") -> bytes:
    """Make a PDF of lines (x, y, size, text, bold); `extra` is put in front of the first page's content."""
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % (5 + 2 * number) for number in range(len(pages)))),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold >>",
    ]
    for number, lines in enumerate(pages):
        content = b"".join(
            b"BT /%s %g Tf %g %g Td (%s) Tj ET\n" % (b"B" if bold else b"F", size, x, y, _escaped(text))
            for x, y, size, text, bold in lines
        )
        packed = zlib.compress((extra if number == 0 else b"") + content)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F 3 0 R /B 4 0 R >> >> >>" % (6 + 2 * number)
        )
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed))
    out = b"%PDF-1.5\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def _escaped(text: str) -> bytes:
    return text.encode("latin-1").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(path: Path, body: str, *, prologue: str = "", more: dict[str, str | bytes] | None = None) -> Path:
    """Make the least Word document that has this body."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/document.xml", f'<?xml version="1.0"?>{prologue}<w:document {W}><w:body>{body}</w:body></w:document>'
        )
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return path

"""Makes files of many formats, as small as they can be, with whatever is to be in them."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from email.message import EmailMessage


def packed(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def tarred(files: dict[str, bytes], links: dict[str, str] | None = None, *, kind: bytes = tarfile.SYMTYPE) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for name, target in (links or {}).items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, target
            archive.addfile(member)
    return out.getvalue()


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def docx(body: str = "<w:p><w:r><w:t>Words.</w:t></w:r></w:p>", *, prologue: str = "", **more: bytes) -> bytes:
    document = f'<?xml version="1.0"?>{prologue}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return packed({**relations("word/document.xml"), "word/document.xml": document.encode(), **more})


def xlsx(rows: str, *, prologue: str = "", shared: str = "") -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    listed = '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
    book = f'<workbook xmlns="{main}" xmlns:r="{OFFICE}">{listed}</workbook>'
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    )
    sheets = f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    rels = f'<Relationships xmlns="{RELATIONS}">{sheets}</Relationships>'
    sheet = f'<?xml version="1.0"?>{prologue}<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
    return packed(
        {
            "[Content_Types].xml": types.encode(),
            **relations("xl/workbook.xml"),
            "xl/workbook.xml": book.encode(),
            "xl/_rels/workbook.xml.rels": rels.encode(),
            "xl/worksheets/sheet1.xml": sheet.encode(),
            **({"xl/sharedStrings.xml": shared.encode()} if shared else {}),
        }
    )


def pptx(text: str = "Words.", *, prologue: str = "") -> bytes:
    a, p = (
        "http://schemas.openxmlformats.org/drawingml/2006/main",
        "http://schemas.openxmlformats.org/presentationml/2006/main",
    )
    slide = (
        f'<?xml version="1.0"?>{prologue}<p:sld xmlns:a="{a}" xmlns:p="{p}"><p:cSld><p:spTree><p:sp><p:txBody><a:p>'
        f"<a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
    )
    return packed({**relations("ppt/presentation.xml"), "ppt/slides/slide1.xml": slide.encode()})


def odt(text: str = "Words.", *, prologue: str = "", kind: str = "text") -> bytes:
    o, t = "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    content = (
        f'<?xml version="1.0"?>{prologue}<office:document-content xmlns:office="{o}" xmlns:text="{t}"><office:body>'
        f"<office:{kind}><text:p>{text}</text:p></office:{kind}></office:body></office:document-content>"
    )
    return packed({"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": content.encode()})


def epub(chapter: str, *, prologue: str = "", href: str = "c.xhtml") -> bytes:
    container = '<container><rootfiles><rootfile full-path="p.opf"/></rootfiles></container>'
    manifest = f'<manifest><item id="c" href="{href}"/></manifest><spine><itemref idref="c"/></spine>'
    package = f"{prologue}<package>{manifest}</package>"
    return packed(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": container.encode(),
            "p.opf": package.encode(),
            "c.xhtml": chapter.encode(),
        }
    )


def relations(target: str) -> dict[str, bytes]:
    found = f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="{target}"/>'
    return {"_rels/.rels": f'<Relationships xmlns="{RELATIONS}">{found}</Relationships>'.encode()}


def pdf(stream: bytes, *, filters: str = "/FlateDecode", extra: str = "", pages: int = 1) -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % extra.encode(),
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, b"3 0 R " * pages),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F 5 0 R >> >> >>",
        b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream" % (len(stream), filters.encode(), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def shown(text: str = "Some words stand here.") -> bytes:
    return b"BT /F 12 Tf 72 700 Td (%s) Tj ET\n" % text.encode()


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for key, value in {"From": "a@x.example", "To": "b@x.example", "Subject": "s", **headers}.items():
        message[key] = value
    return message


def pixels() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )

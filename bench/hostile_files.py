"""Makes files that mean harm, and says of each what must become of it: RELIABILITY's R6 and the ingestion half of S8.

Every case is made from scratch; nothing of it is a file that somebody else could recognise.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from kg.types import DocumentStatus as S

CANARY = "CANARY-5f3759df-SECRET"
"""Stands in a file outside; no document may hold it."""

UNREAD = frozenset(S) - {S.READY, S.PENDING}
REFUSED = frozenset({S.CORRUPT, S.TOO_LARGE, S.UNSUPPORTED, S.ENCRYPTED, S.NO_TEXT, S.BLANK})


@dataclass(frozen=True, slots=True)
class Case:
    """One file and what must become of it.

    Attributes:
        name: The file's name.
        group: What kind of harm it means.
        content: Makes its bytes.
        statuses: What its documents may end as; every document of the file must.
        text: What must stand in one of its documents.
        slow: Whether reading it takes a second or more.
    """

    name: str
    group: str
    content: Callable[[], bytes]
    statuses: frozenset[S] = UNREAD
    text: str | None = None
    slow: bool = False


def cases(outside: Path) -> list[Case]:
    """All cases.

    Args:
        outside: The canary's file, which nothing may read.
    """
    found = [
        *_bombs(), *_encrypted(), *_truncated(), *_misnamed(), *_encodings(), *_shapes(), *_mails(), *_scripts(),
        *_slips(outside), *_entities(outside),
    ]  # fmt: skip
    assert len({case.name for case in found}) == len(found)
    return found


# --- parts --------------------------------------------------------------------------------------------------------------


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


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/package/2006/relationships"
_O = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def docx(body: str = "<w:p><w:r><w:t>Words.</w:t></w:r></w:p>", *, prologue: str = "", **more: bytes) -> bytes:
    document = f'<?xml version="1.0"?>{prologue}<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    return packed({**_rels("word/document.xml"), "word/document.xml": document.encode(), **more})


def xlsx(rows: str, *, prologue: str = "", shared: str = "") -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    book = (
        f'<workbook xmlns="{main}" xmlns:r="{_O}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats'
        '-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    )
    rels = f'<Relationships xmlns="{_R}"><Relationship Id="r1" Type="{_O}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    sheet = f'<?xml version="1.0"?>{prologue}<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
    return packed(
        {
            "[Content_Types].xml": types.encode(),
            **_rels("xl/workbook.xml"),
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
        f'<?xml version="1.0"?>{prologue}<p:sld xmlns:a="{a}" xmlns:p="{p}"><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r>'
        f"<a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
    )
    return packed({**_rels("ppt/presentation.xml"), "ppt/slides/slide1.xml": slide.encode()})


def odt(text: str = "Words.", *, prologue: str = "", kind: str = "text") -> bytes:
    o, t = "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    content = (
        f'<?xml version="1.0"?>{prologue}<office:document-content xmlns:office="{o}" xmlns:text="{t}"><office:body>'
        f"<office:{kind}><text:p>{text}</text:p></office:{kind}></office:body></office:document-content>"
    )
    return packed({"mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(), "content.xml": content.encode()})


def epub(chapter: str, *, prologue: str = "", href: str = "c.xhtml") -> bytes:
    container = '<container><rootfiles><rootfile full-path="p.opf"/></rootfiles></container>'
    package = f'{prologue}<package><manifest><item id="c" href="{href}"/></manifest><spine><itemref idref="c"/></spine></package>'
    return packed(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": container.encode(),
            "p.opf": package.encode(),
            "c.xhtml": chapter.encode(),
        }
    )


def _rels(target: str) -> dict[str, bytes]:
    found = f'<Relationships xmlns="{_R}"><Relationship Id="r" Type="{_O}/officeDocument" Target="{target}"/></Relationships>'
    return {"_rels/.rels": found.encode()}


def pdf(stream: bytes, *, filters: str = "/FlateDecode", extra: str = "", pages: int = 1) -> bytes:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % extra.encode(),
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, b"3 0 R " * pages),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
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


# --- bombs --------------------------------------------------------------------------------------------------------------


def _bombs() -> Iterator[Case]:
    zeros = 300 << 20

    def nested(depth: int, inner: bytes = b"words") -> bytes:
        for level in range(depth):
            inner = packed({f"level{level}.zip" if level else "a.txt": inner})
        return inner

    def many(count: int) -> bytes:
        return packed({f"{number}.txt": b"x" for number in range(count)}, method=zipfile.ZIP_STORED)

    def wide(depth: int) -> bytes:
        inner = packed({"a.txt": b"0" * (8 << 20)})
        for _ in range(depth):
            inner = packed({f"{n}.zip": inner for n in range(12)})
        return inner

    def lying() -> bytes:
        content = bytearray(packed({"a.txt": b"0" * (200 << 20)}))
        directory = content.rindex(b"PK\x01\x02")
        content[directory + 24 : directory + 28] = struct.pack("<I", 10)  # "it holds ten bytes"
        content[22:26] = struct.pack("<I", 10)
        return bytes(content)

    def overlapping() -> bytes:
        """One compressed stream that a thousand entries of the directory point at."""
        packed_once = zlib.compressobj(9, zlib.DEFLATED, -15)
        body = packed_once.compress(b"0" * (4 << 20)) + packed_once.flush()
        crc = zlib.crc32(b"0" * (4 << 20))
        local = (
            struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0x21, crc, len(body), 4 << 20, 5, 0) + b"a.txt" + body
        )
        directory = b"".join(
            struct.pack(
                "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0x21, crc, len(body), 4 << 20, 8, 0, 0, 0, 0, 0, 0
            )
            + b"%04d.txt" % number
            for number in range(1000)
        )
        return local + directory + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 1000, 1000, len(directory), len(local), 0)

    big = frozenset({S.TOO_LARGE, S.CORRUPT, S.NO_TEXT, S.CRASHED, S.TIMEOUT, S.UNDECODABLE, S.BLANK})
    laughs = (
        "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(9)) + "]>"
    )
    yield Case("zeros.zip", "bomb", lambda: packed({"a.txt": b"0" * zeros}), big, slow=True)
    yield Case("nested-4.zip", "bomb", lambda: nested(4), frozenset({S.READY}), "words")
    yield Case("nested-9.zip", "bomb", lambda: nested(9), big)
    yield Case("nested-60.zip", "bomb", lambda: nested(60), big)
    yield Case("wide-2.zip", "bomb", lambda: wide(2), big | {S.READY}, slow=True)
    yield Case("wide-4.zip", "bomb", lambda: wide(4), big | {S.READY}, slow=True)
    yield Case("many.zip", "bomb", lambda: many(10_050), big)
    yield Case("lying.zip", "bomb", lying, big)
    yield Case("overlapping.zip", "bomb", overlapping, big, slow=True)
    yield Case("zeros.gz", "bomb", lambda: gzip.compress(b"0" * zeros), big, slow=True)
    yield Case("zeros.txt.bz2", "bomb", lambda: bz2.compress(b"0" * zeros), big, slow=True)
    yield Case("zeros.txt.xz", "bomb", lambda: lzma.compress(b"0" * zeros, preset=0), big, slow=True)
    yield Case("zeros.tar.gz", "bomb", lambda: gzip.compress(tarred({"a.txt": b"0" * zeros}), 1), big, slow=True)
    yield Case("twice.gz", "bomb", lambda: gzip.compress(gzip.compress(b"0" * zeros)), big, slow=True)
    yield Case("many.tar", "bomb", lambda: tarred({f"{n}.txt": b"" for n in range(10_050)}), big)
    yield Case("sparse.tar", "bomb", _sparse, big)
    yield Case("part.docx", "bomb", lambda: docx(" " * (120 << 20)), big, slow=True)
    yield Case(
        "parts.docx", "bomb", lambda: docx(**{f"word/media/{n}": b"0" * (60 << 20) for n in range(8)}), big, slow=True
    )
    yield Case("members.docx", "bomb", lambda: docx(**{f"x/{n}": b"" for n in range(20_050)}), big)
    yield Case("deep.docx", "bomb", lambda: docx("<w:p>" * 50_000 + "</w:p>" * 50_000), big)
    yield Case("tables.docx", "bomb", lambda: docx(_tables(60)), big | {S.READY})
    yield Case("laughs.docx", "bomb", lambda: docx("<w:p>&a9;</w:p>", prologue=laughs), big)
    yield Case(
        "rows.xlsx",
        "bomb",
        lambda: xlsx("<row>" + "<c><v>1</v></c>" * 3_000_000 + "</row>"),
        big | {S.READY},
        slow=True,
    )
    yield Case("part.xlsx", "bomb", lambda: xlsx(" " * (120 << 20)), big, slow=True)
    yield Case(
        "far.xlsx", "bomb", lambda: xlsx('<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>'), big | {S.READY}
    )
    yield Case("laughs.xlsx", "bomb", lambda: xlsx("<row/>", prologue=laughs), big)
    yield Case("part.pptx", "bomb", lambda: pptx(" " * (120 << 20)), big, slow=True)
    yield Case("repeated.ods", "bomb", _repeated_ods, big | {S.READY})
    yield Case("part.odt", "bomb", lambda: odt(" " * (120 << 20)), big, slow=True)
    yield Case("part.epub", "bomb", lambda: epub("<p>" + " " * (120 << 20)), big, slow=True)
    yield Case("flate.pdf", "bomb", lambda: pdf(zlib.compress(b"q " * (150 << 20))), big, slow=True)
    yield Case(
        "flate-twice.pdf",
        "bomb",
        lambda: pdf(zlib.compress(zlib.compress(b"q " * (150 << 20))), filters="[/FlateDecode /FlateDecode]"),
        big,
        slow=True,
    )
    yield Case("pages.pdf", "bomb", lambda: pdf(zlib.compress(shown()), pages=200_000), big | {S.READY}, slow=True)
    yield Case(
        "loop.pdf", "bomb", lambda: pdf(zlib.compress(shown())).replace(b"/Kids [3 0 R ]", b"/Kids [2 0 R ]"), big
    )
    yield Case("deep.json", "bomb", lambda: b"[" * 200_000 + b"]" * 200_000, big)
    yield Case("deep.xml", "bomb", lambda: b"<a>" * 100_000 + b"x" + b"</a>" * 100_000, big)
    yield Case("laughs.xml", "bomb", lambda: f"{laughs}<x>&a9;</x>".encode(), big)
    yield Case(
        "quadratic.xml",
        "bomb",
        lambda: b"<!DOCTYPE x [<!ENTITY a '%s'>]><x>%s</x>" % (b"a" * 50_000, b"&a;" * 50_000),
        big,
    )
    yield Case("deep.html", "bomb", lambda: b"<div>" * 200_000 + b"Words.", big | {S.READY}, slow=True)
    yield Case("nested.html", "bomb", lambda: b"<div>" * 5_000 + b"Words.", frozenset({S.READY}), "Words.")
    yield Case(
        "deep.rtf", "bomb", lambda: b"{\\rtf1 " + b"{" * 200_000 + b"x" + b"}" * 200_001, big | {S.READY}, slow=True
    )
    yield Case("deep.md", "bomb", lambda: b"> " * 20_000 + b"x\n" + b"- " * 20_000, big | {S.READY}, slow=True)
    yield Case("deep.ipynb", "bomb", lambda: b'{"cells": ' + b"[" * 200_000, big)
    yield Case("pixels.png", "bomb", _pixels, big | {S.NO_TEXT})
    yield Case(
        "span.html",
        "bomb",
        lambda: b"<table>" + b"<tr><td colspan=999999 rowspan=999999>x</td></tr>" * 200 + b"</table>",
        big | {S.READY},
    )


def _sparse() -> bytes:
    member = tarfile.TarInfo("sparse.txt")
    member.size = 8 << 40  # says eight terabytes, has none
    return member.tobuf() + b"\0" * 1024


def _tables(depth: int) -> str:
    inner = "<w:p><w:r><w:t>x</w:t></w:r></w:p>"
    for _ in range(depth):
        inner = f"<w:tbl><w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl>"
    return inner


def _repeated_ods() -> bytes:
    o, t = "urn:oasis:names:tc:opendocument:xmlns:office:1.0", "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
    x = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
    cell = '<table:table-cell table:number-columns-repeated="1048576"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    content = (
        f'<office:document-content xmlns:office="{o}" xmlns:table="{t}" xmlns:text="{x}"><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{row}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    return packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()})


def _pixels() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


# --- encrypted, truncated, misnamed -------------------------------------------------------------------------------------


def _encrypted() -> Iterator[Case]:
    locked = frozenset({S.ENCRYPTED})

    def flagged(content: bytes) -> bytes:
        data = bytearray(content)
        for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = data.find(mark)
            while at >= 0:
                data[at + offset] |= 1
                at = data.find(mark, at + 1)
        return bytes(data)

    yield Case("locked.zip", "encrypted", lambda: flagged(packed({"a.txt": b"words"})), locked)
    yield Case("locked.docx", "encrypted", lambda: flagged(docx()), locked)
    yield Case("locked.xlsx", "encrypted", lambda: flagged(xlsx("<row/>")), locked)
    yield Case("locked.pptx", "encrypted", lambda: flagged(pptx()), locked)
    yield Case("locked.epub", "encrypted", lambda: flagged(epub("<p>x</p>")), locked)
    yield Case("locked.odt", "encrypted", _locked_odt, locked)
    yield Case(
        "agile.docx",
        "encrypted",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le"),
        locked,
    )
    yield Case("locked.pdf", "encrypted", _locked_pdf, locked | {S.CORRUPT})
    yield Case(
        "armour.asc", "encrypted", lambda: b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n", locked
    )
    yield Case("sealed.p7m", "encrypted", lambda: b"0\x82\x01\x00\x06\x09*\x86H" + bytes(range(100)), locked)


def _locked_odt() -> bytes:
    manifest = b'<manifest:manifest xmlns:manifest="m"><manifest:encryption-data/></manifest:manifest>'
    return packed(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": manifest,
            "content.xml": bytes(range(200)),
        }
    )


def _locked_pdf() -> bytes:
    plain = pdf(zlib.compress(shown()))
    lock = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -1 >> /ID [<00><00>] " % (
        b"41" * 32,
        b"42" * 32,
    )
    return plain.replace(b"trailer << ", b"trailer << " + lock)


def _truncated() -> Iterator[Case]:
    long = "<w:p><w:r><w:t>" + "".join(f"Words {n}. " for n in range(5000)) + "</w:t></w:r></w:p>"
    whole: dict[str, Callable[[], bytes]] = {
        "cut.docx": lambda: docx(long),
        "cut.xlsx": lambda: xlsx("<row><c><v>1</v></c></row>" * 5000),
        "cut.pptx": lambda: pptx("word " * 5000),
        "cut.odt": lambda: odt("word " * 5000),
        "cut.epub": lambda: epub("<p>" + "word " * 5000),
        "cut.zip": lambda: packed({"a.txt": bytes(range(256)) * 400}),
        "cut.pdf": lambda: pdf(zlib.compress(shown())),
        "cut.json": lambda: json.dumps({"a": list(range(1000))}).encode(),
        "cut.ipynb": lambda: json.dumps({"cells": [{"cell_type": "code", "source": "x" * 1000}]}).encode(),
        "cut.xml": lambda: b"<a>" + b"<b>words</b>" * 1000 + b"</a>",
        "cut.rtf": lambda: b"{\\rtf1 " + b"words " * 1000 + b"}",
    }
    for name, make in whole.items():
        yield Case(name, "truncated", lambda make=make: make()[: len(make()) * 2 // 3], REFUSED)  # type: ignore[misc]
    yield Case(
        "cut.txt.gz", "truncated", lambda: gzip.compress(bytes(range(256)) * 4000)[:-3000], REFUSED | {S.UNDECODABLE}
    )
    yield Case("cut.tar", "truncated", lambda: tarred({"a.txt": b"words " * 1000})[:2000], REFUSED | {S.READY})
    yield Case("cut.png", "truncated", lambda: _pixels()[:40], REFUSED)
    yield Case("head.msg", "truncated", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), REFUSED)
    yield Case("head.xls", "truncated", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), REFUSED)
    for name in ("empty.txt", "empty.docx", "empty.pdf", "empty.zip", "empty.csv", "empty.msg"):
        yield Case(name, "truncated", lambda: b"", frozenset({S.BLANK}))
    yield Case("none.zip", "truncated", lambda: packed({}), frozenset({S.BLANK}))
    yield Case("none.tar.gz", "truncated", lambda: gzip.compress(tarred({})), REFUSED)


def _misnamed() -> Iterator[Case]:
    for name, make in (
        ("pdf-as.docx", lambda: pdf(zlib.compress(shown()))),
        ("docx-as.pdf", docx),
        ("png-as.txt", _pixels),
        ("text-as.pdf", lambda: b"Just words."),
        ("text-as.zip", lambda: b"Just words."),
        ("text-as.xlsx", lambda: b"Just words."),
        ("zip-as.epub", lambda: packed({"a.txt": b"words"})),
        ("program-as.txt", lambda: b"\x7fELF" + bytes(100)),
        ("noise.txt", lambda: bytes(range(256)) * 40),
        ("noise.csv", lambda: bytes(range(255, -1, -1)) * 40),
        ("noise.md", lambda: zlib.compress(bytes(range(256)) * 100)),
        ("noise.eml", lambda: bytes(range(256)) * 4),
    ):
        yield Case(name, "misnamed", make, REFUSED | {S.UNDECODABLE})
    yield Case(
        "xlsx-as.xls",
        "misnamed",
        lambda: xlsx("<row><c><v>41</v></c></row><row><c><v>42</v></c></row>"),
        frozenset({S.READY}),
        "42",
    )
    yield Case("rtf-as.doc", "misnamed", lambda: b"{\\rtf1 Words here.}", frozenset({S.READY}), "Words here.")
    yield Case(
        "html-as.xls",
        "misnamed",
        lambda: b"<html><table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></table>",
        frozenset({S.READY}),
        "1",
    )


# --- text ---------------------------------------------------------------------------------------------------------------

_SAMPLES = {
    "utf-8": "Grüße aus Köln, 华为技术有限公司, Привет",
    "utf-8-sig": "Grüße aus Köln, 华为技术有限公司",
    "utf-16": "The quick brown fox jumps over the lazy dog in Köln.",
    "utf-16-le": "The quick brown fox jumps over the lazy dog in Köln.",
    "utf-16-be": "The quick brown fox jumps over the lazy dog in Köln.",
    "utf-32": "The quick brown fox jumps over the lazy dog.",
    "cp1252": "Müller & Söhne – “Qualität” für 5 € in München",
    "gb18030": "华为技术有限公司成立于1987年，总部位于广东省深圳市龙岗区。",
    "gbk": "公司的董事长和总经理在北京开会，讨论了今年的经济发展。",
    "big5": "公司的董事長和總經理在台北開會，討論了今年的經濟發展。",
    "cp932": "東京の会社の社長は、きのう新しい製品について発表しました。",
    "euc_jp": "東京の会社の社長は、きのう新しい製品について発表しました。",
    "cp949": "서울에 있는 회사의 대표는 어제 새로운 제품을 발표하였습니다.",
    "cp1251": "Компания была основана в Москве в тысяча девятьсот девяностом году.",
    "koi8-r": "Компания была основана в Москве в тысяча девятьсот девяностом году.",
    "iso8859-7": "Η εταιρεία ιδρύθηκε στην Αθήνα το χίλια εννιακόσια ενενήντα.",
}


def _encodings() -> Iterator[Case]:
    ready = frozenset({S.READY})
    for name, text in _SAMPLES.items():
        lines = "\r\n".join([text] * 12)
        yield Case(f"{name}.txt", "encoding", lambda lines=lines, name=name: lines.encode(name), ready, text)  # type: ignore[misc]
    for name in ("utf-16", "cp1252", "gb18030", "big5", "cp1251"):
        text = _SAMPLES[name]
        head = f"name,note\n1,{text.replace(',', ' ')}\n2,{text.replace(',', ' ')}\n3,x\n"
        yield Case(
            f"{name}.csv", "encoding", lambda head=head, name=name: head.encode(name), ready, text.replace(",", " ")
        )  # type: ignore[misc]
    for name in ("cp1252", "gb18030", "big5"):
        page = (
            f"<html><head><meta charset={name}></head><body><p>{_SAMPLES[name].replace('&', 'und')}</p></body></html>"
        )
        yield Case(
            f"{name}.html",
            "encoding",
            lambda page=page, name=name: page.encode(name),
            ready,
            _SAMPLES[name].replace("&", "und"),
        )  # type: ignore[misc]
        tree = f'<?xml version="1.0" encoding="{name}"?><a><b>{_SAMPLES[name].replace("&", "und")}</b></a>'
        yield Case(
            f"{name}.xml",
            "encoding",
            lambda tree=tree, name=name: tree.encode(name),
            ready,
            _SAMPLES[name].replace("&", "und"),
        )  # type: ignore[misc]
    mixed = "Grüße aus Köln. ".encode() * 200 + "Größe".encode("cp1252") + " und Güte. ".encode() * 200
    yield Case("mixed.txt", "encoding", lambda: mixed, ready, "Grüße aus Köln.")
    yield Case("broken-utf8.txt", "encoding", lambda: "Köln ".encode() * 500 + b"\xc3", ready, "Köln")
    yield Case("bom-lies.txt", "encoding", lambda: b"\xff\xfeodd", frozenset({S.UNDECODABLE}))
    yield Case("nul.txt", "encoding", lambda: b"words\0\0words\n" * 200, ready | {S.UNDECODABLE}, None)
    yield Case("names.zip", "encoding", _chinese_names, ready, "内容")


def _chinese_names() -> bytes:
    raw = "报告.txt".encode("gb18030")
    held = packed({"x" * len(raw): "内容是中文。".encode()})
    return held.replace(b"x" * len(raw), raw)


# --- shapes of tables ---------------------------------------------------------------------------------------------------


def _shapes() -> Iterator[Case]:
    ready = frozenset({S.READY})
    big = frozenset({S.READY, S.TOO_LARGE, S.TIMEOUT})
    yield Case(
        "million-columns.csv",
        "shape",
        lambda: b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n" + b",".join([b"1"] * 1_000_000),
        big,
        slow=True,
    )
    yield Case("one-line.csv", "shape", lambda: b"a" * (8 << 20), big, slow=True)
    yield Case("quote.csv", "shape", lambda: b'a,b\n1,"never closed\n' + b"x,y\n" * 20_000, big)
    yield Case(
        "ragged.csv",
        "shape",
        lambda: b"a,b\n" + b"".join(b",".join([b"1"] * (n % 60)) + b"\n" for n in range(400)),
        ready,
    )
    yield Case("formula.csv", "shape", lambda: b"name,note\nx,=cmd|' /C calc'!A0\ny,@SUM(1)\n", ready, "=cmd|")
    yield Case("nul.csv", "shape", lambda: b"a,b\n1,\0\n2,x\n", ready | {S.UNDECODABLE})
    yield Case(
        "wide.jsonl",
        "shape",
        lambda: json.dumps({f"k{n}": n for n in range(100_000)}).encode(),
        big | REFUSED,
        slow=True,
    )
    yield Case(
        "long.jsonl", "shape", lambda: b'{"text": "' + b"x" * (70 << 20) + b'"}', frozenset({S.TOO_LARGE}), slow=True
    )
    yield Case("number.json", "shape", lambda: b'{"a": ' + b"9" * 100_000 + b"}", ready | REFUSED)


# --- mails --------------------------------------------------------------------------------------------------------------


def _mails() -> Iterator[Case]:
    ready = frozenset({S.READY})

    def matryoshka(depth: int) -> bytes:
        inner = mail(Subject="level 0")
        inner.set_content("The innermost words.")
        for level in range(1, depth):
            outer = mail(Subject=f"level {level}")
            outer.set_content("See below.")
            outer.add_attachment(inner)
            inner = outer
        return inner.as_bytes()

    def quine() -> bytes:
        """A mail whose attachment says that it is the mail itself."""
        head = b"From: a@x.example\nSubject: loop\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        return head + (b"--b\nContent-Type: message/rfc822\n\n" + head) * 60 + b"--b--\n"

    def bombed() -> bytes:
        message = mail()
        message.set_content("Words.")
        message.add_attachment(
            packed({"a.txt": b"0" * (300 << 20)}), maintype="application", subtype="zip", filename="a.zip"
        )
        return message.as_bytes()

    def slipped() -> bytes:
        message = mail()
        message.set_content("Words.")
        message.add_attachment(
            b"Inner words.", maintype="text", subtype="plain", filename="../../../etc/cron.d/evil.txt"
        )
        return message.as_bytes()

    bounds = b"".join(b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(3000))
    some = frozenset({S.READY, S.TOO_LARGE})
    yield Case("matryoshka-4.eml", "mail", lambda: matryoshka(4), ready, "The innermost words.")
    yield Case("matryoshka-40.eml", "mail", lambda: matryoshka(40), some)
    yield Case("quine.eml", "mail", quine, some | REFUSED)
    yield Case(
        "boundaries.eml",
        "mail",
        lambda: b"From: a@x.example\nSubject: s\nContent-Type: multipart/mixed; boundary=b0\n\n" + bounds,
        some | REFUSED,
        slow=True,
    )
    yield Case("bombed.eml", "mail", bombed, some, "Words.", slow=True)
    yield Case("slipped.eml", "mail", slipped, ready, "Inner words.")
    yield Case(
        "headers.eml",
        "mail",
        lambda: b"From: a@x.example\n" + b"X-A: b\n" * 200_000 + b"\nWords.",
        ready,
        "Words.",
        slow=True,
    )
    yield Case(
        "folded.eml",
        "mail",
        lambda: b"Subject: a\n" + b" folded\n" * 20_000 + b"From: a@x.example\n\nWords.",
        ready,
        "Words.",
        slow=True,
    )
    yield Case(
        "badword.eml",
        "mail",
        lambda: b"From: =?utf-8?Q?=FF=FE?= <a@x.example>\nSubject: =?x-none?B?////?=\n\nWords.",
        ready,
        "Words.",
    )
    yield Case(
        "recipients.eml",
        "mail",
        lambda: b"From: a@x.example\nTo: " + b", ".join(b"u%d@x.example" % n for n in range(20_000)) + b"\n\nWords.",
        ready,
        "Words.",
        slow=True,
    )
    yield Case(
        "base64.eml",
        "mail",
        lambda: b"From: a@x.example\nContent-Transfer-Encoding: base64\n\n!!!!not base64!!!!",
        ready,
    )
    yield Case(
        "mails.mbox",
        "mail",
        lambda: b"From a@x.example Fri Dec 16 17:04:16 2022\nFrom: a@x.example\nSubject: s\n\nWords.\n\n" * 500,
        ready,
        "Words.",
    )
    yield Case("no-from.mbox", "mail", lambda: b"Subject: x\n\nWords.\n", REFUSED)


# --- what is shown is not what is there ---------------------------------------------------------------------------------


def _scripts() -> Iterator[Case]:
    ready = frozenset({S.READY})
    yield Case("rtl.txt", "script", lambda: "invoice\u202efdp.exe and שלום עולם\n".encode() * 10, ready, "שלום עולם")
    yield Case("zero-width.txt", "script", lambda: "A\u200bc\u200dm\ufeffe paid\u2060 10".encode() * 3, ready)
    yield Case(
        "only-zero-width.txt", "script", lambda: "\u200b\u200d\u2060\ufeff".encode() * 50, ready | {S.BLANK, S.NO_TEXT}
    )
    yield Case(
        "bidi.html",
        "script",
        lambda: "<p>‮evil‬ <bdo dir=rtl>abc</bdo> مرحبا بالعالم</p>".encode(),
        ready,
        "مرحبا بالعالم",
    )
    yield Case("combining.txt", "script", lambda: ("a" + "\u0301" * 5000 + " words\n").encode(), ready, "words")
    yield Case("rtl.docx", "script", lambda: docx("<w:p><w:r><w:t>שלום \u202eעולם</w:t></w:r></w:p>"), ready, "שלום")
    yield Case(
        "hidden.html",
        "script",
        lambda: b"<p style='display:none'>hidden</p><script>x</script><p>Shown.</p>",
        ready,
        "Shown.",
    )
    yield Case("emoji.md", "script", lambda: "# 👩‍👩‍👧‍👦 família\n\nWords.".encode(), ready, "família")
    yield Case("controls.csv", "script", lambda: b"a,b\n1,\x1b[31mred\x07\n2,y\n", ready | {S.UNDECODABLE})
    yield Case(
        "tags.txt",
        "script",
        lambda: ("plain" + "".join(chr(0xE0000 + ord(c)) for c in "hidden") + " words").encode(),
        ready,
        "words",
    )


# --- paths that lead out: S8 --------------------------------------------------------------------------------------------


def _slips(outside: Path) -> Iterator[Case]:
    ways = [
        "../evil.txt", "../../../../../../etc/passwd", "/etc/passwd", "..\\evil.txt", "..\\..\\windows\\win.ini",
        "C:\\evil.txt", "C:/evil.txt", "a/../../evil.txt", "a/./../../evil.txt", "....//../evil.txt", "/../evil.txt",
        "\\\\host\\share\\evil.txt", "//host/share/evil.txt", str(outside), f"x/../../../../../../../..{outside}",
        "a\\..\\..\\evil.txt", "../" * 40 + "etc/shadow", "./../evil.txt", "..", "a/..",
    ]  # fmt: skip
    for number, way in enumerate(ways):
        safe = frozenset({S.CORRUPT, S.UNSUPPORTED, S.BLANK})
        yield Case(f"slip-{number}.zip", "slip", lambda way=way: packed({way: b"Evil words."}), safe)  # type: ignore[misc]
        yield Case(f"slip-{number}.tar", "slip", lambda way=way: tarred({way: b"Evil words."}), safe)  # type: ignore[misc]
    targets = [str(outside), "/etc/passwd", "../" * 20 + str(outside).lstrip("/"), "."]
    for number, target in enumerate(targets):
        linked = frozenset({S.UNSUPPORTED})
        yield Case(f"symlink-{number}.tar", "slip", lambda target=target: tarred({}, {"a.txt": target}), linked)  # type: ignore[misc]
        yield Case(
            f"hardlink-{number}.tar",
            "slip",
            lambda target=target: tarred({}, {"a.txt": target}, kind=tarfile.LNKTYPE),
            linked,
        )  # type: ignore[misc]
        yield Case(f"symlink-{number}.zip", "slip", lambda target=target: _linked(target), linked)  # type: ignore[misc]
    for number, kind in enumerate((tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)):
        yield Case(
            f"device-{number}.tar",
            "slip",
            lambda kind=kind: tarred({}, {"a.txt": ""}, kind=kind),
            frozenset({S.UNSUPPORTED}),
        )  # type: ignore[misc]
    through = tarred({}, {"d": str(outside.parent)}) + b""
    yield Case(
        "through.tar", "slip", lambda: _appended(through, f"d/{outside.name}"), frozenset({S.UNSUPPORTED, S.READY})
    )
    yield Case(
        "href.epub", "slip", lambda: epub("<p>x</p>", href="../../../../../../" + str(outside).lstrip("/")), REFUSED
    )
    yield Case("href-file.epub", "slip", lambda: epub("<p>x</p>", href=outside.as_uri()), REFUSED)
    rel = f'<Relationships xmlns="{_R}"><Relationship Id="r" Type="{_O}/officeDocument" Target="../../../..{outside}"/></Relationships>'
    yield Case(
        "target.docx", "slip", lambda: packed({"_rels/.rels": rel.encode(), "word/document.xml": b"<x/>"}), REFUSED
    )
    yield Case(
        "include.rst", "slip", lambda: f"Words.\n\n.. include:: {outside}\n".encode(), frozenset({S.READY}), "Words."
    )
    yield Case(
        "literal.rst",
        "slip",
        lambda: f"Words.\n\n.. literalinclude:: {outside}\n\n.. include:: {outside}\n   :literal:\n".encode(),
        frozenset({S.READY}),
        "Words.",
    )
    yield Case(
        "table.rst",
        "slip",
        lambda: f"Words.\n\n.. csv-table::\n   :file: {outside}\n".encode(),
        frozenset({S.READY}),
        "Words.",
    )
    yield Case(
        "raw.rst",
        "slip",
        lambda: f"Words.\n\n.. raw:: html\n   :file: {outside}\n".encode(),
        frozenset({S.READY}),
        "Words.",
    )
    yield Case(
        "include.org", "slip", lambda: f'Words.\n#+INCLUDE: "{outside}"\n'.encode(), frozenset({S.READY}), "Words."
    )
    yield Case(
        "image.md",
        "slip",
        lambda: f"Words. ![x]({outside.as_uri()}) <iframe src={outside.as_uri()}></iframe>".encode(),
        frozenset({S.READY}),
        "Words.",
    )


def _linked(target: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        member = zipfile.ZipInfo("a.txt")
        member.create_system, member.external_attr = 3, 0o120777 << 16
        archive.writestr(member, target)
    return out.getvalue()


def _appended(archive: bytes, name: str) -> bytes:
    member = tarfile.TarInfo(name)
    member.size = 6
    return (
        archive.rstrip(b"\0") + b"\0" * (-len(archive.rstrip(b"\0")) % 512) + member.tobuf() + b"Words." + b"\0" * 2000
    )


# --- external entities: S8 ----------------------------------------------------------------------------------------------


def _entities(outside: Path) -> Iterator[Case]:
    uri = outside.as_uri()
    prologues = {
        "system": f'<!DOCTYPE x [<!ENTITY e SYSTEM "{uri}">]>',
        "public": f'<!DOCTYPE x [<!ENTITY e PUBLIC "p" "{uri}">]>',
        "parameter": f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{uri}"> %p; <!ENTITY e "x">]>',
        "dtd": f'<!DOCTYPE x SYSTEM "{uri}">',
        "http": '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/x">]>',
        "nested": f"<!DOCTYPE x [<!ENTITY % a '<!ENTITY e SYSTEM \"{uri}\">'> %a;]>",
    }
    makers: dict[str, Callable[[str], bytes]] = {
        "docx": lambda p: docx("<w:p><w:r><w:t>&e;</w:t></w:r></w:p>", prologue=p),
        "xlsx": lambda p: xlsx('<row><c t="inlineStr"><is><t>&e;</t></is></c></row>', prologue=p),
        "pptx": lambda p: pptx("&e;", prologue=p),
        "odt": lambda p: odt("&e;", prologue=p),
        "xml": lambda p: f"{p}<x><y>&e;</y></x>".encode(),
        "rss": lambda p: f"{p}<rss><channel><item><title>&e;</title></item></channel></rss>".encode(),
        "epub": lambda p: epub("<p>x</p>", prologue=p).replace(b"", b""),
    }
    allowed = REFUSED | {S.READY}  # a reference that is dropped leaves what stands around it
    for suffix, make in makers.items():
        for kind, prologue in prologues.items():
            if suffix != "epub" or kind in ("system", "dtd"):
                yield Case(f"xxe-{kind}.{suffix}", "xxe", lambda make=make, prologue=prologue: make(prologue), allowed)  # type: ignore[misc]
    include = f'<x xmlns:xi="http://www.w3.org/2001/XInclude"><y>Words.</y><xi:include href="{uri}" parse="text"/></x>'
    yield Case("xinclude.xml", "xxe", include.encode, frozenset({S.READY}), "Words.")
    sheet = f'<?xml version="1.0"?><?xml-stylesheet href="{uri}" type="text/xsl"?><x><y>Words.</y></x>'
    yield Case("stylesheet.xml", "xxe", sheet.encode, frozenset({S.READY}), "Words.")
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{uri}"/><text>Words.</text></svg>'
    yield Case("image-of.xml", "xxe", svg.encode, frozenset({S.READY}), "Words.")

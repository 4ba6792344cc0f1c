"""Files that unpack to far more than they are, or are nested without end."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

from bench.hostile_files.case import Case
from bench.hostile_files.making import docx, epub, odt, packed, pdf, pixels, pptx, shown, tarred, xlsx
from kg.types import DocumentStatus as S


def bombs() -> Iterator[Case]:
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
    yield Case("nested-60.zip", "bomb", lambda: nested(60), big, slow=True)
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
    yield Case("many.tar", "bomb", lambda: tarred({f"{n}.txt": b"" for n in range(10_050)}), big, slow=True)
    yield Case("sparse.tar", "bomb", _sparse, big)
    yield Case("part.docx", "bomb", lambda: docx(" " * (120 << 20)), big, slow=True)
    yield Case(
        "parts.docx", "bomb", lambda: docx(**{f"word/media/{n}": b"0" * (60 << 20) for n in range(8)}), big, slow=True
    )
    yield Case("members.docx", "bomb", lambda: docx(**{f"x/{n}": b"" for n in range(20_050)}), big, slow=True)
    yield Case("deep.docx", "bomb", lambda: docx("<w:p>" * 50_000 + "</w:p>" * 50_000), big)
    yield Case("tables.docx", "bomb", lambda: docx(_tables(60)), big | {S.READY}, slow=True)
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
    yield Case("repeated.ods", "bomb", _repeated_ods, big | {S.READY}, slow=True)
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
    yield Case("deep.xml", "bomb", lambda: b"<a>" * 100_000 + b"x" + b"</a>" * 100_000, big, slow=True)
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
    yield Case("pixels.png", "bomb", pixels, big | {S.NO_TEXT})
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
        f'<office:document-content xmlns:office="{o}" xmlns:table="{t}" xmlns:text="{x}"><office:body>'
        f'<office:spreadsheet><table:table table:name="S">{row}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    return packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": content.encode()})

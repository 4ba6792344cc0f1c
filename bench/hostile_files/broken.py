"""Files that are locked, cut short, or not what their name says."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator

from bench.hostile_files.case import REFUSED, Case
from bench.hostile_files.making import docx, epub, odt, packed, pdf, pixels, pptx, shown, tarred, xlsx
from kg.types import DocumentStatus as S


def encrypted() -> Iterator[Case]:
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


def truncated() -> Iterator[Case]:
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
    yield Case("cut.png", "truncated", lambda: pixels()[:40], REFUSED)
    yield Case("head.msg", "truncated", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), REFUSED)
    yield Case("head.xls", "truncated", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000), REFUSED)
    for name in ("empty.txt", "empty.docx", "empty.pdf", "empty.zip", "empty.csv", "empty.msg"):
        yield Case(name, "truncated", lambda: b"", frozenset({S.BLANK}))
    yield Case("none.zip", "truncated", lambda: packed({}), frozenset({S.BLANK}))
    yield Case("none.tar.gz", "truncated", lambda: gzip.compress(tarred({})), REFUSED)


def misnamed() -> Iterator[Case]:
    for name, make in (
        ("pdf-as.docx", lambda: pdf(zlib.compress(shown()))),
        ("docx-as.pdf", docx),
        ("png-as.txt", pixels),
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

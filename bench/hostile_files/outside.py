"""Names, links and entities that lead out of the file: S8."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.hostile_files.case import REFUSED, Case
from bench.hostile_files.making import (
    docx,
    epub,
    odt,
    packed,
    pptx,
    relations,
    tarred,
    xlsx,
)
from kg.types import DocumentStatus as S


def slips(outside: Path) -> Iterator[Case]:
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
    rel = relations(f"../../../..{outside}")
    yield Case("target.docx", "slip", lambda: packed({**rel, "word/document.xml": b"<x/>"}), REFUSED)
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


def entities(outside: Path) -> Iterator[Case]:
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

"""EPUB books: their chapters in reading order."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from kg.errors import DocumentError
from kg.ingest.about import About
from kg.ingest.composer import Composer, first_of, one_line, stem
from kg.ingest.dates import iso_date
from kg.ingest.loaders.archive import Archive
from kg.ingest.loaders.authors import author_names
from kg.ingest.loaders.html import decode_html, write_html
from kg.ingest.loaders.ooxml import local
from kg.ingest.loaders.xml import read_xml
from kg.ingest.parsed import Parsed
from kg.types import DocumentStatus


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read a book: what its spine names, in that order; title, authors and date as it says them.

    Raises:
        DocumentError: it is damaged, protected, expands to too much, or shows no text.
    """
    composer = Composer()
    with Archive(path) as archive:
        if "META-INF/encryption.xml" in archive.names and b"EncryptedData" in archive.bytes("META-INF/encryption.xml"):
            locked = "EncryptedKey" in archive.bytes("META-INF/encryption.xml").decode("utf-8", "replace")
            if locked or "META-INF/rights.xml" in archive.names:
                raise DocumentError(DocumentStatus.ENCRYPTED, "The book is protected.")
        package = _package(archive)
        root = read_xml(archive.bytes(package))
        said: dict[str, list[str]] = {}
        for node in root.iter():
            if (node.text or "").strip() and len(node) == 0:
                said.setdefault(local(node), []).append(one_line(node.text or ""))
        files = {node.get("id"): node.get("href") or "" for node in root.iter() if local(node) == "item"}
        spine = [node.get("idref") for node in root.iter() if local(node) == "itemref"]
        for identity in dict.fromkeys(spine):
            href = unquote(files.get(identity, "").partition("#")[0])
            part = posixpath.normpath(posixpath.join(posixpath.dirname(package), href))
            if part in archive.names:
                write_html(composer, decode_html(archive.bytes(part)))
    if composer.empty:
        raise DocumentError(DocumentStatus.NO_TEXT, "None of its chapters shows text.")
    about = About(author_names(*said.get("creator", ())), iso_date(next(iter(said.get("date", ())), "")[:10]))
    title = first_of(next(iter(said.get("title", ())), ""), composer.first_heading, stem(name))
    yield composer.parsed(title, "application/epub+zip", date=about.created, about=about)


def _package(archive: Archive) -> str:
    if "META-INF/container.xml" in archive.names:
        for node in read_xml(archive.bytes("META-INF/container.xml")).iter():
            if local(node) == "rootfile" and node.get("full-path") in archive.names:
                return str(node.get("full-path"))
    found = sorted(part for part in archive.names if part.endswith(".opf"))
    if not found:
        raise DocumentError(DocumentStatus.CORRUPT, "The book does not say what stands in it.")
    return found[0]

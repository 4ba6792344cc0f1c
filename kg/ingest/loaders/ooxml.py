"""What Word, PowerPoint and Excel files have in common: parts that name each other, properties, embedded files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.errors import DocumentError
from kg.ingest.about import About
from kg.ingest.composer import one_line
from kg.ingest.dates import iso_date
from kg.ingest.loaders.authors import author_names
from kg.ingest.loaders.nesting import Nesting, file_name
from kg.ingest.parsed import Part

if TYPE_CHECKING:
    from lxml import etree

    from kg.ingest.loaders.archive import Archive


def local(node: etree._Element) -> str:
    """An element's name without its namespace; "" for comments and the like."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(node: etree._Element | None, kind: str) -> etree._Element | None:
    """The first child of a name."""
    return None if node is None else next((inner for inner in node if local(inner) == kind), None)


def attribute(node: etree._Element | None, name: str) -> str | None:
    """An attribute, whatever its namespace."""
    if node is None:
        return None
    return next((str(value) for key, value in node.attrib.items() if str(key).rpartition("}")[2] == name), None)


def relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """What a part names: relation id to its kind and the part that it leads to; what lies outside is left out."""
    folder, _, plain = part.rpartition("/")
    rels = f"{folder}/_rels/{plain}.rels".lstrip("/")
    if rels not in archive.names:
        return {}
    found: dict[str, tuple[str, str]] = {}
    for node in archive.xml(rels):
        target, identity = node.get("Target") or "", node.get("Id") or ""
        if node.get("TargetMode") != "External":
            kind = (node.get("Type") or "").rpartition("/")[2]
            found[identity] = kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    return found


def core_properties(archive: Archive) -> tuple[str | None, str | None, About]:
    """Read an office file's title, the day it was last changed or made, and what it says of itself."""
    found: dict[str, str] = {}
    if "docProps/core.xml" in archive.names:
        try:
            found = {local(node): (node.text or "").strip() for node in archive.xml("docProps/core.xml")}
        except DocumentError:  # the properties do not matter enough to lose the document
            found = {}
    created, modified = iso_date(found.get("created") or ""), iso_date(found.get("modified") or "")
    about = About(author_names(found.get("creator")), created, modified)
    return one_line(found.get("title") or "") or None, modified or created, about


def embedded(archive: Archive, name: str, nesting: Nesting) -> Iterator[Part]:
    """Read the files that are embedded in an office file; the data behind its charts is none of them."""
    behind = {
        target
        for part in archive.names
        if "/charts/" in part and not part.endswith(".rels")
        for _, target in relations(archive, part).values()
    }
    for part in sorted(archive.names):
        if "/embeddings/" in part and part not in behind and not part.endswith("/"):
            content = archive.bytes(part)
            inner = file_name(part)
            if content.startswith(b"\xd0\xcf\x11\xe0"):
                from kg.ingest.loaders.ole import packaged

                found = packaged(content)
                if found is None:  # an object of a program, such as a formula
                    continue
                inner, content = found[0] or inner, found[1]
            yield from nesting.parts(name, inner, content)

"""XML of any kind: its elements as text with their structure, and RSS and Atom feeds, an entry a document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import DocumentError
from kg.ingest.about import About
from kg.ingest.cells import EMPTY, Cell
from kg.ingest.composer import HEADING_LEVELS, Composer, first_of, one_line, stem
from kg.ingest.dates import iso_date
from kg.ingest.loaders.authors import author_names
from kg.ingest.loaders.encoding import decode
from kg.ingest.loaders.html import write_html
from kg.ingest.loaders.ooxml import attribute, local
from kg.ingest.loaders.reading import read_bytes
from kg.ingest.parsed import Parsed, Part, Unread
from kg.ingest.tables import write_table
from kg.types import DocumentStatus

if TYPE_CHECKING:
    from lxml import etree

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)""")
_ENTITY = re.compile(r"<!ENTITY\b", re.IGNORECASE)
_LIST_OF_INLINE = (
    "a abbr acronym b bold br code em emphasis ext-link hi i italic link literal phrase q quote ref s small span "
    "strong sub sup tt u ulink xref"
)
_INLINE = frozenset(_LIST_OF_INLINE.split())
_TITLES = frozenset({"title", "head", "heading", "name", "caption", "label"})
_FEEDS = {"rss": "item", "feed": "entry", "RDF": "item"}
_DEEPEST = 200


def load(path: Path, name: str) -> Iterator[Part]:
    """Read an XML file; a feed gives a document an entry.

    Raises:
        DocumentError: it is no XML or cut short, or declares entities (CORRUPT), or shows no text (NO_TEXT).
    """
    root = read_xml(read_bytes(path))
    entries = _entries(root)
    if entries:
        yield from _feed(root, entries, name)
        return
    composer = Composer()
    _Walk(composer, stem(name)).write(root)
    if composer.empty:
        raise DocumentError(DocumentStatus.NO_TEXT, "None of its elements holds text.")
    yield composer.parsed(first_of(_title(root), composer.first_heading, stem(name)), "application/xml")


def read_xml(data: bytes) -> etree._Element:
    """Parse XML that nobody vouches for, whatever its encoding; no entity is expanded, nothing outside is read.

    Raises:
        DocumentError: it is no XML, or declares entities (CORRUPT).
    """
    from lxml import etree

    declared = _ENCODING.match(data[:400])
    text = _DECLARATION.sub("", decode(data, declared[1].decode("ascii") if declared else None)).lstrip("\ufeff")
    if _ENTITY.search(text[: text.find(">", text.find("]")) + 1] if "<!DOCTYPE" in text[:10_000] else ""):
        raise DocumentError(DocumentStatus.CORRUPT, "It declares entities, which are not expanded.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(text.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The file is no XML, or cut short: {error}.") from error
    if root.getroottree().docinfo.internalDTD is not None and any(
        True for _ in root.getroottree().docinfo.internalDTD.iterentities()
    ):
        raise DocumentError(DocumentStatus.CORRUPT, "It declares entities, which are not expanded.")
    return root


def _entries(root: etree._Element) -> list[etree._Element]:
    kind = _FEEDS.get(local(root))
    return [] if kind is None else [node for node in root.iter() if local(node) == kind]


def _feed(root: etree._Element, entries: list[etree._Element], name: str) -> Iterator[Part]:
    feed = _title(next((node for node in root if local(node) == "channel"), root))
    seen: Counter[str] = Counter()
    for number, entry in enumerate(entries, 1):
        fields = {local(node): node for node in reversed(entry) if len(node) or (node.text or "").strip()}
        identity = next((_plain(fields[key]) for key in ("guid", "id", "link") if key in fields), "") or str(number)
        seen[identity] += 1
        identity = f"{name}#{identity}" if seen[identity] == 1 else f"{name}#{identity} ({seen[identity]})"
        try:
            yield _entry(fields, feed, identity, number)
        except DocumentError as error:
            yield Unread(identity, error.status, error.reason)


def _entry(fields: dict[str, etree._Element], feed: str, identity: str, number: int) -> Parsed:
    composer = Composer()
    title = _plain(fields["title"]) if "title" in fields else ""
    composer.heading(title, 1)
    shown = next((fields[key] for key in ("encoded", "content", "description", "summary") if key in fields), None)
    if shown is not None:
        _write_markup(composer, shown)
    published = next((_date(_plain(fields[key])) for key in ("published", "pubDate", "date") if key in fields), None)
    updated = _date(_plain(fields["updated"])) if "updated" in fields else None
    writers = [fields[key] for key in ("author", "creator") if key in fields]
    names = [next((_plain(node) for node in writer if local(node) == "name"), _plain(writer)) for writer in writers]
    about = About(author_names(*(re.sub(r"^\S+@\S+\s*\((.*)\)$", r"\1", text) for text in names)), published, updated)
    metadata = {"feed": feed} if feed else {}
    return composer.parsed(
        first_of(title, f"{feed} {number}"), "application/xml",
        date=published or updated, metadata=metadata, external_id=identity, about=about,
    )  # fmt: skip


def _write_markup(composer: Composer, node: etree._Element) -> None:
    """Write an entry's content, which is HTML in an element, HTML as escaped text, or plain text."""
    from lxml import etree

    if len(node):
        write_html(composer, "".join(etree.tostring(inner, encoding="unicode") for inner in node))
    else:
        text = node.text or ""
        if "<" in text or "&" in text:
            write_html(composer, text)
        else:
            composer.paragraph(text)


class _Walk:
    """Writes elements: those that hold elements are sections, alike ones beside each other rows of a table."""

    def __init__(self, composer: Composer, name: str) -> None:
        self._composer = composer
        self._name = name

    def write(self, root: etree._Element) -> None:
        """Write an element and all below it."""
        self._element(root, 1)

    def _element(self, node: etree._Element, level: int) -> None:
        if level > _DEEPEST:
            raise DocumentError(DocumentStatus.CORRUPT, "The file is nested too deeply.")
        children = [inner for inner in node if local(inner)]
        if _mixed(node):
            self._composer.paragraph(_flowing(node))
            return
        lines = [
            f"{local_name(key)}: {one_line(str(value))}" for key, value in node.attrib.items() if _says(key, value)
        ]
        leaves = [inner for inner in children if _is_leaf(inner)]
        title = next((inner for inner in leaves if local(inner) in _TITLES), None)
        if title is not None and level > 1:
            self._composer.heading(_flowing(title), min(level, HEADING_LEVELS))
        elif level > 1 and len(children) > len(leaves):
            self._composer.heading(_spaced(local(node)), min(level, HEADING_LEVELS))
        same = Counter(local(inner) for inner in children)
        done: set[str] = set()
        for inner in children:
            kind = local(inner)
            if inner is title and level > 1:
                continue
            if kind in done:
                continue
            group = [other for other in children if local(other) == kind] if same[kind] > 1 else []
            if group and all(_is_flat(one) for one in group):
                self._flush(lines)
                self._table(kind, group)
                done.add(kind)
            elif _is_leaf(inner):
                text = _flowing(inner)
                lines += [f"{_spaced(kind)}: {one_line(text)}"] if text.strip() and len(text) < 300 else []
                if len(text) >= 300:
                    self._flush(lines)
                    self._composer.paragraph(text)
            else:
                self._flush(lines)
                self._element(inner, level + 1)
        if not children and (text := _flowing(node)).strip():
            lines.append(text.strip())
        self._flush(lines)

    def _flush(self, lines: list[str]) -> None:
        self._composer.paragraph("\n".join(lines))
        lines.clear()

    def _table(self, kind: str, group: list[etree._Element]) -> None:
        rows: list[dict[str, str]] = []
        for one in group:
            row: dict[str, str] = {local_name(key): one_line(str(value)) for key, value in one.attrib.items()}
            for inner in one:
                key = local(inner)
                row[key] = f"{row[key]}; {one_line(_flowing(inner))}" if key in row else one_line(_flowing(inner))
            if not len(one) and (one.text or "").strip():
                row[kind if kind not in row else "text"] = one_line(one.text or "")
            rows.append(row)
        columns = list(dict.fromkeys(key for row in rows for key in row))
        if columns == [kind]:
            self._composer.paragraph("\n".join(row[kind] for row in rows if row))
            return
        cells = [[Cell(row[column]) if row.get(column) else EMPTY for column in columns] for row in rows]
        write_table(self._composer, kind, cells, head=[Cell(_spaced(column)) for column in columns], records=True)


def local_name(key: object) -> str:
    """An attribute's name without its namespace."""
    return str(key).rpartition("}")[2]


def _says(key: object, value: object) -> bool:
    """Whether an attribute says something to a reader."""
    return not str(key).startswith("{http://www.w3.org/2001/XMLSchema-instance}") and bool(str(value).strip())


def _mixed(node: etree._Element) -> bool:
    """Whether an element holds running text with marks in it."""
    inner = [child for child in node if local(child)]
    if not inner:
        return False
    own = [node.text, *(child.tail for child in inner)]
    return any((text or "").strip() for text in own)


def _is_leaf(node: etree._Element) -> bool:
    return not node.attrib and all(local(inner) in _INLINE and _is_leaf_text(inner) for inner in node)


def _is_leaf_text(node: etree._Element) -> bool:
    return all(local(inner) in _INLINE for inner in node.iter())


def _is_flat(node: etree._Element) -> bool:
    """Whether an element is a row: nothing but attributes and elements that hold text alone."""
    return not _mixed(node) and all(_is_leaf(inner) and len(_flowing(inner)) < 1_000 for inner in node)


def _flowing(node: etree._Element) -> str:
    return "".join(str(text) for text in node.itertext())


def _plain(node: etree._Element) -> str:
    return one_line(_flowing(node)) or one_line(attribute(node, "href") or "")


def _spaced(name: str) -> str:
    """An element's name as words: "postalCode" is "postal code"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").replace("-", " ")


def _title(root: etree._Element) -> str:
    return next((_plain(node) for node in root if local(node) == "title"), "")


def _date(text: str) -> str | None:
    try:
        return parsedate_to_datetime(text).isoformat(timespec="seconds")
    except (ValueError, TypeError, IndexError, OverflowError):
        return iso_date(text)

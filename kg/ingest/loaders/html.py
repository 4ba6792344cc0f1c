"""HTML pages: headings, paragraphs, lists and tables, without what no reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kg.ingest.composer import Composer, first_of, one_line, stem
from kg.ingest.dates import iso_date
from kg.ingest.loaders.encoding import decode
from kg.ingest.loaders.htmltable import read_table
from kg.ingest.loaders.reading import read_bytes
from kg.ingest.parsed import Parsed

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_DECLARED = re.compile(
    rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)|<\?xml[^>]+encoding\s*=\s*["']([\w-]+)""", re.IGNORECASE
)
_LIST_OF_SKIPPED = (
    "script style template noscript svg math iframe object embed canvas audio video head nav button select option "
    "datalist dialog map"
)
_SKIPPED = frozenset(_LIST_OF_SKIPPED.split())
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LIST_OF_BLOCKS = (
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form "
    "header hgroup hr html legend li main menu ol p pre section summary table tbody td tfoot th thead tr ul"
)
_BLOCKS = frozenset(_LIST_OF_BLOCKS.split())
_LINES = frozenset({"li", "dt", "dd"})  # lines of the list around them, not paragraphs
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DATES = (
    'meta[property="article:published_time"]',
    'meta[name="date"]',
    'meta[name="dcterms.date"]',
    'meta[name="DC.date"]',
    'meta[itemprop="datePublished"]',
)


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read a page.

    Raises:
        DocumentError: it is blank, in no known encoding, or shows no text.
    """
    composer = Composer()
    title, date = write_html(composer, decode_html(read_bytes(path)))
    yield composer.parsed(first_of(title, composer.first_heading, stem(name)), "text/html", date=date)


def decode_html(data: bytes) -> str:
    """Decode a page, which may name its encoding."""
    match = _DECLARED.search(data[:4096])
    declared = (match[1] or match[2]).decode("ascii") if match else None
    return decode(data, "gb18030" if declared and declared.lower() in {"gb2312", "gbk"} else declared)


def write_html(composer: Composer, html: str) -> tuple[str, str | None]:
    """Write what a page shows.

    Returns:
        Its title ("" where it has none) and its date.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    title_node = tree.css_first("title")
    title = one_line(title_node.text() if title_node is not None else "")
    if tree.body is not None:
        _Walk(composer).walk(tree.body)
    return title, _date(tree)


class _Walk:
    """Goes through the nodes without recursion: pages may be nested as deeply as they like."""

    def __init__(self, composer: Composer) -> None:
        self._composer = composer
        self._inline: list[str] = []
        self._items: list[str] = []  # lines of the list at hand
        self._lists = 0
        self._pre = 0

    def walk(self, root: LexborNode) -> None:
        node: LexborNode | None = root
        depth = 0
        while node is not None:
            child = node.child if self._enter(node) else None
            if child is not None:
                node, depth = child, depth + 1
                continue
            while node is not None:
                self._leave(node)
                if depth == 0:
                    node = None
                elif node.next is not None:
                    node = node.next
                    break
                else:
                    node, depth = node.parent, depth - 1
        self._flush()
        self._flush_list()

    def _enter(self, node: LexborNode) -> bool:
        tag = node.tag
        if tag == "-text":
            self._inline.append(node.text_content or "")
            return False
        if tag is None or tag in _SKIPPED or tag.startswith(("-", "!")) or _is_hidden(node):
            return False
        if tag == "br":
            self._inline.append("\0")  # a line end that white space does not swallow
        elif tag == "img":
            self._inline.append(" ")
        elif tag in _HEADINGS:
            self._flush()
            self._flush_list()
            return True
        elif tag == "table":
            self._flush()
            self._flush_list()
            return not read_table(self._composer, node)
        elif tag in _BLOCKS:
            self._flush()
            if tag in ("ul", "ol", "dl"):
                self._lists += 1
            elif not self._lists or tag == "pre":
                self._flush_list()
            self._pre += tag == "pre"
        return True

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag
        if tag in _SKIPPED or tag is None or tag == "-text" or _is_hidden(node):
            return
        if tag in _HEADINGS:
            text, self._inline = one_line("".join(self._inline).replace("\0", " ")), []
            self._composer.heading(text, _HEADINGS[tag])
        elif tag in _BLOCKS and tag != "table":
            self._flush()
            if tag in ("ul", "ol", "dl"):
                self._lists -= 1
                if not self._lists:
                    self._flush_list()
            self._pre -= tag == "pre"

    def _flush(self) -> None:
        """Write the running text gathered so far, as a paragraph or as a line of the list at hand."""
        raw, self._inline = "".join(self._inline), []
        if self._pre:
            self._flush_list()
            self._composer.verbatim(raw.replace("\0", "\n"))
            return
        lines = [line for line in (one_line(part) for part in raw.split("\0")) if line]
        if not lines:
            return
        if self._lists:
            self._items.extend(lines)
        else:
            self._composer.paragraph("\n".join(lines))

    def _flush_list(self) -> None:
        items, self._items = self._items, []
        self._composer.paragraph("\n".join(items))


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return bool(attributes) and (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(attributes.get("style") or ""))
    )


def _date(tree: LexborHTMLParser) -> str | None:
    for selector in _DATES:
        node = tree.css_first(selector)
        if node is not None and (date := iso_date(node.attributes.get("content") or "")):
            return date
    return None

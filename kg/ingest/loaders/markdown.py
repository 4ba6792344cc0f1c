"""Markdown: read as what it shows, so that a name in bold is the name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.ingest.about import About
from kg.ingest.cells import Cell
from kg.ingest.composer import Composer, first_of, one_line, stem
from kg.ingest.dates import iso_date
from kg.ingest.loaders.authors import author_names
from kg.ingest.loaders.html import write_html
from kg.ingest.loaders.reading import read_text
from kg.ingest.parsed import Parsed
from kg.ingest.tables import write_table

if TYPE_CHECKING:
    from markdown_it.token import Token


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read a Markdown file (CommonMark with tables; YAML front matter gives title and date)."""
    front, body = _front_matter(read_text(path))
    composer = Composer()
    write_markdown(composer, body)
    title, date = front.pop("title", None), front.pop("date", None)
    yield composer.parsed(
        first_of(title, composer.first_heading, stem(name)),
        "text/markdown",
        date=iso_date(date) if date else None,
        metadata=front,
        about=About(author_names(front.get("author"), front.get("authors")), iso_date(date) if date else None),
    )


def write_markdown(composer: Composer, text: str) -> None:
    """Write what a Markdown text shows."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": 60}).enable(["table", "strikethrough"])
    _write(composer, parser.parse(text))


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Split off YAML front matter; simple values are kept, as text."""
    if not text.startswith("---\n") or (end := text.find("\n---\n", 3)) < 0:
        return {}, text
    import yaml

    try:
        found = yaml.safe_load(text[4:end]) if end - 4 < 20_000 and "&" not in text[4:end] else None
    except (yaml.YAMLError, ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return {}, text
    plain = {str(key): one_line(_said(value)) for key, value in found.items() if not isinstance(value, dict | None)}
    return {key: value for key, value in plain.items() if value}, text[end + 5 :]


def _said(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(str(item) for item in value if not isinstance(item, dict | list))
    return str(value)


def _write(composer: Composer, tokens: Sequence[Token]) -> None:
    items: list[str] = []  # lines of the list at hand
    lists = 0
    heading = 0
    table: list[list[Cell]] = []
    in_table = False
    for token in tokens:
        match token.type:
            case "heading_open":
                heading = int(token.tag[1:])
            case "bullet_list_open" | "ordered_list_open":
                lists += 1
            case "bullet_list_close" | "ordered_list_close":
                lists -= 1
                if not lists:
                    composer.paragraph("\n".join(items))
                    items = []
            case "table_open":
                in_table, table = True, []
            case "tr_open":
                table.append([])
            case "table_close":
                in_table = False
                write_table(composer, "", table[1:], head=table[0])
            case "inline":
                text = _shown(token)
                if heading:
                    composer.heading(text, heading)
                    heading = 0
                elif in_table:
                    table[-1].append(Cell(one_line(text)))
                elif lists:
                    items.append(one_line(text))
                else:
                    composer.paragraph(text)
            case "fence" | "code_block":
                composer.verbatim(token.content)
            case "html_block":
                write_html(composer, token.content)


def _shown(inline: Token) -> str:
    parts: list[str] = []
    for token in inline.children or ():
        match token.type:
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
            case "html_inline":
                parts.append("\n" if token.content.lower().startswith("<br") else "")
            case _:
                parts.append(token.content)
    return "".join(parts)

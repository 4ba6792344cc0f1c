"""What a recipe is: a file's name, its title and date, and blocks of content in the order of reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from maker.passages import Passages

Rows = list[list[Any]]
KNOWLEDGENET = "KnowledgeNet fold 3"


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of content: `heading`, `paragraph`, `quote`, `bullets` or `table` (its first row names the columns)."""

    kind: str
    text: str = ""
    rows: Rows = field(default_factory=list)
    name: str = ""  # of a table: the sheet's


@dataclass(frozen=True, slots=True)
class Recipe:
    """One file to make."""

    file: str  # below the corpus; its first folder says who reads it
    title: str
    date: str  # ISO 8601
    author: str
    language: str
    blocks: tuple[Block, ...]
    sources: tuple[str, ...]
    extra: Mapping[str, Any]  # what only one format knows: mail headers, an encoding, lines

    @property
    def suffix(self) -> str:
        """The format, without the dot."""
        return self.file.rpartition(".")[2]


class Book:
    """Reads recipes and fills them with passages and tables."""

    def __init__(self, passages: Passages, tables: Mapping[str, tuple[str, Callable[[], Rows]]]) -> None:
        """Keep the sources at hand.

        Args:
            passages: Where `kn` blocks come from.
            tables: Where `from` tables come from: name -> (source, rows).
        """
        self._passages = passages
        self._tables = tables

    def read(self, path: Path) -> list[Recipe]:
        """Read one file of recipes.

        Raises:
            ValueError: A block is of no known kind.
        """
        return [self._recipe(raw) for raw in yaml.safe_load(path.read_text(encoding="utf-8"))]

    def _recipe(self, raw: dict[str, Any]) -> Recipe:
        sources: set[str] = set()
        blocks = tuple(block for item in raw.pop("body", []) for block in self._blocks(item, sources))
        lines = [
            {**line, "text": "\n\n".join(block.text for item in line["body"] for block in self._blocks(item, sources))}
            for line in raw.pop("lines", [])
        ]
        return Recipe(
            raw.pop("file"),
            raw.pop("title"),
            str(raw.pop("date")),
            raw.pop("author", "Market Research, Northwind Traders"),
            raw.pop("language", "en"),
            blocks,
            tuple(sorted(sources)),
            {**raw, "lines": lines},
        )

    def _blocks(self, item: dict[str, Any], sources: set[str]) -> Iterator[Block]:
        ((kind, value),) = item.items()
        if kind in ("heading", "paragraph", "quote"):
            yield Block(kind, " ".join(str(value).split()) if kind != "quote" else str(value).strip())
        elif kind == "bullets":
            yield Block(kind, rows=[[text] for text in value])
        elif kind in ("kn", "kn_quote"):
            sources.add(KNOWLEDGENET)
            for text in self._passages.get(str(value)):
                yield Block("paragraph" if kind == "kn" else "quote", text)
        elif kind == "table":
            rows = value.get("rows")
            if rows is None:
                source, make = self._tables[value["from"]]
                sources.add(source)
                rows = make()
            yield Block(kind, rows=rows, name=value.get("name", ""))
        else:
            raise ValueError(f"no such block: {kind}")

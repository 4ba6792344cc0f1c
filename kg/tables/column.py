"""One column of a table as it is written: the cells that it makes of a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.ingest.cells import EMPTY, Cell, Kind
from kg.ingest.composer import one_line
from kg.ingest.tables import full_name
from kg.types import Value
from kg.values import parse_number

_TRUTH = {"1": "true", "0": "false", "t": "true", "f": "false", "y": "true", "n": "false"}
PLAIN = Kind()
LEAD = 2  # a row begins with the number of its document and its key


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the document.

    Attributes:
        name: What it is called there.
        place: Of its (first) column in the table.
        target: Table and columns that it points at.
        separator: Between the values of one cell.
        extra: Where the row pointed at stands in what was selected, after the table's own columns.
        parts: Places of the columns that make it, where it is made of several.
        person: Whether it is made of given and family name.
    """

    name: str
    place: int
    kind: Kind = PLAIN
    unit: str | None = None
    target: tuple[str, tuple[str, ...]] | None = None
    separator: str | None = None
    extra: int = 0
    parts: tuple[int, ...] = ()
    person: bool = False
    text: bool = False

    def value_sql(self, alias: str) -> str:
        """What it points by."""
        cells = [f"{alias}.c{place}" for place in self.parts or (self.place,)]
        return cells[0] if len(cells) == 1 else f"concat_ws('|', {', '.join(cells)})"

    def pieces(self, text: str | None) -> list[str]:
        """The values of a cell."""
        if not text:
            return []
        if self.separator is None:
            return [one_line(text)]
        return list(dict.fromkeys(piece for part in text.split(self.separator) if (piece := one_line(part).strip())))

    def cells(self, row: Sequence[str | None], found: dict[str, tuple[str, str]]) -> list[Cell]:
        """The cells of a row; a reference is written as what its row is called."""
        if self.person:
            name = called(row[LEAD + self.parts[0]], row[LEAD + self.parts[1]])
            return [Cell(one_line(name))] if name else []
        if self.target is None:
            return [self._valued(piece) for piece in self.pieces(row[LEAD + self.place])]
        if self.separator is not None:
            return [
                self._pointed(p, *found.get(f"{self.name}\t{p}", ("", ""))) for p in self.pieces(row[LEAD + self.place])
            ]
        values = [row[LEAD + place] for place in self.parts or (self.place,)]
        if not all(values):
            return [EMPTY]
        key, given, family = row[self.extra : self.extra + 3]
        return [self._pointed("|".join(one_line(value or "") for value in values), key or "", called(given, family))]

    def _pointed(self, text: str, key: str, name: str) -> Cell:
        assert self.target is not None
        reference = self.target[0], one_line(key or text)
        return Cell(one_line(name) or text, None, reference, typed=True)

    def _valued(self, text: str) -> Cell:
        if self.kind.value == "Boolean":
            truth = self.kind.of(Cell(_TRUTH.get(text.lower(), text)))
            return Cell(text, truth.value, typed=True)
        cell = self.kind.of(Cell(text))
        if self.unit is None or (cell.value is not None and cell.value.unit is not None):
            return cell
        number = cell.value or parse_number(text)
        if number is None:
            return cell
        kind = self.kind.value or "Number"
        return Cell(text, Value(kind, number.text, number.number, self.unit), typed=True)


def called(given: str | None, family: str | None) -> str:
    """What a row is called, by its name or its two names."""
    return full_name(given or "", family or "") if family else given or ""

"""Which columns tell the rows of a table apart, and which one names them."""

from __future__ import annotations

from itertools import combinations

from kg.ingest.cells import Cell
from kg.ingest.columns import has_name, key_candidates, naming_column, person_columns
from kg.ingest.table_words import CJK, singular, words
from kg.tables.dataset import DataSet
from kg.tables.profile import ColumnProfile, TableProfile, unique_together
from kg.tables.wording import lexicon, plain

_MOST_PARTS = 6
_LONGEST_KEY = 200


def key_of(data: DataSet, found: TableProfile) -> tuple[str, ...]:
    """The declared key of a table, or the columns that make one.

    A single column must be so called, or be the first one; of several columns each must be called a key, or stand at
    an end of a table of links.
    """
    table = found.table
    if table.key:
        return table.key
    columns = {column.name: column for column in found.columns}
    names = list(columns)
    last = singular(words(table.name)[-1])
    own = [name for name in names if len(words(name)) > 1 and plain(name)[-1] == last and plain(name) != words(name)]
    for name in dict.fromkeys((*own, *(names[place] for place in key_candidates(names)))):
        column = columns[name]
        # Rows of one id are one thing, which several of them say something of.
        repeated = name.casefold() in ("id", "编号") and column.filled == table.rows <= 4 * column.distinct
        apart = found.unique(column) or repeated
        if apart and column.longest <= _LONGEST_KEY and _codes(column) and not _points(name, found):
            return (name,)
    if any(column.kind.value == "Date" for column in found.columns):
        return ()  # something that happened between two: that it happened once only is chance
    parts = [column for column in found.columns if _part(column, found)][:_MOST_PARTS]
    for size in (2, 3):
        for chosen in combinations(parts, size):
            if unique_together(data, table, [column.place for column in chosen]):
                return tuple(column.name for column in chosen)
    return ()


def name_of(found: TableProfile, key: tuple[str, ...], pointing: frozenset[str]) -> tuple[str, ...]:
    """The column that names a row, or those of given and family name; none where no column does.

    Args:
        found: The table.
        key: The columns of its key.
        pointing: Columns that point at other rows.
    """
    names = [column.name for column in found.columns]
    people = None if has_name(names) else person_columns(names)
    if people is not None:
        return names[people[0]], names[people[1]]
    skip = frozenset(
        place
        for place, column in enumerate(found.columns)
        if column.name in pointing
        or (column.name in key and (len(key) > 1 or not _speaks(column)))
        or column.separator is not None
    )
    rows = [[column.kind.of(Cell(text)) for column, text in zip(found.columns, row, strict=True)] for row in found.rows]
    place = naming_column(found.table.name, names, rows, skip)
    if place is not None:
        return (names[place],)
    if singular(words(found.table.name)[-1]) in lexicon()["parents"]["Organization"]:  # a debtor is a company
        for name in names:
            if name.casefold() in lexicon()["company"] and name not in pointing:
                return (name,)
    if len(key) == 1 and key[0] not in pointing and _speaks(found.column(key[0])):
        return key
    return ()


def _codes(column: ColumnProfile) -> bool:
    """Whether values may be keys: not amounts, dates or texts."""
    if column.kind.value in ("Date", "Money", "Boolean"):
        return False
    return column.kind.value != "Number" or column.numeric or all(text.lstrip("-").isdigit() for text in column.sample)


def _points(name: str, found: TableProfile) -> bool:
    """Whether a unique column of a short table is rather a reference: named for something else than its table."""
    parts = plain(name)
    if parts == words(name):
        return False
    last = singular(parts[-1])
    own = [singular(word) for word in words(found.table.name)]
    return last not in own and any(column.name != name and "id" in words(column.name) for column in found.columns)


def _part(column: ColumnProfile, found: TableProfile) -> bool:
    keyed = plain(column.name) != words(column.name) or column.name.casefold() in ("src", "dst", "from", "to")
    return keyed and column.filled == found.table.rows and column.longest <= _LONGEST_KEY and _codes(column)


def _speaks(column: ColumnProfile) -> bool:
    """Whether the values of a key are words, not codes."""

    def spoken(text: str) -> bool:
        letters = sum(char.isalpha() for char in text)
        return bool(CJK.search(text)) or (letters > 0.7 * len(text) and any(char.islower() for char in text))

    return bool(column.sample) and sum(map(spoken, column.sample)) >= 0.8 * len(column.sample)

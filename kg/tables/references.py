"""Which columns point at rows of other tables: by what their cells hold, and by what they are called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.ingest.table_words import singular, words
from kg.tables.dataset import DataSet
from kg.tables.keys import name_of
from kg.tables.profile import ColumnProfile, TableProfile, contained, known_values
from kg.tables.wording import lexicon, plain

CONTAINED = 0.95
"""Least share of a column's distinct values that must be found at the other end."""
NAMED = 0.75
"""The same for words, where the column is plainly called after the other table: it may list what is not there yet."""
_SEPARATORS = (";", "|", "、", "，", ",", "/")
_NUMBER = re.compile(
    r"(?i)([ _]|^)(id|code|no|nr|num|number|key|symbol|ticker)$|(?-i:[a-z](Id|ID|Code|No|Num|Number|Key))$|号$|代码$"
)
_GENERIC = frozenset({"id", "key", "code", "no", "nr", "number", "name", "title", "编号", "名称", "代码"})
_LISTS = re.compile(r"(?i)(tags|keywords|skills|languages|labels|categories|topics|aliases)$|标签$|关键词$|技能$")


@dataclass(frozen=True, slots=True)
class Reference:
    """That cells of a column hold values of another column, which tells rows apart."""

    column: str
    table: str
    target: str
    separator: str | None = None


def references(
    data: DataSet, profiles: Mapping[str, TableProfile], keys: Mapping[str, tuple[str, ...]]
) -> dict[str, list[Reference]]:
    """Find the references by one column of every table; what is declared comes first.

    Args:
        data: The tables.
        profiles: What their columns hold, by the table's name.
        keys: The keys of the tables.
    """
    targets = [
        (name, column)
        for name, found in profiles.items()
        for column in found.columns
        if keys[name] == (column.name,) or (found.unique(column) and _may_be_pointed_at(column, found, keys[name]))
    ]
    by_name = {name.casefold(): name for name in profiles}
    result: dict[str, list[Reference]] = {}
    for name, found in profiles.items():
        result[name] = []
        for declared in found.table.references:
            target = by_name.get(declared.table.casefold())
            if target is not None and len(declared.columns) == 1:
                ends = declared.targets or keys[target]
                end = next(
                    (c.name for c in profiles[target].columns if [c.name.casefold()] == [e.casefold() for e in ends]),
                    None,
                )
                if end is not None:
                    result[name].append(Reference(declared.columns[0], target, end))
        known = {reference.column for reference in result[name]}
        known |= {column for declared in found.table.references for column in declared.columns}
        for column in found.columns:
            if column.name not in known and (best := _best(data, profiles, keys, targets, name, column)) is not None:
                result[name].append(best)
        places = {column.name: column.place for column in found.columns}
        result[name].sort(key=lambda reference: places[reference.column])
    return result


def list_separator(column: ColumnProfile) -> str | None:
    """What stands between the values of a cell that holds several plain ones, if it does."""
    if column.separator is not None:
        return column.separator.strip()
    for separator in _SEPARATORS:
        if separator in ("，", "/") and not _LISTS.search(column.name):
            continue
        if separator == "," and not _LISTS.search(column.name) and any(", " in text for text in column.sample):
            continue
        pieces = [piece.strip() for text in column.sample for piece in text.split(separator)]
        several = sum(separator in text for text in column.sample)
        short = sum(0 < len(piece) <= 40 for piece in pieces) >= 0.98 * len(pieces)
        if several >= 0.3 * len(column.sample) and several > 1 and short and len(set(pieces)) < 0.9 * len(pieces):
            return separator
    return None


def _may_be_pointed_at(column: ColumnProfile, found: TableProfile, key: tuple[str, ...]) -> bool:
    """Whether a unique column that is not the key is what others may know the rows by: a name or a number."""
    if column.kind.value is not None or column.mean < 2 or column.longest > 200 or column.distinct < 2:
        return False
    return name_of(found, key, frozenset()) == (column.name,) or bool(_NUMBER.search(column.name))


def _best(
    data: DataSet,
    profiles: Mapping[str, TableProfile],
    keys: Mapping[str, tuple[str, ...]],
    targets: list[tuple[str, ColumnProfile]],
    table: str,
    column: ColumnProfile,
) -> Reference | None:
    if (
        not column.distinct
        or column.kind.value in ("Money", "Boolean")
        or (column.kind.value == "Date" and not column.numeric)
    ):
        return None
    found: list[tuple[float, bool, str, str, Reference]] = []
    own_key = keys[table] == (column.name,)
    for target, end in targets:
        if (target, end.name) == (table, column.name):
            continue
        is_key = keys[target] == (end.name,)
        evidence = _evidence(table, column.name, target, end.name)
        if own_key and (evidence < 0.9 or column.name.casefold() in _GENERIC):
            continue
        if (column.numeric or end.numeric) and (column.numeric != end.numeric or evidence < 0.5):
            continue
        for separator in (None, *([column.separator.strip()] if column.separator else _SEPARATORS)):
            share = _share(data, profiles, table, column, target, end, separator)
            needed = 1.0 if evidence < 0.5 or not is_key else CONTAINED if column.numeric or evidence < 0.9 else NAMED
            if evidence < 0.5 and (not _telling(column) if separator is None else share < 0.98):
                continue
            if share >= (needed if separator is None else min(needed, 0.95)):
                found.append(
                    (-evidence, not is_key, target, end.name, Reference(column.name, target, end.name, separator))
                )
                break
    return min(found)[-1] if found else None


def _share(
    data: DataSet,
    profiles: Mapping[str, TableProfile],
    table: str,
    column: ColumnProfile,
    target: str,
    end: ColumnProfile,
    separator: str | None,
) -> float:
    """The share of a column's values, or of the pieces of its cells, that stand in another column."""
    other = profiles[target].table
    sample = column.sample[:200]
    if separator is not None:
        if sum(separator in text for text in sample) < max(1, 0.1 * len(sample)):
            return 0.0
        sample = tuple(dict.fromkeys(p for text in sample for piece in text.split(separator) if (p := piece.strip())))
    elif all(len(text) > end.longest for text in sample):
        return 0.0
    if not sample:
        return 0.0
    share = len(known_values(data, sample, other, f"c{end.place}")) / len(sample)
    if separator is not None or share < 0.9 or len(sample) == column.distinct:
        return share
    return contained(data, profiles[table].table, f"c{column.place}", other, f"c{end.place}")


def _telling(column: ColumnProfile) -> bool:
    """Whether values are so peculiar that finding them elsewhere is no chance."""
    return not column.numeric and column.distinct >= 3 and column.mean >= 4 and column.kind.value is None


def _evidence(table: str, column: str, target: str, end: str) -> float:
    """How much the name of a column tells that it points at a table, from 0 to 1."""
    ends = words(target)
    ends = [*ends[:-1], singular(ends[-1])]
    parts = [*plain(column)[:-1], singular(plain(column)[-1])]
    if (
        column.casefold() == end.casefold()
        and column.casefold() not in _GENERIC
        and (plain(end) == words(end) or singular(plain(end)[-1]) == ends[-1])
    ):
        return 1.0
    if (sides := _sides(table, column)) is not None:
        return 1.0 if sides == [singular(word) for word in ends] else 0.0
    if parts == ends or "".join(parts) == "".join(ends):
        return 1.0
    if parts[-len(ends) :] == ends:
        return 0.9
    if target == table and set(parts) & set(lexicon()["own"]):
        return 0.85
    if parts[-1] == ends[-1]:
        return 0.7
    stems = [part for part in parts if len(part) >= 4 and ends[-1].startswith(part)]
    return 0.55 if stems and len(parts) <= 2 else 0.0


def ends_of(table: str, columns: Sequence[str]) -> tuple[str, str, str] | None:
    """The columns of a table called "Person_fundTrans_Person" that say from whom and to whom, and the words between."""
    sides = [next((c for c in columns if c.casefold() in lexicon()[side]), None) for side in ("from", "to")]
    pieces = table.split("_")
    if len(pieces) < 3 or sides[0] is None or sides[1] is None:
        return None
    return sides[0], sides[1], "_".join(pieces[1:-1])


def _sides(table: str, column: str) -> list[str] | None:
    """The table that an end of "Person_hasDevice_Device" is, where a table and its columns are so called."""
    pieces = table.split("_")
    if len(pieces) < 3:
        return None
    for side, piece in (("from", pieces[0]), ("to", pieces[-1])):
        if column.casefold().removesuffix("_id") in lexicon()[side] or column.casefold() in lexicon()[side]:
            return [singular(word) for word in words(piece)]
    return None

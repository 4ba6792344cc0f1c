"""What the columns of a table are: whether its first row names them, which one names a row, which make its key."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.ingest.cells import Cell, Row, is_year
from kg.ingest.table_words import singular, words
from kg.values import parse_value

_NAME = re.compile(
    r"(?i)^(full[ _]?name|name|display[ _]?name|label|名称|姓名|名字|名|公司名称|企业名称|公司|产品名称)$"
)
_TITLE = re.compile(r"(?i)^(title|标题|题目|书名|片名)$")
_NAME_LIKE = re.compile(r"(?i)([ _]name$|^name[ _])|(?-i:[a-z]Name$)|名称$|姓名$|名$")
_DESCRIBED = re.compile(r"(?i)[ _](description|desc|title|label)$|(?-i:[a-z](Description|Desc|Title|Label)$)")
_PART = re.compile(r"(?i)(first|last|middle|given|family|user|nick|file|sur|maiden)[ _]?name")
_GIVEN = re.compile(r"(?i)^(first|given|fore)[ _]?name$")
_FAMILY = re.compile(r"(?i)^((last|family)[ _]?name|surname)$")
_KEY = re.compile(r"(?i)^(id|key|code|no|nr|number|uuid|guid|sku|isbn|ticker|symbol|index|编号|代码|序号|股票代码|#)$")
_KEY_LIKE = re.compile(r"(?i)[ _](id|code|no|nr|number|key|uuid)$|(?-i:[a-z](Id|ID|Code|Key|No|Number))$|编号$|代码$")

LONGEST_HEAD = 80
LONGEST_NAME = 200


def first_row_names(rows: Sequence[Row]) -> bool:
    """Whether the first row of a table holds the names of its columns.

    It does when it is text through and through (years of one statement beside each other count as text), its cells are
    distinct, and none of them comes again in its own column.
    """
    if len(rows) < 2:
        return False
    head, body = rows[0], rows[1:]
    width = max(len(row) for row in rows)
    filled = [cell.text for cell in head if cell.text]
    if len(filled) < max(1, width - 1 - width // 3) or len({text.casefold() for text in filled}) < len(filled):
        return False
    if len(filled) == 1 < width and _is_full(rows[1]) and first_row_names(rows[1:]):
        return False  # a caption above the head
    if any(len(text) > LONGEST_HEAD or text.endswith(("。", "；")) for text in filled):
        return False
    values = [cell for cell in head if cell.text and (cell.value or parse_value(cell.text))]
    if values and not (all(is_year(cell.text) for cell in values) and not (is_year(head[0].text) and width > 1)):
        return False
    if len(values) == len(filled):
        return False
    return not any(
        row[index].text == cell.text for index, cell in enumerate(head) if cell.text for row in body if index < len(row)
    )


def _is_full(row: Row) -> bool:
    return len(row) > 1 and all(cell.text for cell in row)


def column_names(head: Row, width: int) -> tuple[str, ...]:
    """Names for all columns, each one once: a blank one gets its number, a second one of a name its count."""
    names: list[str] = []
    seen: dict[str, int] = {}
    for index in range(width):
        name = head[index].text.strip(" :：") if index < len(head) else ""
        name = name or f"column {index + 1}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names)


def naming_column(
    table: str, names: Sequence[str], rows: Sequence[Row], skip: frozenset[int] = frozenset()
) -> int | None:
    """Find the column whose cells name the rows.

    In order: one called "name"; "title" where titles differ from row to row; the table's own ("product_name" of
    products); the first other "..._name" that tells rows apart; the table's own description or title; the
    first column of short texts that no two rows share.

    Args:
        table: The table's name.
        names: Its columns.
        rows: Its rows, or enough of them to judge by.
        skip: Columns that are out of the question (foreign keys).
    """
    usable = [index for index in range(len(names)) if index not in skip and _nameable(rows, index)]
    own = [index for index in usable if _NAME_LIKE.search(names[index]) and not _PART.search(names[index])]
    for choice in (
        [index for index in usable if _NAME.match(names[index])],
        [index for index in usable if _TITLE.match(names[index]) and _distinct(rows, index) >= 0.7],
        [index for index in own if names[index].casefold().startswith(_singular(table))],
        [index for index in own if _distinct(rows, index) >= 0.9],
        [
            index
            for index in usable
            if _DESCRIBED.search(names[index])
            and names[index].casefold().startswith(_singular(table))
            and _distinct(rows, index) >= 0.9
        ],
        [
            index
            for index in usable
            if _distinct(rows, index) == 1.0 and not _KEY.match(names[index]) and not _KEY_LIKE.search(names[index])
        ],
    ):
        if choice:
            return choice[0]
    return None


def person_columns(names: Sequence[str]) -> tuple[int, int] | None:
    """Find the columns of given and family names, where a table of people has these instead of one name."""
    given = next((index for index, name in enumerate(names) if _GIVEN.match(name)), None)
    family = next((index for index, name in enumerate(names) if _FAMILY.match(name)), None)
    return None if given is None or family is None else (given, family)


def has_name(names: Sequence[str]) -> bool:
    """Whether a column is plainly called the name."""
    return any(_NAME.match(name) for name in names)


def key_candidates(names: Sequence[str]) -> list[int]:
    """The columns that may tell rows apart by a code, the likeliest first: those so called, then the first column."""
    exact = [place for place, name in enumerate(names) if _KEY.match(name)]
    like = [place for place, name in enumerate(names) if _KEY_LIKE.search(name)]
    return list(dict.fromkeys((*exact, *like, 0))) if names else []


def _singular(table: str) -> str:
    last = words(table)[-1]
    return table.casefold().removesuffix(last) + singular(last)


def _text(row: Row, index: int) -> str:
    return row[index].text if index < len(row) else ""


def _nameable(rows: Sequence[Row], index: int) -> bool:
    """Whether a column holds short texts, hardly any of them blank."""
    cells: list[Cell] = [row[index] for row in rows if index < len(row) and row[index].text]
    if not cells or len(cells) < 0.5 * len(rows):
        return False
    texts = sum(cell.value is None and cell.reference is None and len(cell.text) <= LONGEST_NAME for cell in cells)
    return texts >= 0.9 * len(cells) and any(char.isalpha() for char in cells[0].text)


def _distinct(rows: Sequence[Row], index: int) -> float:
    """The share of different cells in a column; 0 where one is blank, since a blank tells nothing apart."""
    texts = [_text(row, index) for row in rows]
    return len(set(texts)) / len(texts) if texts and all(texts) else 0.0

"""Which columns of two tables say the same, and how their cells are compared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice

from rapidfuzz import fuzz

from kg.errors import InputError
from kg.fusion.normalise import words
from kg.matching.table import Table
from kg.values import parse_email, parse_value

_SAMPLE = 1_000
_LONG = 14  # words of an average cell from which on a column is running text
_CODE_NAME = re.compile(
    r"(?i)(^|[\W_])(phone|tel|fax|mobile|zip|post ?code|ssn|soc|isbn|ean|upc|sku|code|no|nr)(\d*|s)([\W_]|$)"
)
_ALIKE = 0.4  # how alike name and contents of two columns must be to say the same


class Kind(StrEnum):
    """How the cells of a column are compared."""

    NAME = "name"  # a few words
    TEXT = "text"  # running text
    NUMBER = "number"  # amounts, prices, years
    DATE = "date"
    CODE = "code"  # telephone numbers, postcodes, e-mail addresses, identifiers: a sign off is another thing or a slip


@dataclass(frozen=True, slots=True)
class Column:
    """A column that both tables have.

    Attributes:
        left: Its name in the left table.
        right: Its name in the right table.
        kind: How its cells are compared.
        left_cells: Its cells in the left table.
        right_cells: Its cells in the right table.
    """

    left: str
    right: str
    kind: Kind
    left_cells: Sequence[str]
    right_cells: Sequence[str]

    @property
    def name(self) -> str:
        """What people call it."""
        return self.left if self.left == self.right else f"{self.left}/{self.right}"


def align(left: Table, right: Table) -> list[Column]:
    """Pair the columns of two tables: equal names first, then by how alike names and contents are.

    Args:
        left: A table.
        right: Another, or the same one.

    Returns:
        The pairs in the left table's order, without columns that are blank in one of the tables.

    Raises:
        InputError: no column is in both tables.
    """
    plain = {" ".join(words(name)): name for name in right.columns}
    partner = {name: plain[key] for name in left.columns if (key := " ".join(words(name))) in plain}
    free = [name for name in left.columns if name not in partner]
    taken = set(partner.values())
    rest = [name for name in right.columns if name not in taken]
    likeness = sorted(
        ((_likeness(left, a, right, b), a, b) for a in free for b in rest), key=lambda row: (-row[0], row[1], row[2])
    )
    for alike, a, b in likeness:
        if alike >= _ALIKE and a not in partner and b not in taken:
            partner[a] = b
            taken.add(b)
    found = [
        Column(
            a,
            partner[a],
            kind_of(a, left.columns[a], right.columns[partner[a]]),
            left.columns[a],
            right.columns[partner[a]],
        )
        for a in left.columns
        if a in partner and any(left.columns[a]) and any(right.columns[partner[a]])
    ]
    if not found:
        names = f"{', '.join(left.columns)} and {', '.join(right.columns)}"
        raise InputError(f"{left.name} and {right.name} have no column in common: {names}")
    return found


def kind_of(name: str, *tables: Sequence[str]) -> Kind:
    """Find out how the cells of a column are compared, by a sample of each table's and the column's name."""
    cells = list(chain.from_iterable(islice((cell for cell in cells if cell), _SAMPLE) for cells in tables))
    if not cells:
        return Kind.NAME
    most = 0.9 * len(cells)
    if sum(_is_date(cell) for cell in cells) >= most:
        return Kind.DATE
    if sum(parse_email(cell) is not None for cell in cells) >= most:
        return Kind.CODE
    numeric = [value is not None and value.kind in ("Number", "Money") for value in map(parse_value, cells)]
    if sum(numeric) >= most:
        return Kind.CODE if _CODE_NAME.search(name) or _are_codes(cells) else Kind.NUMBER
    if sum(_is_code(cell) for cell in cells) >= most:
        return Kind.CODE
    return Kind.TEXT if sum(len(words(cell)) for cell in cells) > _LONG * len(cells) else Kind.NAME


def _is_date(cell: str) -> bool:
    digits = sum(char.isdigit() for char in cell)
    if digits == len(cell):
        return digits == 8 and cell[:2] in ("18", "19", "20")
    value = parse_value(cell, "Date") if digits else None
    return value is not None and len(value.text) >= 10


def _is_code(cell: str) -> bool:
    bare = [char for char in cell if char.isalnum()]
    digits = sum(char.isdigit() for char in bare)
    return digits >= 4 and 2 * digits >= len(bare)


def _are_codes(cells: Sequence[str]) -> bool:
    """Whether digits are identifiers: leading zeros, or six digits and more that rarely repeat."""
    if sum(cell[0] == "0" and cell.isdigit() and len(cell) > 1 for cell in cells) > 0.02 * len(cells):
        return True
    whole = [cell for cell in cells if cell.isdigit()]
    lengths = Counter(map(len, whole))
    usual, count = lengths.most_common(1)[0] if lengths else (0, 0)
    return usual >= 6 and count >= 0.8 * len(cells) and len(set(whole)) >= 0.3 * len(whole)


def _likeness(left: Table, a: str, right: Table, b: str) -> float:
    if kind_of(a, left.columns[a]) is not kind_of(b, right.columns[b]):
        return 0.0
    named = fuzz.token_set_ratio(" ".join(words(a)), " ".join(words(b))) / 100
    mine, yours = _vocabulary(left.columns[a]), _vocabulary(right.columns[b])
    shared = len(mine & yours) / min(len(mine), len(yours)) if mine and yours else 0.0
    return max(named if named >= 0.9 else 0.0, 0.4 * named + 0.9 * shared)


def _vocabulary(cells: Sequence[str]) -> set[str]:
    return {word for cell in islice((cell for cell in cells if cell), _SAMPLE) for word in words(cell)}

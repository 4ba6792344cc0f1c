"""The features of record pairs: every column by its kind, the records as a whole, and their nearest neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kg.matching import compare
from kg.matching.columns import Column, Kind, align
from kg.matching.compare import Rarity
from kg.matching.habits import Habits
from kg.matching.table import Indices, Table
from kg.matching.tokens import Tokens, tokens
from kg.matching.vectors import Floats, Nearest, Sparse, cosines, grams, nearest, tfidf
from kg.ports import Encoder

NEIGHBOURS = 10
"""Nearest records of the other table that a record's rank and margin are taken among."""
_SCATTERED = 14  # words of a record, over several columns, up to which they are compared together
_ENCODED = 300  # characters of a record that the encoder reads


@dataclass(frozen=True, slots=True)
class Matrix:
    """Features of pairs.

    Attributes:
        values: Shape (pairs, features); NaN where a cell is blank.
        names: Feature names, "column: what".
    """

    values: Floats
    names: tuple[str, ...]

    def beside(self, other: Matrix) -> Matrix:
        """These features and others of the same pairs."""
        return Matrix(np.hstack([self.values, other.values]), self.names + other.names)


@dataclass(slots=True)
class _View:
    """One text a record on each side, in one kind of vector."""

    name: str
    vectors: tuple[Sparse, Sparse]
    ranked: bool = False
    toward_right: Nearest | None = None
    toward_left: Nearest | None = None


class Features:
    """Compares the records of two tables, or of one with itself.

    What is needed of whole tables (how rare words are, who is nearest) is worked out once, here.

    Args:
        left: A table.
        right: Another; the same object to find duplicates in it.
        encoder: Makes vectors of meaning; None: without.
    """

    def __init__(self, left: Table, right: Table, encoder: Encoder | None = None) -> None:
        self.left, self.right = left, right
        self.same = left is right
        self.columns = align(left, right)
        self._texts = _record_texts(left, self.columns, 0), _record_texts(right, self.columns, 1)
        self._tokens = tuple(self._side_tokens(side, Kind.NAME, Kind.TEXT) for side in (0, 1))
        # What is said in few words over several columns may stand in the wrong one: then they are compared together.
        named = [column for column in self.columns if column.kind is Kind.NAME]
        self._named = tuple(self._side_tokens(side, Kind.NAME) for side in (0, 1)) if len(named) > 1 else ()
        lengths = [len(token.words) for side in self._named for token in side]
        if sum(lengths) > _SCATTERED * len(lengths):
            self._named = ()
        self.rarity = Rarity([*token.words, *token.codes, *token.numbers] for side in self._tokens for token in side)
        self._rarities = {
            column.name: Rarity(tokens(cell).words for cells in _sides(column) for cell in cells if cell)
            for column in self.columns
            if column.kind is Kind.NAME
        }
        self.views = list(self._make_views(encoder))
        self.habits = [
            Habits(column, self.sure_pairs())
            for column in self.columns
            if column.kind in (Kind.NAME, Kind.CODE) and Habits.has(column)
        ]

    def _side_tokens(self, side: int, *kinds: Kind) -> list[Tokens]:
        """What the columns of some kinds say of each record together; the whole record where there is none."""
        cells = [_sides(column)[side] for column in self.columns if column.kind in kinds]
        if not cells:
            return [tokens(text) for text in self._texts[side]]
        return [tokens(" ".join(filter(None, row))) for row in zip(*cells, strict=True)]

    def _make_views(self, encoder: Encoder | None) -> Iterator[_View]:
        for column in self.columns:
            if column.kind in (Kind.NAME, Kind.TEXT):
                sides = _plain(_sides(column))
                yield _View(f"{column.name}: words", tfidf(*sides, str.split))
                if column.kind is Kind.NAME:
                    yield _View(f"{column.name}: letters", tfidf(*sides, grams))
        plain = _plain(self._texts)
        yield _View("record: words", tfidf(*plain, str.split), ranked=True)
        yield _View("record: letters", tfidf(*plain, grams), ranked=True)
        main = self.main_column()
        if main is not None:
            sides = _plain(_sides(main))
            yield _View(f"{main.name}: letters, ranked", tfidf(*sides, grams), ranked=True)
        if encoder is not None:
            from scipy.sparse import csr_matrix

            source = _sides(main) if main is not None else self._texts
            ends = [csr_matrix(encoder.encode([text[:_ENCODED] for text in texts])) for texts in source]
            yield _View("meaning", (ends[0], ends[1]), ranked=True)

    def main_column(self) -> Column | None:
        """The column that names a record: of the columns of few words the one with most different, longest cells."""
        named = [column for column in self.columns if column.kind is Kind.NAME]

        def telling(column: Column) -> float:
            cells = [cell for cell in column.left_cells if cell]
            distinct = len(set(cells)) / max(len(cells), 1)
            size = sum(min(len(cell), 60) for cell in cells) / max(len(column.left_cells), 1)
            return distinct * size

        return max(named, key=telling, default=None)

    def neighbours(self, view: _View) -> tuple[Nearest, Nearest]:
        """Who is nearest to whom, from the left and from the right."""
        if view.toward_right is None or view.toward_left is None:
            view.toward_right = nearest(*view.vectors, NEIGHBOURS, same=self.same)
            mirrored = (view.vectors[1], view.vectors[0])
            view.toward_left = view.toward_right if self.same else nearest(*mirrored, NEIGHBOURS)
        return view.toward_right, view.toward_left

    def sure_pairs(self) -> tuple[Indices, Indices]:
        """Pairs that are each other's nearest by the letters of the whole record."""
        view = next(view for view in self.views if view.name == "record: letters")
        right, left = self.neighbours(view)
        mine = np.arange(len(self.left))
        best = right.others[:, 0]
        sure = (best >= 0) & (left.others[best, 0] == mine) & (right.scores[:, 0] > 0.3)
        return mine[sure], best[sure]

    def matrix(self, left: Indices, right: Indices) -> Matrix:
        """Compare pairs of records.

        Args:
            left: Positions in the left table.
            right: Positions in the right table.

        Returns:
            One row a pair.
        """
        found: dict[str, Floats] = {}
        for column in self.columns:
            found |= self._column(column, left, right)
        for view in self.views:
            scores = cosines(view.vectors, left, right)
            found[f"{view.name}, cosine"] = scores
            if view.ranked:
                toward_right, toward_left = self.neighbours(view)
                found[f"{view.name}: rank among left's"] = toward_right.rank(left, scores)
                found[f"{view.name}: rank among right's"] = toward_left.rank(right, scores)
                found[f"{view.name}: ahead of left's next"] = toward_right.margin(left, right, scores)
                found[f"{view.name}: ahead of right's next"] = toward_left.margin(right, left, scores)
        if self._named:
            mine, yours = self._named
            rows = [compare.compare_words(mine[a], yours[b], self.rarity) for a, b in zip(left, right, strict=True)]
            found |= _spread("record", compare.SOFT, rows)
        mine, yours = self._tokens
        rows = [compare.compare_details(mine[a], yours[b], self.rarity) for a, b in zip(left, right, strict=True)]
        found |= _spread("record", compare.DETAIL, rows)
        found |= {f"{habit.name}: go together": habit.of(left, right) for habit in self.habits}
        return Matrix(np.column_stack(list(found.values())), tuple(found))

    def _column(self, column: Column, left: Indices, right: Indices) -> dict[str, Floats]:
        pairs = [(column.left_cells[a], column.right_cells[b]) for a, b in zip(left, right, strict=True)]
        found: dict[str, Floats] = {}
        if not all(column.left_cells) or not all(column.right_cells):
            found[f"{column.name}: blank"] = np.array([(not a) + (not b) for a, b in pairs], float)
        if column.kind in _BY_KIND:
            names, function = _BY_KIND[column.kind]
            nothing = (np.nan,) * len(names)
            found |= _spread(column.name, names, [function(a, b) if a and b else nothing for a, b in pairs])
        if column.kind is Kind.NAME:
            rarity = self._rarities[column.name]
            nothing = (np.nan,) * len(compare.SOFT)
            rows = [compare.compare_words(tokens(a), tokens(b), rarity) if a and b else nothing for a, b in pairs]
            found |= _spread(column.name, compare.SOFT, rows)
        return found


_BY_KIND: dict[Kind, tuple[tuple[str, ...], Callable[[str, str], tuple[float, ...]]]] = {
    Kind.NAME: (compare.NAME, compare.compare_names),
    Kind.NUMBER: (compare.NUMBER, compare.compare_numbers),
    Kind.DATE: (compare.DATE, compare.compare_dates),
    Kind.CODE: (compare.CODE, compare.compare_codes),
}


def _spread(name: str, names: Sequence[str], rows: Sequence[tuple[float, ...]]) -> dict[str, Floats]:
    values = np.array(rows, float).reshape(len(rows), len(names))
    return {f"{name}: {what}": values[:, position] for position, what in enumerate(names)}


def _plain(sides: tuple[Sequence[str], Sequence[str]]) -> tuple[list[str], list[str]]:
    return list(map(compare.plain, sides[0])), list(map(compare.plain, sides[1]))


def _sides(column: Column) -> tuple[Sequence[str], Sequence[str]]:
    return column.left_cells, column.right_cells


def _record_texts(table: Table, columns: Sequence[Column], side: int) -> list[str]:
    """All that is said of each record, but for amounts."""
    amounts = {(column.left, column.right)[side] for column in columns if column.kind is Kind.NUMBER}
    kept = [cells for name, cells in table.columns.items() if name not in amounts] or list(table.columns.values())
    return [" ".join(filter(None, row)) for row in zip(*kept, strict=True)]

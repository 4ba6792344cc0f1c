"""The record pairs that `bench.resolution` measures on, as tables and pairs."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from kg.matching import Pairs, Table

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "resolution"
MAGELLAN = {
    "DBLP-ACM": "Structured/DBLP-ACM",
    "Abt-Buy": "Textual/Abt-Buy",
    "Amazon-Google": "Structured/Amazon-Google",
    "Fodors-Zagats": "Structured/Fodors-Zagats",
}
PEOPLE = ("febrl4", "fake1000")
_CELL = re.compile(r"(?:^|\s)COL (\S+) VAL ?")


@dataclass(frozen=True)
class Labelled:
    """Two tables and their labelled pairs by split."""

    left: Table
    right: Table
    splits: Mapping[str, Pairs]


@dataclass(frozen=True)
class People:
    """Two tables, or one twice, and all pairs that are the same person, by position."""

    left: Table
    right: Table
    truth: frozenset[tuple[int, int]]


def labelled(name: str, *, without: str = "") -> Labelled:
    """Read a set of Magellan's. Its files hold pairs of records without ids: equal records are one.

    Args:
        name: One of `MAGELLAN`.
        without: A column to leave out.
    """
    sides: tuple[dict[str, int], dict[str, int]] = ({}, {})
    splits = {}
    for split in ("train", "valid", "test"):
        with (DATA / "magellan" / MAGELLAN[name] / f"{split}.txt").open(encoding="utf-8") as lines:
            rows = [line.rstrip("\n").split("\t") for line in lines]
        left, right = (np.array([side.setdefault(row[n], len(side)) for row in rows]) for n, side in enumerate(sides))
        splits[split] = Pairs(left, right, np.array([row[2] == "1" for row in rows]))
    left, right = (
        Table.of([{"id": str(at), **_cells(text, without)} for text, at in side.items()], f"{name} {which}")
        for side, which in zip(sides, ("left", "right"), strict=True)
    )
    return Labelled(left, right, splits)


def _cells(text: str, without: str) -> dict[str, str]:
    parts = _CELL.split(text)
    return {name: cell.strip() for name, cell in zip(parts[1::2], parts[2::2], strict=True) if name != without}


def people(name: str) -> People:
    """Read one of `PEOPLE`."""
    if name == "febrl4":
        left = Table.of(_rows("febrl/dataset4a.csv"), "febrl4 a", "rec_id")
        right = Table.of(_rows("febrl/dataset4b.csv"), "febrl4 b", "rec_id")
        numbers = {key.split("-")[1]: at for key, at in left.positions.items()}
        return People(left, right, frozenset((numbers[k.split("-")[1]], at) for k, at in right.positions.items()))
    rows = _rows("splink_fake1000/fake_1000_from_splink_demos.csv")
    clusters: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        clusters.setdefault(row.pop("cluster"), []).append(at)
    table = Table.of(rows, name, "unique_id")
    return People(table, table, frozenset(pair for one in clusters.values() for pair in combinations(one, 2)))


def _rows(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return [{key.strip(): cell.strip() for key, cell in row.items()} for row in csv.DictReader(lines)]

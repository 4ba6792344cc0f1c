"""Real databases in other shapes: Northwind's dump as CSV files and as SQLite."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

ENTERPRISE = Path(__file__).parents[3].parent / "shared" / "data" / "enterprise"

_TABLE = re.compile(r"^CREATE TABLE (\w+) \((.*?)^\);", re.MULTILINE | re.DOTALL)
_VALUE = re.compile(r"'((?:[^']|'')*)'|(NULL)|(-?[\d.]+)")


def enterprise(folder: str) -> Path:
    """A public data set; the test is skipped where it is absent."""
    path = ENTERPRISE / folder
    if not path.is_dir():
        pytest.skip(f"{folder}: the public data sets are not here")
    return path


def northwind() -> dict[str, tuple[list[str], list[list[str]]]]:
    """Northwind's tables with rows: column names and texts."""
    dump = (enterprise("northwind") / "northwind.sql").read_text("utf-8")
    tables = {
        name: [line.split()[0] for line in body.splitlines() if line.strip()] for name, body in _TABLE.findall(dump)
    }
    rows: dict[str, list[list[str]]] = {name: [] for name in tables}
    for name, values in re.findall(r"^INSERT INTO (\w+) VALUES \((.*)\);$", dump, re.MULTILINE):
        rows[name].append(list(_values(values)))
    return {name: (columns, rows[name]) for name, columns in tables.items() if rows[name]}


def _values(text: str) -> Iterator[str]:
    for quoted, null, number in _VALUE.findall(text):
        yield "" if null else number or quoted.replace("''", "'")


def northwind_csv(folder: Path) -> Path:
    """Write Northwind as CSV files, which declare no key and no type."""
    for name, (columns, rows) in northwind().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows(rows)
    return folder


def northwind_sqlite(path: Path) -> Path:
    """Write Northwind as a SQLite file with its keys and foreign keys declared."""
    dump = (enterprise("northwind") / "northwind.sql").read_text("utf-8")
    keys = dict(re.findall(r"ALTER TABLE ONLY (\w+)\s+ADD CONSTRAINT \w+ PRIMARY KEY \(([^)]*)\)", dump))
    foreign = re.findall(r"ALTER TABLE ONLY (\w+)\s+ADD CONSTRAINT \w+ FOREIGN KEY \(([^)]*)\) REFERENCES (\w+)", dump)
    connection = sqlite3.connect(path)
    for name, (columns, rows) in northwind().items():
        parts = [f'"{column}"' for column in columns]
        parts += [f"PRIMARY KEY ({keys[name]})"] if name in keys else []
        parts += [f"FOREIGN KEY ({c}) REFERENCES {target}" for table, c, target in foreign if table == name]
        connection.execute(f'CREATE TABLE "{name}" ({", ".join(parts)})')
        marks = ", ".join("?" * len(columns))
        connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', [[v or None for v in row] for row in rows])
    connection.commit()
    connection.close()
    return path

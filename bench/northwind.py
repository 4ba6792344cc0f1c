"""Northwind's PostgreSQL dump as a SQLite file, its types, keys and references declared."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

_TABLE = re.compile(r"CREATE TABLE (\w+) \((.*?)\n\);", re.DOTALL)
_PRIMARY = re.compile(r"ALTER TABLE ONLY (\w+)\s+ADD CONSTRAINT \w+ PRIMARY KEY \(([^)]*)\)")
_FOREIGN = re.compile(r"ALTER TABLE ONLY (\w+)\s+ADD CONSTRAINT \w+ FOREIGN KEY \((\w+)\) REFERENCES (\w+)")
_INSERT = re.compile(r"^INSERT INTO .*;$", re.MULTILINE)


def write(dump: Path, path: Path) -> Path:
    """Write the database.

    Args:
        dump: `northwind.sql`.
        path: The file to write.

    Returns:
        The path.
    """
    text = dump.read_text(encoding="utf-8")
    primary = dict(_PRIMARY.findall(text))
    foreign = _FOREIGN.findall(text)
    connection = sqlite3.connect(path)
    for name, body in _TABLE.findall(text):
        parts = [body.replace("character varying", "varchar").replace("bytea", "blob")]
        parts += [f"PRIMARY KEY ({primary[name]})"] if name in primary else []
        parts += [
            f"FOREIGN KEY ({column}) REFERENCES {target} ({primary[target]})"
            for table, column, target in foreign
            if table == name
        ]
        connection.execute(f"CREATE TABLE {name} ({', '.join(parts)})")
    for statement in _INSERT.findall(text):
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path

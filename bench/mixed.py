"""Whether a customer in the CRM, in an invoice's PDF and in a mail is one entity, and two customers are two.

    python -m bench.mixed [--data-dir DIR] [--seed N]

Writes a folder of two CRM tables, invoices and mails about Northwind's customers and ten namesakes in other towns
(`bench/mixed_folder.py`), ingests it as a user would, and asks of each customer whether one entity is mentioned in all
of its sources; of each entity that is a customer in some source, whether it is two. Prints a table, what is missing,
and writes JSON (build/bench/mixed.json).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from bench.mixed_folder import Made, write
from kg.ledger import schema as t
from kg.ledger.database import Ledger

ROOT = Path(__file__).resolve().parent.parent
TABLES = {"crm/customers.csv": "CRM", "accounting/debtors.xlsx": "accounting"}


def entities_of(connection: Connection, made: Made) -> dict[str, dict[str, set[str]]]:
    """By customer and source ("CRM", "invoice 10001.pdf") the entities that its name there, or its row, stands for."""
    found: dict[str, dict[str, set[str]]] = defaultdict(dict)
    documents = connection.execute(select(t.documents.c.id, t.documents.c.uri, t.documents.c.text)).all()
    for file, calls in made.called.items():
        for customer, _ in calls:
            found[customer].setdefault(TABLES.get(file, file), set())
        for document in documents:
            if file not in document.uri:
                continue
            mentions = connection.execute(
                select(t.mentions.c.start, t.mentions.c.end, t.mentions.c.node_id, t.locals_.c.key)
                .join(t.locals_, t.locals_.c.id == t.mentions.c.local_id)
                .where(t.mentions.c.document_id == document.id, t.mentions.c.kind == "name")
            ).all()
            for customer, surface in calls:
                source = found[customer][TABLES.get(file, file)]
                for start, end in places(document.text, surface, rows=file in TABLES):
                    inside = [m for m in mentions if m.start < end and start < m.end]
                    if file in TABLES:  # the row's own name, not the town or the person in it
                        inside = [m for m in inside if m.key and m.key.endswith(f"/{surface}")]
                    source.update(m.node_id for m in inside if m.node_id)
    return found


def places(text: str, surface: str, *, rows: bool) -> list[tuple[int, int]]:
    """Where a text has a name; of a row's key, the line that has it."""
    found, start = [], text.find(surface)
    while start >= 0:
        if rows:
            begin, end = text.rfind("\n", 0, start) + 1, text.find("\n", start)
            found.append((begin, len(text) if end < 0 else end))
        else:
            found.append((start, start + len(surface)))
        start = text.find(surface, start + 1)
    return found


def measure(connection: Connection, made: Made) -> dict[str, Any]:
    """Score what was ingested."""
    found = entities_of(connection, made)
    held: dict[str, set[str]] = defaultdict(set)
    whole, missing, apart = 0, [], []
    for customer, sources in sorted(found.items()):
        for entities in sources.values():
            for entity in entities:
                held[entity].add(customer)
        if set.intersection(*sources.values()):
            whole += 1
        elif all(sources.values()):
            apart.append(customer)
        else:
            missing.append(customer)
    double = {entity: sorted(names) for entity, names in held.items() if len(names) > 1}
    return {
        "customers": len(found),
        "sources": sum(len(sources) for sources in found.values()),
        "one entity with all sources": round(whole / len(found), 4),
        "entities": len(held),
        "entities of two customers": round(len(double) / len(held), 4) if held else 0.0,
        "not read in some source": missing,
        "read everywhere, not one": apart,
        "two in one": sorted(double.values()),
        "open questions": int(connection.scalar(select(func.count()).select_from(t.questions)) or 0),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, help="keep folder and data here")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = arguments.data_dir or Path(scratch)
        folder, data = root / "folder", root / "data"
        _, made = write(folder, arguments.seed)
        began = time.perf_counter()
        command = [sys.executable, "-m", "api.cli.main", "ingest", str(folder), "--data-dir", str(data), "--json"]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            print(done.stdout)
        ledger = Ledger(data / "ledger.sqlite")
        with ledger.read() as connection:
            result = {**measure(connection, made), "seconds": round(time.perf_counter() - began, 1)}
        ledger.close()
    for name, value in result.items():
        listed = isinstance(value, list)
        print(f"{name:32}{len(value) if listed else value:>10}  {value if listed else ''}")
    arguments.json.mkdir(parents=True, exist_ok=True)
    file = arguments.json / "mixed.json"
    file.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written to {file}")


if __name__ == "__main__":
    main()

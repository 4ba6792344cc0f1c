"""Questions to Cypher on databases that were never seen: the translator, fitted on half of the demo databases.

The sixteen databases of the synthetic text2cypher sets are put in the order of the SHA-256 of their names; the first
eight are fitted on, the others held out. Rows count whose flags say that they run, return something and stay within the
schema. A question counts as right where the likeliest translation asks the same of the schema as one of the Cyphers
that are given for it (`assistant.explore.canonical`); one that cannot be read is never matched. One database has no
schema and is left out.

    python -m bench text2cypher                        fits, measures, prints, writes bench/out/text2cypher.json
    python -m bench text2cypher --weights FOLDER       the same, and keeps the weights there
    python -m bench text2cypher --shipped              measures the weights that ship
    python -m bench text2cypher --within 3             cross-validation over the databases fitted on, nothing held out
"""

from __future__ import annotations

import argparse
import ast
import csv
import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.explore.canonical import canonical
from assistant.explore.reading import read
from assistant.explore.teach import Example, teach
from assistant.explore.translate import Translator, Weights
from kg.errors import QueryError
from kg.graphs.schema import Kind, Property, Schema

DATA = Path(__file__).parents[2] / "shared" / "data" / "kgqa" / "text2cypher"
OUT = Path(__file__).parent / "out" / "text2cypher.json"
FITTED = 8
SETS = {
    "gpt4": "synthetic_gpt4turbo_demodbs/text2cypher_gpt4turbo.csv",
    "opus": "synthetic_opus_demodbs/text2cypher_claudeopus.csv",
}
KINDS: dict[str, Kind] = {
    "STRING": "text",
    "INTEGER": "number",
    "FLOAT": "number",
    "BOOLEAN": "boolean",
    "LIST": "list",
    **dict.fromkeys(("DATE", "DATE_TIME", "LOCAL_DATE_TIME"), "date"),
}


@dataclass(frozen=True)
class Row:
    database: str
    question: str
    cypher: str
    source: str
    kind: str


def rows_of(data: Path) -> list[Row]:
    """The rows that work."""
    csv.field_size_limit(10**9)
    found = []
    for source, name in SETS.items():
        with (data / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                flags = row["syntax_error"], row["timeout"], row["returns_results"], row["false_schema"]
                if flags == ("False", "False", "True", ""):
                    found.append(Row(row["database"], row["question"], row["cypher"], source, row["type"]))
    return found


def fitted_on(rows: Sequence[Row]) -> list[str]:
    """The databases that are fitted on."""
    names = sorted({row.database for row in rows}, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    return names[:FITTED]


def schemas_of(data: Path) -> dict[str, Schema]:
    """The schemas by database."""
    csv.field_size_limit(10**9)
    found = {}
    with (data / "synthetic_gpt4turbo_demodbs" / "text2cypher_schemas.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            told: dict[str, Any] = ast.literal_eval(row["structured_schema"])
            found[row["database"]] = Schema(
                {label: _properties(listed) for label, listed in told["node_props"].items()},
                {kind: _properties(listed) for kind, listed in told["rel_props"].items()},
                tuple((edge["start"], edge["type"], edge["end"]) for edge in told["relationships"]),
            )
    return found


def _properties(listed: Sequence[dict[str, Any]]) -> dict[str, Property]:
    found = {}
    for one in listed:
        values = tuple(str(value) for value in one.get("values") or ())
        if KINDS.get(one["type"]) == "date" and one.get("min"):
            values = (str(one["min"]),)
        whole = bool(values) and int(one.get("distinct_count", len(values) + 1)) <= len(values)
        found[one["property"]] = Property(KINDS.get(one["type"], "other"), values, whole)
    return found


def measure(translator: Translator, rows: Sequence[Row], schemas: dict[str, Schema], every: int = 1) -> dict[str, Any]:
    """Translate every question once and compare with all that is given for it."""
    asked: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if int(hashlib.sha256(row.question.encode()).hexdigest(), 16) % every == 0:
            asked[row.database, row.question].append(row)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    times = []
    for (database, question), given in sorted(asked.items()):
        schema = schemas[database]
        wanted: list[tuple[Row, Any]] = []
        for row in given:
            with suppress(QueryError):
                wanted.append((row, canonical(read(row.cypher), schema)))
        began = time.perf_counter()
        found = [canonical(one.query, schema) for one in translator.translate(question, schema)]
        times.append(time.perf_counter() - began)
        golds = {repr(gold) for _, gold in wanted}
        best = found[0] if found else None
        marks = {
            "right": best is not None and repr(best) in golds,
            "among five": any(repr(one) in golds for one in found),
            "but for the columns": best is not None and any(_bare(best) == _bare(gold) for _, gold in wanted),
            "pattern and conditions": best is not None and any(best[:4] == gold[:4] for _, gold in wanted),
            "pattern": best is not None and any(best[:2] == gold[:2] for _, gold in wanted),
            "readable": bool(wanted),
        }
        for group in ("all", database, f"type: {given[0].kind}"):
            counts[group]["n"] += 1
            counts[group].update(name for name, hit in marks.items() if hit)
        for row in given:
            group = f"rows: {row.source}"
            counts[group]["n"] += 1
            counts[group]["right"] += any(one is row and gold == best for one, gold in wanted)
    times.sort()
    return {
        "groups": {name: dict(counter) for name, counter in counts.items()},
        "p50_ms": round(1000 * times[len(times) // 2], 1),
        "p95_ms": round(1000 * times[int(len(times) * 0.95)], 1),
    }


def _bare(key: Any) -> Any:
    """A query without what it returns."""
    return (*key[:6], *key[7:])


def table(found: dict[str, Any]) -> str:
    marks = ["right", "among five", "but for the columns", "pattern and conditions", "pattern", "readable"]
    lines = ["| | n | " + " | ".join(marks) + " |", "|---" * (len(marks) + 2) + "|"]
    for name, counter in sorted(found["groups"].items(), key=lambda item: (item[0] != "all", item[0])):
        shares = [f"{counter.get(mark, 0) / counter['n']:.3f}" if mark in counter else "" for mark in marks]
        lines.append(f"| {name} | {counter['n']} | " + " | ".join(shares) + " |")
    return "\n".join([*lines, f"p50 {found['p50_ms']} ms, p95 {found['p95_ms']} ms a question"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--weights", type=Path, help="a folder to keep the weights in")
    parser.add_argument("--shipped", action="store_true")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="measure one question of N, by hash")
    parser.add_argument("--within", type=int, metavar="FOLDS")
    options = parser.parse_args()
    if not options.data.exists():
        print(f"skipped: {options.data} is not there")
        return
    rows, schemas = rows_of(options.data), schemas_of(options.data)
    fitted = fitted_on(rows)
    seen = [row for row in rows if row.database in fitted]
    if options.within:
        for fold in range(options.within):
            left = set(sorted(fitted)[fold :: options.within])
            translator = Translator(fit([row for row in seen if row.database not in left], schemas))
            print(f"without {', '.join(sorted(left))}")
            print(
                table(measure(translator, [row for row in seen if row.database in left], schemas, options.every)),
                flush=True,
            )
        return
    held = [row for row in rows if row.database not in fitted and row.database in schemas]
    began = time.perf_counter()
    if options.shipped:
        from nlp.pretrained import cypher_folder

        weights = Weights.load(cypher_folder() / "weights.npz")
    else:
        weights = fit(seen, schemas)
    seconds = time.perf_counter() - began
    if options.weights:
        options.weights.mkdir(parents=True, exist_ok=True)
        weights.save(options.weights / "weights.npz")
        weights = Weights.load(options.weights / "weights.npz")
    found = measure(Translator(weights), held, schemas, options.every)
    others = sorted({row.database for row in held})
    about = {"fitted on": fitted, "held out": others, "every": options.every, "fit_s": round(seconds, 1)}
    print(f"fitted on {', '.join(fitted)} in {seconds:.0f} s; held out: {', '.join(others)}")
    print(table(found))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({**about, **found}, indent=1) + "\n")


def fit(rows: Collection[Row], schemas: dict[str, Schema]) -> Weights:
    return teach(Example(row.question, row.cypher, schemas[row.database]) for row in rows)


if __name__ == "__main__":
    main()

"""Whether confidence means something: expected calibration error of the facts read from KnowledgeNet's fold 3.

    python -m bench.calibration [--ingest] [--folder DIR] [--data-dir DIR]

A fact counts by its confidence, in ten bins of equal width; it is right where it overlaps a gold fact of its relation
(as in `bench knowledgenet`); only relations annotated for the passage count. By default the facts are the reader's own;
--ingest takes what a graph of the fold exports. Prints a table and writes JSON (bench/out/calibration.json).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.knowledgenet import DATA, ROOT, exported, gold, load, page, read_statements
from nlp.evaluation.calibration import BINS, calibration_error
from nlp.evaluation.text_f1 import overlap


def judged(
    documents: Mapping[str, Sequence[Mapping[str, Any]]], statements: Iterable[Mapping[str, Any]]
) -> list[tuple[str, float, bool]]:
    """Return relation, confidence and whether it is right, of every statement that the annotation can judge."""
    golds = gold(documents)
    pages = {name: page(rows) for name, rows in documents.items()}
    found = []
    for statement in statements:
        name, subject, target = statement["document"]["external_id"], statement["subject"], statement["object"]
        if name not in pages or "start" not in subject or "start" not in target:
            continue
        number = next((n for n, c in enumerate(pages[name].chunks) if c.start <= subject["start"] < c.end), None)
        facts, annotated = golds.get(f"{name}:{number}", ([], frozenset()))
        if statement["predicate"] in annotated:
            fact = (statement["predicate"], subject["start"], subject["end"], target["start"], target["end"])
            right = any(overlap(fact, each) for each in facts)
            found.append((statement["predicate"], float(statement["confidence"]), right))
    return found


def bins(facts: Sequence[tuple[str, float, bool]]) -> list[dict[str, float]]:
    """Return of each bin with facts in it: bounds, facts, mean confidence, share that is right."""
    rows = []
    for number in range(BINS):
        inside = [(sure, right) for _, sure, right in facts if min(BINS - 1, int(sure * BINS)) == number]
        if inside:
            rows.append(
                {
                    "from": number / BINS,
                    "to": (number + 1) / BINS,
                    "facts": len(inside),
                    "confidence": sum(sure for sure, _ in inside) / len(inside),
                    "right": sum(right for _, right in inside) / len(inside),
                }
            )
    return rows


def summary(facts: Sequence[tuple[str, float, bool]]) -> dict[str, float]:
    """Return facts, calibration error, Brier score, mean confidence and share that is right."""
    scores, right = [sure for _, sure, _ in facts], [good for *_, good in facts]
    count = max(1, len(facts))
    return {
        "facts": len(facts),
        "ece": calibration_error(scores, right),
        "brier": sum((sure - good) ** 2 for sure, good in zip(scores, right, strict=True)) / count,
        "confidence": sum(scores) / count,
        "right": sum(right) / count,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Calibration of facts read from KnowledgeNet.")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--fold", type=int, default=3)
    parser.add_argument("--ingest", action="store_true", help="judge what a graph of the fold exports")
    parser.add_argument("--data-dir", type=Path, help="with --ingest: kept between runs; a temporary one by default")
    parser.add_argument("--folder", type=Path, help="a reader's folder (default: the one that ships)")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "calibration.json")
    options = parser.parse_args()
    documents = load(options.data, options.fold)
    if options.ingest:
        statements = exported(documents, options.data_dir)
    else:
        statements, _ = read_statements(documents, options.folder)
    facts = judged(documents, statements)
    relations = sorted({relation for relation, _, _ in facts})
    report = {
        "fold": options.fold,
        "of": "export" if options.ingest else "reader",
        "all": summary(facts),
        "bins": bins(facts),
        "relations": {name: summary([fact for fact in facts if fact[0] == name]) for name in relations},
    }
    total = report["all"]
    print(f"{total['facts']} facts, expected calibration error {total['ece']:.4f}, Brier {total['brier']:.4f}")
    print(f"{'confidence':<14}{'facts':>7}{'stated':>9}{'right':>8}")
    for row in report["bins"]:
        bounds = f"{row['from']:.1f} to {row['to']:.1f}"
        print(f"{bounds:<14}{row['facts']:>7}{row['confidence']:>9.3f}{row['right']:>8.3f}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Answers read from the passages of 2WikiMultihopQA without a graph or a language model: exact match and F1.

    python -m bench reading [--data FOLDER] [--reader FOLDER] [--every N]

Prints a table and writes JSON to bench/out/reading.json. Scores are SQuAD's, over all 1,000 questions. Every third
question was looked at while the answerer was built (how questions are worded, where steps fail); the others were only
counted, and no question or answer was learned from.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from assistant.ask.reading import READ
from assistant.reading.answerer import PassageAnswerer
from assistant.retrieve.retriever import Retriever
from bench.index import ALL, ROOT, fill, load_encoder
from bench.retrieval import DEVELOPMENT, document
from kg.index import open_index
from nlp.evaluation.answers import best_overlap, is_exact
from nlp.evaluation.calibration import calibration_error
from nlp.runtime.answers import OnnxAnswers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data/retrieval/2wiki_hipporag")
    parser.add_argument("--encoder", type=Path, default=ROOT / "nlp/pretrained/encoder")
    parser.add_argument("--reader", type=Path, default=ROOT / "nlp/pretrained/answers")
    parser.add_argument("--every", type=int, default=1, help="ask every N-th question only")
    parser.add_argument("--index", type=Path, help="folder where the index is kept for the next run")
    arguments = parser.parse_args()
    corpus = json.loads((arguments.data / "2wikimultihopqa_corpus.json").read_text(encoding="utf-8"))
    questions = json.loads((arguments.data / "2wikimultihop_questions.json").read_text(encoding="utf-8"))
    encoder = load_encoder(arguments.encoder)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        index = open_index(arguments.index or Path(folder), encoder)
        if not index.counts()["chunks"]:
            fill(index, [document(n, page, True) for n, page in enumerate(corpus)])
        answerer = PassageAnswerer(index, Retriever(index, encoder), OnnxAnswers(arguments.reader, 1))
        for number in range(0, len(questions), arguments.every):
            question = questions[number]
            start = time.perf_counter()
            read = answerer.answer(question["question"], ALL)
            taken = 1000 * (time.perf_counter() - start)
            said = read.text if read else ""
            gold = [question["answer"]]
            rows.append(
                {
                    "type": question["question_type"],
                    "held out": bool(number % DEVELOPMENT),
                    "question": question["question"],
                    "answer": said,
                    "gold": question["answer"],
                    "chance": read.chance if read else 0.0,
                    "steps": [value.text for value in read.values] if read else [],
                    "exact": float(is_exact(gold, said)),
                    "f1": best_overlap(gold, said)[2],
                    "ms": taken,
                }
            )
        index.close()
    report = table(rows)
    for name, value in report.items():
        print(f"{name:50} {value:12.3f}" if isinstance(value, float) else f"{name:50} {value:>12}")
    out = ROOT / "bench/out/reading.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({**report, "rows": rows}, indent=1) + "\n", encoding="utf-8")


def table(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Mean scores: of all, of what was not looked at, by kind of question."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        for name in ("all", row["type"], *(("two thirds not looked at",) if row["held out"] else ())):
            groups[name].append(row)
    report: dict[str, Any] = {}
    for name, group in groups.items():
        report[f"questions, {name}"] = len(group)
        report[f"exact match, {name}"] = 100 * float(np.mean([row["exact"] for row in group]))
        report[f"F1, {name}"] = 100 * float(np.mean([row["f1"] for row in group]))
    sure = [row for row in rows if row["chance"] >= READ]
    report[f"share answered (chance of {READ} or more)"] = len(sure) / len(rows)
    report["exact match when it answers"] = 100 * float(np.mean([row["exact"] for row in sure]))
    error = calibration_error([row["chance"] for row in rows], [bool(row["exact"]) for row in rows])
    report["expected calibration error of the chance"] = error
    report["p50 ms"] = float(np.percentile([row["ms"] for row in rows], 50))
    report["p95 ms"] = float(np.percentile([row["ms"] for row in rows], 95))
    return report


if __name__ == "__main__":
    main()

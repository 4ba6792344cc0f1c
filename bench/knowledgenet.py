"""Text F1 on KnowledgeNet's fold 3, in all and by relation: of the reader itself, or of what a store exports.

    python -m bench.knowledgenet --ingest [--data-dir DIR]
    python -m bench.knowledgenet --reader [--folder DIR]
    python -m bench.knowledgenet --export FILE.jsonl

--ingest trains nothing: it reads the fold into a graph as jsonl, as a user would, and scores what that exports.

A document is the passages of one documentId in order, joined by a blank line; its external id is the documentId. A
fact is right where its relation is right and its subject and object overlap those of a gold fact; only relations
annotated for the passage count. Prints a table and writes JSON (bench/out/knowledgenet.json).
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.types import Chunk, Page, Viewer
from nlp.evaluation.text_f1 import Fact, Score
from nlp.evaluation.text_f1 import score as text_f1

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "relations" / "knowledgenet" / "folds_1_3.jsonl"
JOINT = "\n\n"


def load(file: Path, fold: int) -> dict[str, list[dict[str, Any]]]:
    """Read the passages of one fold by document, in order."""
    documents: dict[str, list[dict[str, Any]]] = {}
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row["fold"] == fold:
                documents.setdefault(str(row["documentId"]), []).append(row)
    return {name: sorted(rows, key=lambda r: int(r["passageStart"])) for name, rows in documents.items()}


def page(rows: Sequence[Mapping[str, Any]]) -> Page:
    """Make a document of its passages."""
    chunks, position = [], 0
    for row in rows:
        chunks.append(Chunk(position, position + len(row["text"])))
        position += len(row["text"]) + len(JOINT)
    return Page(JOINT.join(row["text"] for row in rows), tuple(chunks))


def gold(documents: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, tuple[list[Fact], frozenset[str]]]:
    """Gold facts with offsets into the document, and annotated relations, by `documentId:passage`."""
    out = {}
    for name, rows in documents.items():
        for number, (row, chunk) in enumerate(zip(rows, page(rows).chunks, strict=True)):
            facts = [
                (
                    f["property"],
                    *(chunk.start + f[side][edge] for side in ("subject", "object") for edge in ("start", "end")),
                )
                for f in row["facts"]
            ]
            annotated = frozenset({f["property"] for f in row["facts"]} | set(row["no_fact_properties"]))
            out[f"{name}:{number}"] = (facts, annotated)
    return out


def score(
    gold_passages: Mapping[str, Sequence[Mapping[str, Any]]], exported_statements: Iterable[Mapping[str, Any]]
) -> Score:
    """Score exported statements.

    Args:
        gold_passages: Passages by documentId, as `load` gives them.
        exported_statements: Lines of `loregraph export --format jsonl`; the document's external id is the documentId.

    Returns:
        Micro-averaged counts; a statement belongs to the passage that holds its subject.
    """
    pages = {name: page(rows) for name, rows in gold_passages.items()}
    predicted: dict[str, set[Fact]] = {}
    for statement in exported_statements:
        name = statement["document"]["external_id"]
        subject, target = statement["subject"], statement["object"]
        if name not in pages or "start" not in subject or "start" not in target:
            continue
        number = next((n for n, c in enumerate(pages[name].chunks) if c.start <= subject["start"] < c.end), None)
        if number is None:
            continue
        fact = (statement["predicate"], subject["start"], subject["end"], target["start"], target["end"])
        predicted.setdefault(f"{name}:{number}", set()).add(fact)
    return text_f1(gold(gold_passages), predicted)


def read_statements(
    documents: Mapping[str, Sequence[Mapping[str, Any]]], folder: Path | None
) -> tuple[list[dict[str, Any]], float]:
    """Read every document with the joint reader.

    Returns:
        Statements in the export's shape, and the seconds that reading took.
    """
    from nlp.pretrained import default_reader_folder
    from nlp.runtime.reader import JointReader

    reader = JointReader(folder or default_reader_folder())
    names = list(documents)
    pages = [page(documents[name]) for name in names]
    reader.read(pages[:4])
    began = time.perf_counter()
    readings = reader.read(pages)
    seconds = time.perf_counter() - began
    out: list[dict[str, Any]] = []
    for name, reading in zip(names, readings, strict=True):
        for link in reading.links:
            head, tail = reading.spans[link.head], reading.spans[link.tail]
            out.append(
                {
                    "predicate": link.predicate,
                    "subject": {"start": head.start, "end": head.end},
                    "object": {"start": tail.start, "end": tail.end},
                    "document": {"external_id": name},
                    "confidence": link.score,
                }
            )
    return out, seconds


def exported(documents: Mapping[str, Sequence[Mapping[str, Any]]], data_dir: Path | None) -> list[dict[str, Any]]:
    """Ingest the documents through the service and export every statement.

    Args:
        documents: Passages by documentId.
        data_dir: Where the graph is kept, or was made before; a temporary folder where None.
    """

    with tempfile.TemporaryDirectory() as temporary:
        service = ingested(documents, data_dir or Path(temporary))
        try:
            return [json.loads(line) for line in "".join(service.export("jsonl", Viewer.all())).splitlines()]
        finally:
            service.close()


def show(result: Score) -> str:
    """Draw the table."""
    lines = [f"{'relation':<24}{'precision':>10}{'recall':>8}{'F1':>8}{'gold':>7}{'wrong':>7}"]
    for name, row in result.table().items():
        lines.append(
            f"{name:<24}{row['precision']:>10.3f}{row['recall']:>8.3f}{row['f1']:>8.3f}"
            f"{int(row['gold']):>7}{int(row['wrong']):>7}"
        )
    return "\n".join(lines)


def ingested(documents: Mapping[str, Sequence[Mapping[str, Any]]], folder: Path) -> Any:
    """The service over a data directory that holds the fold; it is read and built where it is not there yet."""
    from api.service import Service
    from api.settings import Settings

    service = Service.open(Settings(data_dir=folder))
    if not service.status(Viewer.all())["documents"].get("ready"):
        source = folder / "fold3.jsonl"
        with source.open("w", encoding="utf-8") as lines:
            for name, passages in documents.items():
                text = JOINT.join(passage["text"] for passage in passages)
                lines.write(json.dumps({"id": name, "title": f"document {name}", "text": text}) + "\n")
        service.submit([str(source)])
        service.run_jobs()
    return service


def main() -> None:
    parser = argparse.ArgumentParser(description="Text F1 on KnowledgeNet.")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--fold", type=int, default=3)
    parser.add_argument("--reader", action="store_true", help="score the joint reader itself")
    parser.add_argument("--ingest", action="store_true", help="score what a graph of the fold exports")
    parser.add_argument("--data-dir", type=Path, help="with --ingest: kept between runs; a temporary one by default")
    parser.add_argument("--folder", type=Path, help="a reader's folder (default: the one that ships)")
    parser.add_argument("--export", type=Path, help="score what `loregraph export --format jsonl` wrote")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "knowledgenet.json")
    options = parser.parse_args()
    if options.reader + options.ingest + (options.export is not None) != 1:
        parser.error("one of --ingest, --reader and --export is needed")
    documents = load(options.data, options.fold)
    report: dict[str, Any] = {"fold": options.fold, "documents": len(documents)}
    if options.export:
        with options.export.open(encoding="utf-8") as lines:
            result = score(documents, (json.loads(line) for line in lines))
    elif options.ingest:
        result = score(documents, exported(documents, options.data_dir))
    else:
        statements, seconds = read_statements(documents, options.folder)
        result = score(documents, statements)
        words = sum(len(row["text"].split()) for rows in documents.values() for row in rows)
        report |= {"seconds": seconds, "words": words, "words_per_second": words / seconds}
        print(f"{words} words in {seconds:.1f} s: {words / seconds:.0f} words/s")
    report["scores"] = result.table()
    print(show(result))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

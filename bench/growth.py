"""How the time that a document takes grows with the number of documents that are taken in.

    python -m bench growth [--steps 1000,3000,10000,30000] [--work DIR]

Documents are short: a sentence each of 2WikiMultihopQA's passages, KnowledgeNet and Re-DocRED, under their titles,
drawn in one order, so that the first thousand are among the first three thousand and more and more of them speak of
what others speak of. Each step is ingested whole, into a new data directory, by a process of its own. Prints seconds
and processor seconds of each, in all and by stage, and the slope of processor seconds over documents on logarithmic
scales (1 is linear); writes JSON (bench/out/growth.json).
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

from bench.knowledgenet import load
from bench.performance_ingest import ROOT, measured
from bench.tables import slope
from kg.ingest.sentences import sentences

DATA = ROOT.parent / "shared" / "data"


def pieces(data: Path) -> list[tuple[str, str]]:
    """Title and text of every sentence, in an order drawn once."""
    found = []
    corpus = data / "retrieval" / "2wiki_hipporag" / "2wikimultihopqa_corpus.json"
    passages = [(str(one["title"]), str(one["text"])) for one in json.loads(corpus.read_text("utf-8"))]
    for fold in (1, 2, 3):
        for name, rows in load(data / "relations" / "knowledgenet" / "folds_1_3.jsonl", fold).items():
            passages += [(f"document {name}", row["text"]) for row in rows]
    for file in ("dev_revised.json", "test_revised.json"):
        for one in json.loads((data / "relations" / "re_docred" / file).read_text("utf-8")):
            found += [(str(one["title"]), " ".join(words)) for words in one["sents"]]
    for title, text in passages:
        found += [(title, text[start:end]) for start, end in sentences(text, 0, len(text))]
    random.Random(7).shuffle(found)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", default="1000,3000,10000,30000")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--work", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "growth.json")
    options = parser.parse_args()
    if not options.data.is_dir():
        print("skipped: the public data sets are not here")
        return
    documents = pieces(options.data)
    steps = sorted({min(int(step), len(documents)) for step in options.steps.split(",")})
    print(f"{'documents':>10} {'seconds':>9} {'processor':>10} {'ms each':>9} {'peak MiB':>9}")
    runs: list[dict[str, Any]] = []
    for step in steps:
        with tempfile.TemporaryDirectory(dir=options.work) as name:
            folder = Path(name) / "in"
            folder.mkdir()
            with (folder / "documents.jsonl").open("w", encoding="utf-8") as file:
                for number, (title, text) in enumerate(documents[:step]):
                    file.write(json.dumps({"id": f"d{number}", "title": title, "text": text}) + "\n")
            found = measured(folder, Path(name) / "data")
            shutil.rmtree(folder)
        runs.append({"asked": step, **found})
        each = 1000 * found["processor_seconds"] / step
        print(
            f"{step:>10} {found['seconds']:>9} {found['processor_seconds']:>10} {each:>9.1f} {found['peak_mib']:>9}",
            flush=True,
        )
    report: dict[str, Any] = {"runs": runs}
    for run in runs:
        shares = "; ".join(f"{stage} {seconds}" for stage, seconds in run["seconds_by_stage"].items())
        print(f"{run['asked']:>10} {shares}")
    if len(runs) > 1:
        report["slope"] = round(slope([run["asked"] for run in runs], [run["processor_seconds"] for run in runs]), 3)
        print(f"slope of processor seconds over documents: {report['slope']}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

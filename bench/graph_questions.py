"""Questions over graphs that are brought in as triples: MetaQA, PathQuestion, WC2014; as shipped, then fitted.

python -m bench graph-questions [--sets metaqa-1 ...] [--fit] [--questions N] [--data-dir DIR]
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from api.service import Service
from api.settings import Settings
from api.teaching import teach_questions
from assistant.question_set import Given, Question, Scores, score
from bench.graph_questions_data import SETS
from bench.knowledgenet import ROOT
from kg.types import Viewer

DATA = ROOT.parent / "shared" / "data" / "kgqa"
LEARNT = 2_000
"""Most questions of a set that are learnt from."""
FIGURES = ("hits@1", "set", "f1", "answered", "right_when_answered", "ece", "p50_ms", "p95_ms")


def opened(graph: Path, folder: Path) -> Settings:
    """Bring a file of triples into a data directory, where it is not there yet."""
    settings = Settings.load(data_dir=folder)
    if not (folder / "done").exists():
        service = Service.open(settings)
        service.submit([str(graph)], format_name="triples")
        began = time.perf_counter()
        service.run_jobs()
        service.close()
        (folder / "done").write_text(f"{time.perf_counter() - began:.1f} s\n", encoding="utf-8")
    return settings


def asked(settings: Settings, questions: Sequence[Question]) -> Scores:
    """Ask them all, in this process."""
    service = Service.open(settings)
    service.settle()
    viewer, found = Viewer.all(), []
    service.asker.warm(viewer)
    for question in questions:
        began = time.perf_counter()
        answer = service.asker.ask(question.question, viewer)
        took = (time.perf_counter() - began) * 1000
        values = () if answer.abstained else tuple(str(row[0]) for row in answer.rows)
        found.append(Given(question, values, answer.confidence, took))
    service.close()
    return score(found)


def main() -> None:
    parser = argparse.ArgumentParser(description="Questions over graphs of triples.")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sets", nargs="+", choices=sorted(SETS), default=list(SETS))
    parser.add_argument("--fit", action="store_true", help="fit the asker to each graph, and ask again")
    parser.add_argument("--questions", type=int, default=500, help="drawn of each test part")
    parser.add_argument("--data-dir", type=Path, help="kept between runs; a temporary one by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "graph_questions.json")
    args = parser.parse_args()
    rows: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for graph in dict.fromkeys(SETS[name].graph for name in args.sets):
            names = [name for name in args.sets if SETS[name].graph == graph]
            settings = opened(args.data / graph, (args.data_dir or Path(temporary)) / Path(graph).stem)
            fit, test = {}, {}
            for name in names:
                parts: dict[str, list[Question]] = {"fit": [], "test": []}
                for part, question in SETS[name].read(args.data):
                    parts[part].append(question)
                rng = random.Random(args.seed)
                test[name] = rng.sample(parts["test"], min(args.questions, len(parts["test"])))
                fit[name] = rng.sample(parts["fit"], min(LEARNT + 150, len(parts["fit"])))
            for stage in ("as shipped", *(["fitted"] if args.fit else [])):
                if stage == "fitted":
                    learnt = [question for name in names for question in fit[name][150:]]
                    dev = [question for name in names for question in fit[name][:150]]
                    print({"graph": graph, **teach_questions(settings, learnt, dev, "fitted", force=True, seed=1)})
                for name in names:
                    rows[f"{name}, {stage}"] = asked(settings, test[name]).as_json()
                    show(f"{name}, {stage}", rows[f"{name}, {stage}"])
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def show(name: str, row: dict[str, object]) -> None:
    print(f"{name:<24}" + "".join(f"{figure} {row[figure]}  " for figure in FIGURES), flush=True)


if __name__ == "__main__":
    main()

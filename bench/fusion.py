"""Measure fusion on KnowledgeNet against exact names, fit its weights, and time it.

    python -m bench.fusion score          cross-validated on folds 1 and 2
    python -m bench.fusion test           fold 3, with the weights that ship
    python -m bench.fusion fit            fits kg/fusion/weights.json on folds 1 and 2
    python -m bench.fusion time [N]       N local entities (50,000)

Each passage counts as a document of its own, then the passages of one source together. B-cubed is over the gold
mentions that are names and have a Wikidata id; pronouns are left out, since their antecedents are the reader's to find.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

from bench.fusion_fit import fit, training_pairs
from bench.fusion_made_up import made_up
from bench.fusion_passages import Passage, functional, load, locals_of, namesakes, vectors_of
from kg.fusion import block_keys, resolve
from kg.fusion.normalise import normalise_name
from kg.fusion.profile import Profile
from kg.fusion.score import Weights, score
from nlp.runtime.encoder import OnnxEncoder

ROOT = Path(__file__).resolve().parents[1]
UNITS = ("passage", "source")
WEIGHTS = ROOT / "kg" / "fusion" / "weights.json"


def encoder() -> OnnxEncoder:
    return OnnxEncoder(ROOT / "nlp" / "pretrained" / "encoder", threads=1)


def b_cubed(found: dict[str, Hashable], gold: dict[str, str]) -> tuple[float, float, float]:
    """B-cubed precision, recall and F1 (Bagga and Baldwin 1998) over the mentions of `gold`."""
    by_found: dict[Hashable, set[str]] = defaultdict(set)
    by_gold: dict[str, set[str]] = defaultdict(set)
    for mention, uri in gold.items():
        by_found[found[mention]].add(mention)
        by_gold[uri].add(mention)
    precision = recall = 0.0
    for mention, uri in gold.items():
        both = len(by_found[found[mention]] & by_gold[uri])
        precision += both / len(by_found[found[mention]])
        recall += both / len(by_gold[uri])
    precision, recall = precision / len(gold), recall / len(gold)
    return precision, recall, 2 * precision * recall / (precision + recall)


def by_fusion(
    passages: Sequence[Passage], *, facts: bool, context: bool, weights: Weights | None = None
) -> dict[str, Hashable]:
    vectors = vectors_of(passages, encoder()) if context else None
    locals_ = locals_of(passages, vectors, facts=facts)
    entity_of = resolve(locals_, functional=functional(), weights=weights).entity_of()
    return {mention: entity_of[local.id] for local in locals_ for mention in local.mentions}


def by_text(passages: Sequence[Passage], key: Callable[[str], str]) -> dict[str, Hashable]:
    return {mention.id: (mention.type, key(mention.text)) for passage in passages for mention in passage.mentions}


def namesakes_apart(passages: Sequence[Passage], weights: Weights | None = None) -> tuple[int, int]:
    """How many made-up pairs of namesakes stay apart, of how many."""
    pairs = namesakes(passages, seed=1)
    ends = [end for one, other, *_ in pairs for end in (one, other)]
    vectors = vectors_of(ends, encoder())
    apart = 0
    for number, (one, other, left, right) in enumerate(pairs):
        mine = {m: e for e in locals_of([one], vectors[2 * number :]) for m in e.mentions}
        yours = {m: e for e in locals_of([other], vectors[2 * number + 1 :]) for m in e.mentions}
        apart += score(Profile.of(mine[left]), Profile.of(yours[right]), functional(), weights) < 0.5
    return apart, len(pairs)


def report(name: str, passages: Sequence[Passage], weights: Weights | None) -> dict[str, dict[str, float]]:
    gold = {mention: uri for passage in passages for mention, uri in passage.gold.items()}
    systems: dict[str, dict[str, Hashable]] = {
        "equal text": by_text(passages, str),
        "equal normalised name": by_text(passages, normalise_name),
        "fusion: names": by_fusion(passages, facts=False, context=False, weights=weights),
        "fusion: names, gold facts": by_fusion(passages, facts=True, context=False, weights=weights),
        "fusion: names, context": by_fusion(passages, facts=False, context=True, weights=weights),
        "fusion: names, gold facts, context": by_fusion(passages, facts=True, context=True, weights=weights),
    }
    print(f"\n{name}: {len(passages):,} passages, {len(gold):,} mentions of {len(set(gold.values())):,} entities")
    print(f"{'':36}{'precision':>10}{'recall':>10}{'B-cubed F1':>12}")
    rows: dict[str, dict[str, float]] = {}
    for system, found in systems.items():
        precision, recall, f1 = b_cubed(found, gold)
        rows[system] = {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}
        print(f"{system:36}{precision:10.4f}{recall:10.4f}{f1:12.4f}")
    apart, pairs = namesakes_apart(passages, weights)
    rows["namesakes kept apart"] = {"apart": apart, "pairs": pairs}
    print(f"made-up namesakes kept apart: {apart} of {pairs}")
    return rows


def timing(size: int) -> dict[str, float]:
    start = time.process_time()
    locals_ = made_up(size)
    made = time.process_time()
    keys = [block_keys(local) for local in locals_]
    keyed = time.process_time()
    resolution = resolve(locals_, functional=functional())
    resolved = time.process_time()
    print(f"{size:,} local entities made in {made - start:.1f} s")
    print("seconds of one core; other processes do not count")
    print(f"block keys: {keyed - made:.1f} s, {sum(map(len, keys)) / size:.1f} each")
    print(f"resolve: {resolved - keyed:.1f} s, {len(resolution.entities):,} entities")
    return {"locals": size, "keys_s": keyed - made, "resolve_s": resolved - keyed, "entities": len(resolution.entities)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["score", "test", "fit", "time"])
    parser.add_argument("size", nargs="?", type=int, default=50_000)
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "bench")
    arguments = parser.parse_args()
    result: object
    if arguments.what == "score":
        result = {}
        for tested in (1, 2):
            weights = fit(training_pairs(load([3 - tested]), encoder()))
            for unit in UNITS:
                name = f"fold {tested}, {unit}s as documents, weights fitted on fold {3 - tested}"
                result[name] = report(name, load([tested], whole=unit == "source"), weights)
    elif arguments.what == "test":
        names = {unit: f"fold 3, {unit}s as documents, weights that ship" for unit in UNITS}
        result = {name: report(name, load([3], whole=unit == "source"), None) for unit, name in names.items()}
    elif arguments.what == "fit":
        pairs = training_pairs(load([1, 2]), encoder())
        result = {
            "made_by": "python -m bench.fusion fit, on KnowledgeNet folds 1 and 2 (CC BY-SA 4.0) and namesakes made "
            "from them; a logistic regression drawn towards the expert's prior of bench/fusion_fit.py",
            "pairs": {group: len(rows) for group, rows in pairs.items()},
            **fit(pairs),
        }
        WEIGHTS.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(WEIGHTS.read_text())
        return
    else:
        result = timing(arguments.size)
    arguments.json.mkdir(parents=True, exist_ok=True)
    file = arguments.json / f"fusion-{arguments.what}.json"
    file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"written to {file}")


if __name__ == "__main__":
    main()

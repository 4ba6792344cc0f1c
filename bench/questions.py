"""Questions about KnowledgeNet's fold 3, asked of the graph that the pipeline builds from its text.

    python -m bench.questions [--data-dir DIR] [--questions N] [--seed S] [--show]

Questions are made from gold facts: a property of a name, several wordings each; two thirds have an answer, a third has
none (the property is annotated as absent, unknown to the ontology, or the name is nobody's). An answer is right where
its first value is a gold one; F1 is that of the set of values, averaged over the questions that have an answer, 0 where
the asker abstains. Prints a table and writes JSON (bench/out/questions.json).
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.knowledgenet import DATA, ROOT, ingested, load
from bench.question_wordings import FORWARD, INVERSE, NAMES_OF_NOBODY, SUBJECT_TYPE, UNKNOWN_TO_US
from kg.fusion.normalise import normalise_name
from kg.types import Answer, Viewer
from kg.values import parse_date

_PRONOUNS = frozenset({
    *("i", "we", "you", "he", "him", "his", "himself", "she", "her", "hers", "herself", "it", "its", "itself", "they"),
    *("them", "their", "theirs", "who", "whom", "whose", "which", "that"),
})  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A question with its gold answers: each a set of names for one thing; none where there is no answer."""

    text: str
    relation: str
    answers: tuple[frozenset[str], ...]
    why: str = ""


def is_name(text: str) -> bool:
    """Whether a mention is a name rather than a pronoun or a description."""
    words = text.split()
    if not words or (words[0].lower() in _PRONOUNS | {"the", "this", "a", "an"} and not words[-1][:1].isupper()):
        return False
    return words[0].lower() not in _PRONOUNS and any(word[:1].isupper() or word[:1].isdigit() for word in words)


def facts_by_name(documents: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[dict, dict]:
    """Gold facts as (relation, name) -> answers, in both directions; an answer is a set of names."""
    names: dict[str, set[str]] = defaultdict(set)
    rows = []
    for document, passages in documents.items():
        for passage in passages:
            for fact in passage["facts"]:
                ends = []
                for side in ("subject", "object"):
                    end = fact[side]
                    key = end["uri"] or f"{document}:{end['text']}"
                    if is_name(end["text"]):
                        names[key].add(end["text"])
                    ends.append(key)
                rows.append((fact["property"], *ends))
    forward: dict[tuple[str, str], set[frozenset[str]]] = defaultdict(set)
    backward: dict[tuple[str, str], set[frozenset[str]]] = defaultdict(set)
    for relation, subject, target in sorted(set(rows)):
        for asked, answer, table in ((subject, target, forward), (target, subject, backward)):
            if names[asked] and names[answer]:
                longest = max(names[asked], key=lambda name: (len(name), name))
                table[relation, longest].add(frozenset(names[answer]))
    return forward, backward


def absent(documents: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[tuple[str, str]]:
    """(relation, name) pairs that are annotated as absent, of things whose relation is told nowhere in the fold."""
    names: dict[str, set[str]] = defaultdict(set)
    told: dict[str, set[str]] = defaultdict(set)
    denied: set[tuple[str, str]] = set()
    people: set[str] = set()
    for document, passages in documents.items():
        said = {fact["property"] for passage in passages for fact in passage["facts"]}
        for passage in passages:
            for fact in passage["facts"]:
                subject = fact["subject"]
                key = subject["uri"] or f"{document}:{subject['text']}"
                if is_name(subject["text"]):
                    names[key].add(subject["text"])
                if SUBJECT_TYPE[fact["property"]] == "Person":
                    people.add(key)
                told[key] |= said  # of a thing of the same document it may be told under a pronoun
                denied |= {(relation, key) for relation in passage["no_fact_properties"]}
    found = set()
    for relation, key in denied:
        fits = relation in FORWARD and (SUBJECT_TYPE[relation] == "Person") == (key in people)
        if fits and names[key] and relation not in told[key]:
            found.add((relation, max(names[key], key=lambda name: (len(name), name))))
    return sorted(found)


def make(documents: Mapping[str, Sequence[Mapping[str, Any]]], count: int, seed: int) -> list[Asked]:
    """Make questions: two thirds with answers, a third without."""
    chance = random.Random(seed)
    forward, backward = facts_by_name(documents)
    pool: list[Asked] = []
    for table, wordings in ((forward, FORWARD), (backward, INVERSE)):
        for (relation, name), answers in sorted(table.items()):
            if relation in wordings and (table is forward or len(answers) <= 5):
                text = chance.choice(wordings[relation]).format(x=name)
                pool.append(Asked(text, relation, tuple(sorted(answers, key=sorted))))
    by_relation: dict[str, list[Asked]] = defaultdict(list)
    for asked in pool:
        by_relation[asked.relation].append(asked)
    chosen: list[Asked] = []
    queues = [chance.sample(group, len(group)) for _, group in sorted(by_relation.items())]
    while len(chosen) < count * 2 // 3 and any(queues):  # the relations in turn: none drowns the others
        for queue in queues:
            if queue and len(chosen) < count * 2 // 3:
                chosen.append(queue.pop())
    missing = [
        Asked(chance.choice(FORWARD[relation]).format(x=name), relation, (), "absent")
        for relation, name in absent(documents)
    ]
    people = sorted({name for (relation, name) in forward if SUBJECT_TYPE[relation] == "Person"})
    firms = sorted({name for (relation, name) in forward if SUBJECT_TYPE[relation] == "Organization"})
    foreign = [
        Asked(text.format(x=chance.choice(people if kind == "Person" else firms)), "", (), "unknown relation")
        for kind, texts in UNKNOWN_TO_US.items()
        for text in texts
        for _ in range(8)
    ]
    nobody = [
        Asked(chance.choice(FORWARD[relation]).format(x=name), relation, (), "unknown name")
        for relation, kind in SUBJECT_TYPE.items()
        for name in NAMES_OF_NOBODY[kind]
    ]
    share = (count - len(chosen)) // 3
    for group in (missing, foreign, nobody):
        chosen += chance.sample(group, min(share, len(group)))
    return chosen


def same(found: str, names: frozenset[str]) -> bool:
    """Whether a value is one of the names of a gold answer: equal, or the one says the other in part."""
    for name in names:
        date = parse_date(name)
        if date is not None and (found.startswith(date.text) or date.text.startswith(found)):
            return True
        a, b = normalise_name(found), normalise_name(name)
        if a and b and (a == b or set(a.split()) <= set(b.split()) or set(b.split()) <= set(a.split())):
            return True
    return False


def judge(asked: Asked, answer: Answer) -> tuple[bool, float]:
    """Whether the first value is right, and the F1 of all values."""
    if answer.abstained or not asked.answers:
        return False, 0.0
    values = [row[0] for row in answer.rows]
    hits = sum(any(same(value, names) for names in asked.answers) for value in values)
    covered = sum(any(same(value, names) for value in values) for names in asked.answers)
    precision, recall = hits / len(values), covered / len(asked.answers)
    f1 = 2 * precision * recall / (precision + recall) if hits and covered else 0.0
    return any(same(values[0], names) for names in asked.answers), f1


def summary(results: Sequence[tuple[Asked, Answer, float]]) -> Iterator[tuple[str, dict[str, float]]]:
    """The table's rows: all, each relation, each kind of question without an answer."""
    groups: dict[str, list[tuple[Asked, Answer, float]]] = {"all": list(results)}
    for row in results:
        groups.setdefault(row[0].relation if row[0].answers else f"({row[0].why})", []).append(row)
    for name, rows in groups.items():
        judged = [(asked, answer, *judge(asked, answer)) for asked, answer, _ in rows]
        answerable = [row for row in judged if row[0].answers]
        answered = [row for row in judged if not row[1].abstained]
        yield (
            name,
            {
                "questions": len(rows),
                "answered": len(answered) / len(rows),
                "right": sum(row[2] for row in answered) / len(answered) if answered else 0.0,
                "f1": sum(row[3] for row in answerable) / len(answerable) if answerable else 0.0,
                "false": sum(not row[1].abstained for row in judged if not row[0].answers),
            },
        )


def show(asked: Asked, answer: Answer) -> None:
    """Print a question that went wrong."""
    right, f1 = judge(asked, answer)
    if f1 == 1 or (not asked.answers and answer.abstained):
        return
    verdict = "none" if answer.abstained else "RIGHT" if right else "WRONG"
    print(f"{verdict:<6}{f1:.2f} {asked.text}")
    gold = [sorted(names) for names in asked.answers]
    meant = answer.trace.get("form") or answer.trace.get("reason")
    print(f"      gold {gold} {asked.why}; {meant}; {[row[0] for row in answer.rows]}")
    names = [mention["text"] for mention in answer.trace["mentions"]]
    print(f"      {answer.confidence} {answer.trace['forms'][:2]} {names} {answer.trace['unknown']}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Question answering over KnowledgeNet's fold 3.")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--fold", type=int, default=3)
    parser.add_argument("--data-dir", type=Path, help="kept between runs; a temporary one by default")
    parser.add_argument("--questions", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print every question that went wrong")
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "out" / "questions.json")
    args = parser.parse_args()
    documents = load(args.data, args.fold)
    with tempfile.TemporaryDirectory() as temporary:
        service = ingested(documents, args.data_dir or Path(temporary))
        asker, viewer = service.asker, Viewer.all()
        asker.warm(viewer)
        results = []
        for asked in make(documents, args.questions, args.seed):
            began = time.perf_counter()
            answer = asker.ask(asked.text, viewer)
            results.append((asked, answer, (time.perf_counter() - began) * 1000))
        service.close()
    if args.show:
        for asked, answer, _ in results:
            show(asked, answer)
    table = dict(summary(results))
    print(f"{'':<24}{'questions':>10}{'answered':>10}{'right':>8}{'F1':>8}{'false':>7}")
    for name, row in table.items():
        print(
            f"{name:<24}{row['questions']:>10}{row['answered']:>10.3f}{row['right']:>8.3f}{row['f1']:>8.3f}"
            f"{row['false']:>7}"
        )
    times = sorted(milliseconds for _, _, milliseconds in results)
    quantiles = {"p50_ms": times[len(times) // 2], "p95_ms": times[int(len(times) * 0.95)]}
    print({key: round(value, 1) for key, value in quantiles.items()})
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps({"seed": args.seed, "fold": args.fold, "table": table, **quantiles}, indent=1))


if __name__ == "__main__":
    main()

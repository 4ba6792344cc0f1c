"""Questions with answers in passages, made from annotated facts and from passages written for the purpose.

KnowledgeNet's folds 1 and 2 (CC BY-SA 4.0) with their explicit negatives, Re-DocRED's development part (MIT; text
CC BY-SA), and passages of `answer_passages.yaml` with names from both and with film titles of MetaQA (CC BY 3.0).
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from nlp.data.example import Answer, Example
from nlp.training.corpora.made_passages import Maker, Names

SENTENCES = 6
"""Most sentences of a Re-DocRED document that a question is asked of: passages are short."""
TITLED = 0.6
"""Share of the passages that begin with a title, as passages of documents do when they are asked."""
LOWER = 0.12
"""Share of the questions in lower case and without a question mark."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a relation is asked for, and which annotations answer it."""

    name: str
    about: str
    ask: tuple[str, ...]
    of: frozenset[str]


def relations() -> list[Asked]:
    """Read the wordings that ship."""
    text = files("nlp.training.corpora").joinpath("answer_wordings.yaml").read_text(encoding="utf-8")
    return [
        Asked(name, row["about"], tuple(row["ask"]), frozenset(row["of"])) for name, row in yaml.safe_load(text).items()
    ]


def load(root: Path, seed: int = 1, made: int = 2_000) -> list[Example]:
    """Make questions.

    Args:
        root: The folder that holds `relations` and `kgqa`.
        seed: Another one words and draws otherwise.
        made: Passages written from patterns.

    Returns:
        Questions with and without an answer; `document` keeps those of one document together.
    """
    rng = random.Random(seed)
    asked = relations()
    found = [
        *_knowledgenet(root / "relations/knowledgenet/folds_1_3.jsonl", asked, rng),
        *_redocred(root / "relations/re_docred/dev_revised.json", asked, rng),
    ]
    maker = Maker(Names.collect(root), rng)
    by_name = {one.name: one for one in asked}
    for number in range(made):
        passage = maker.passage()
        names = [n for n, one in by_name.items() if one.about == passage.about]
        stated = [n for n in passage.values if n in by_name]
        silent = [n for n in names if n not in passage.values and n not in passage.unclear]
        for relation in [*rng.sample(stated, min(2, len(stated))), *rng.sample(silent, min(1, len(silent)))]:
            found.append(
                _example(
                    f"made-{number}-{relation}", f"made-{number}", passage.text, passage.subject, by_name[relation],
                    passage.values.get(relation, ()), passage.subject, rng,
                )
            )  # fmt: skip
    return found


def _knowledgenet(file: Path, asked: Sequence[Asked], rng: random.Random) -> Iterator[Example]:
    with file.open(encoding="utf-8") as lines:
        rows = [row for line in lines if (row := json.loads(line))["fold"] in (1, 2)]
    names: dict[str, str] = {}
    for row in rows:
        for fact in row["facts"]:
            for side in ("subject", "object"):
                uri, name = fact[side].get("uri"), fact[side]["text"]
                if uri and not name.islower() and len(name) > len(names.get(uri, "")):
                    names[uri] = name
    for row in rows:
        text: str = row["text"]
        values: dict[tuple[str, str], set[tuple[int, int]]] = defaultdict(set)
        subjects: dict[str, set[str]] = defaultdict(set)
        for fact in row["facts"]:
            for sign, one, other in (("", "subject", "object"), ("-", "object", "subject")):
                name = fact[one]["text"]
                full = names.get(fact[one].get("uri") or "", name)
                if _pronoun(name):
                    name = full
                if not _pronoun(name):
                    key = rng.choice((name, full))
                    subjects[full].add(key)
                    values[(full, sign + fact["property"])].add((fact[other]["start"], fact[other]["end"]))
        known = {fact["property"] for fact in row["facts"]} | set(row["no_fact_properties"])
        base = f"kn-{row['documentId']}-{row['passageStart']}"
        for subject in sorted(subjects):
            said = sorted(subjects[subject])
            for relation in _some(asked, rng):
                spans = set().union(*(values[(subject, p)] for p in relation.of if (subject, p) in values))
                kinds = {p.lstrip("-") for p in relation.of} & known
                named = {span for span in spans if not _pronoun(text[span[0] : span[1]])}
                if spans and not named:
                    continue  # "she" answers nobody
                spans = named
                if spans or (kinds and not any(p.startswith("P") and p[1:].isdigit() for p in kinds)):
                    if not spans and rng.random() > 0.22:
                        continue
                    yield _example(
                        f"{base}-{relation.name}-{subject}", f"kn-{row['documentId']}", text, rng.choice(said),
                        relation, sorted(spans), subject, rng,
                    )  # fmt: skip


def _redocred(file: Path, asked: Sequence[Asked], rng: random.Random) -> Iterator[Example]:
    for number, item in enumerate(json.loads(file.read_text(encoding="utf-8"))):
        facts: dict[tuple[int, str], set[int]] = defaultdict(set)
        for label in item["labels"]:
            facts[(label["h"], label["r"])].add(label["t"])
            facts[(label["t"], "-" + label["r"])].add(label["h"])
        heads = sorted({head for head, _ in facts})
        for head in rng.sample(heads, min(9, len(heads))):
            mentions = item["vertexSet"][head]
            home = min(mention["sent_id"] for mention in mentions)
            first = rng.randint(max(0, home - 1), home)
            text, places = _window(item["sents"], first, first + SENTENCES)
            kind = mentions[0]["type"]
            name = max((str(mention["name"]) for mention in mentions), key=len)
            stated, silent = [], []
            for relation in asked:
                tails = set().union(*(facts[(head, p)] for p in relation.of if (head, p) in facts))
                if not tails and not any((head, p) in facts for p in relation.of):
                    if _fits(relation.about, kind):
                        silent.append((relation, ()))
                    continue
                spans = sorted(
                    (places[(m["sent_id"], m["pos"][0])][0], places[(m["sent_id"], m["pos"][1] - 1)][1])
                    for tail in tails
                    for m in item["vertexSet"][tail]
                    if first <= m["sent_id"] < first + SENTENCES
                )
                if spans:
                    stated.append((relation, spans))
            picked: list[tuple[Asked, Sequence[tuple[int, int]]]] = [*rng.sample(stated, min(2, len(stated)))]
            if rng.random() < 0.6:
                picked += rng.sample(silent, min(1, len(silent)))
            for relation, answers in picked:
                yield _example(
                    f"rd-{number}-{head}-{relation.name}", f"rd-{number}", text, name, relation, answers,
                    str(item["title"]), rng,
                )  # fmt: skip


def _window(
    sentences: Sequence[Sequence[str]], first: int, end: int
) -> tuple[str, dict[tuple[int, int], tuple[int, int]]]:
    """Join some sentences; give where each token stands."""
    text, places = "", {}
    for number in range(first, min(end, len(sentences))):
        for token, word in enumerate(sentences[number]):
            text += " " if text else ""
            places[(number, token)] = (len(text), len(text) + len(word))
            text += word
    return text, places


def _example(
    id: str, document: str, text: str, subject: str, relation: Asked, spans: Sequence[tuple[int, int]], title: str,
    rng: random.Random,
) -> Example:  # fmt: skip
    question = rng.choice(relation.ask).replace("{x}", subject)
    if rng.random() < LOWER:
        question = question.lower().rstrip("?.")
    lead = f"{title}\n" if rng.random() < TITLED or subject.lower() not in text.lower() else ""
    answers = tuple(Answer(start + len(lead), end + len(lead)) for start, end in spans)
    return Example(id=id, text=lead + text, question=question, answers=answers, document=document)


def _some(asked: Sequence[Asked], rng: random.Random) -> list[Asked]:
    return rng.sample(list(asked), len(asked))


def _fits(about: str, kind: str) -> bool:
    wanted: Mapping[str, tuple[str, ...]] = {
        "person": ("PER",), "organization": ("ORG",), "place": ("LOC",), "work": ("MISC",), "event": ("MISC",),
    }  # fmt: skip
    return kind in wanted.get(about, ())


def _pronoun(text: str) -> bool:
    return text.islower() or text in ("He", "She", "It", "They", "His", "Her", "Its", "Their")


def main() -> None:
    """Write the questions as JSON lines for `loregraph train --task answer`."""
    import argparse

    from nlp.data import formats
    from nlp.data.split import by_document

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for train.jsonl and dev.jsonl")
    parser.add_argument("--made", type=int, default=2_000, help="passages written from patterns")
    parser.add_argument("--most", type=int, default=0, help="at most so many questions to learn from")
    arguments = parser.parse_args()
    examples: list[Any] = load(arguments.data, made=arguments.made)
    dev, train = by_document(examples, (0.06, 0.94))
    if arguments.most:
        train = random.Random(1).sample(train, min(len(train), arguments.most))
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, part in (("train", train), ("dev", dev)):
        formats.write(part, arguments.out / f"{name}.jsonl", "jsonl")
        print(f"{name}: {len(part)} questions, {sum(not e.answers for e in part)} of them without an answer")


if __name__ == "__main__":
    main()

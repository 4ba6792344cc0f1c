"""KnowledgeNet's passages as documents for fusion: gold mentions and facts, and the Wikidata id of each mention."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kg.fusion import LocalEntity, local_entities
from kg.ontology import Ontology
from kg.ports import Encoder
from kg.types import Evidence, Mention, SpanKind, Statement, Value
from kg.values import parse_date

FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "relations" / "knowledgenet" / "folds_1_3.jsonl"
_REFERRING = {
    *("i", "me", "my", "myself", "we", "us", "our", "he", "him", "his", "himself", "she", "her", "hers", "herself"),
    *("it", "its", "itself", "they", "them", "their", "theirs", "themselves", "who", "whom", "whose", "which", "that"),
    *("this", "these", "those", "where", "here", "there", "one", "both"),
}


@dataclass(frozen=True)
class Passage:
    """One passage: its mentions, statements, and the gold Wikidata id of those mentions that are names and have one."""

    source: str  # the documentId it was cut from
    document: str  # the document of its mentions: the source, or the passage alone
    text: str
    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]
    gold: dict[str, str]


@cache
def ontology() -> Ontology:
    return Ontology.load()


def functional() -> frozenset[str]:
    return frozenset(name for name, relation in ontology().relations.items() if relation.functional)


def load(folds: Iterable[int], *, whole: bool = False) -> list[Passage]:
    """Load the passages of some folds; those without a fact have no gold mention and are left out.

    Args:
        folds: Which folds.
        whole: Whether the passages of one source are one document; else each is its own.
    """
    wanted = set(folds)
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return [_passage(row, whole) for row in rows if row["fold"] in wanted and row["facts"]]


def _passage(row: dict, whole: bool) -> Passage:  # type: ignore[type-arg]
    source, first = str(row["documentId"]), row["passageStart"]
    document = source if whole else f"{source}:{first}"
    types = _types(row["facts"])
    mentions: dict[tuple[int, int], Mention] = {}
    gold: dict[str, str] = {}
    statements = []
    for fact in row["facts"]:
        ends = []
        for end in (fact["subject"], fact["object"]):
            span = (end["start"], end["end"])
            mentions[span] = mention = _mention(document, row["text"], span, types[span], first if whole else 0)
            ends.append(mention.id)
            if end["uri"] and mention.kind is SpanKind.NAME:
                gold[mention.id] = end["uri"].rpartition("/")[2]
        evidence = Evidence(document, 0, len(row["text"]), "gold", 1.0)
        statements.append(Statement(ends[0], fact["property"], ends[1], evidence))
    return Passage(source, document, row["text"], tuple(mentions.values()), tuple(statements), gold)


def _types(facts: Sequence[dict]) -> dict[tuple[int, int], str]:  # type: ignore[type-arg]
    """Type each span by the relations it stands in; where a relation allows several, the first of its types."""
    votes: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for fact in facts:
        relation = ontology().relations[fact["property"]]
        for end, allowed in ((fact["subject"], relation.domain), (fact["object"], relation.range)):
            for rank, name in enumerate(allowed):
                votes[end["start"], end["end"]][name] += 2 if rank == 0 else 1
    return {span: min(counts, key=lambda name: (-counts[name], name)) for span, counts in votes.items()}


def _mention(document: str, text: str, span: tuple[int, int], type_: str, shift: int) -> Mention:
    surface, start, end = text[span[0] : span[1]], span[0] + shift, span[1] + shift
    if type_ == "Date":
        value = parse_date(surface) or Value("Date", surface)
        return Mention(document, start, end, type_, surface, SpanKind.VALUE, value=value)
    referring = surface.lower() in _REFERRING or (surface[:4].lower() == "the " and surface[4:].islower())
    return Mention(document, start, end, type_, surface, SpanKind.PRONOUN if referring else SpanKind.NAME)


def locals_of(
    passages: Sequence[Passage], vectors: NDArray[np.float32] | None, *, facts: bool = True
) -> list[LocalEntity]:
    """Group each document's mentions; with the vectors of the passages where given."""
    documents: dict[str, list[int]] = defaultdict(list)
    for number, passage in enumerate(passages):
        documents[passage.document].append(number)
    found: list[LocalEntity] = []
    for document, numbers in documents.items():
        mine = [passages[number] for number in numbers]
        context = {m.id: vectors[n] for n in numbers for m in passages[n].mentions} if vectors is not None else {}
        found += local_entities(
            document,
            [mention for passage in mine for mention in passage.mentions],
            (),
            statements=[statement for passage in mine for statement in passage.statements] if facts else (),
            context=context,
        )
    return found


_encoded: dict[str, NDArray[np.float32]] = {}


def vectors_of(passages: Sequence[Passage], encoder: Encoder) -> NDArray[np.float32]:
    """Encode the passages' texts, each once a process."""
    new = sorted({passage.text for passage in passages} - _encoded.keys())
    _encoded.update(zip(new, encoder.encode(new), strict=True))
    return np.stack([_encoded[passage.text] for passage in passages])


def namesakes(passages: Sequence[Passage], seed: int = 0) -> list[tuple[Passage, Passage, str, str]]:
    """Make pairs of different people with one name, by giving the person of one passage the name of another's.

    Args:
        passages: Real passages.
        seed: Draws the pairs.

    Returns:
        Two passages and in each the mention id of the person; the second passage's text and mentions are rewritten.
    """
    people = []
    for passage in passages:
        for mention in passage.mentions:
            if mention.id in passage.gold and mention.type == "Person" and len(mention.text.split()) in (2, 3):
                people.append((passage, mention))
                break
    order = np.random.default_rng(seed).permutation(len(people))
    pairs = []
    for left, right in zip(order[::2], order[1::2], strict=False):
        (one, name), (other, old) = people[left], people[right]
        if one.gold[name.id] != other.gold[old.id] and one.source != other.source:
            pairs.append((one, _renamed(other, old.text, name.text), name.id, old.id))
    return pairs


def _renamed(passage: Passage, old: str, new: str) -> Passage:
    """Write another name for a person's full name and family name; mentions keep their ids."""
    family, new_family = old.split()[-1], new.split()[-1]
    surfaces = {old: new, family: new_family}
    mentions = tuple(replace(mention, text=surfaces.get(mention.text, mention.text)) for mention in passage.mentions)
    return replace(passage, text=passage.text.replace(old, new).replace(family, new_family), mentions=mentions)

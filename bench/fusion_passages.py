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
from kg.types import Evidence, Mention, Readers, SpanKind, Statement, Value
from kg.values import parse_date

FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "relations" / "knowledgenet" / "folds_1_3.jsonl"
_REFERRING = frozenset(
    "i me my myself we us our he him his himself she her hers herself it its itself they them their theirs themselves"
    " who whom whose which that this these those where here there one both".split()
)


@dataclass(frozen=True)
class Passage:
    """One passage: its mentions, statements, and the gold Wikidata id of those mentions that are names and have one."""

    id: str
    source: str  # the documentId it was cut from
    fold: int
    text: str
    mentions: tuple[Mention, ...]
    statements: tuple[Statement, ...]
    gold: dict[str, str]


@cache
def ontology() -> Ontology:
    return Ontology.load()


def functional() -> frozenset[str]:
    return frozenset(name for name, relation in ontology().relations.items() if relation.functional)


def load(folds: Iterable[int]) -> list[Passage]:
    """Load the passages of some folds; those without a fact have no gold mention and are left out."""
    wanted = set(folds)
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return [_passage(row) for row in rows if row["fold"] in wanted and row["facts"]]


def _passage(row: dict) -> Passage:  # type: ignore[type-arg]
    document = f"{row['documentId']}:{row['passageStart']}"
    types = _types(row["facts"])
    mentions: dict[tuple[int, int], Mention] = {}
    gold: dict[str, str] = {}
    for fact in row["facts"]:
        for end in (fact["subject"], fact["object"]):
            span = (end["start"], end["end"])
            mentions[span] = mention = _mention(document, row["text"], span, types[span])
            if end["uri"] and mention.kind is SpanKind.NAME:
                gold[mention.id] = end["uri"].rpartition("/")[2]
    statements = tuple(
        Statement(
            mentions[fact["subject"]["start"], fact["subject"]["end"]].id,
            fact["property"],
            mentions[fact["object"]["start"], fact["object"]["end"]].id,
            Evidence(document, 0, len(row["text"]), "gold", 1.0),
        )
        for fact in row["facts"]
    )
    return Passage(
        document, str(row["documentId"]), row["fold"], row["text"], tuple(mentions.values()), statements, gold
    )


def _types(facts: Sequence[dict]) -> dict[tuple[int, int], str]:  # type: ignore[type-arg]
    """Type each span by the relations it stands in; where a relation allows several, the first of its types."""
    votes: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for fact in facts:
        relation = ontology().relations[fact["property"]]
        for end, allowed in ((fact["subject"], relation.domain), (fact["object"], relation.range)):
            for rank, name in enumerate(allowed):
                votes[end["start"], end["end"]][name] += 2 if rank == 0 else 1
    return {span: min(counts, key=lambda name: (-counts[name], name)) for span, counts in votes.items()}


def _mention(document: str, text: str, span: tuple[int, int], type_: str) -> Mention:
    surface = text[span[0] : span[1]]
    if type_ == "Date":
        return Mention(
            document, *span, type_, surface, SpanKind.VALUE, value=parse_date(surface) or Value("Date", surface)
        )
    referring = surface.lower() in _REFERRING or surface[:4].lower() == "the " and surface[4:].islower()
    return Mention(document, *span, type_, surface, SpanKind.PRONOUN if referring else SpanKind.NAME)


def locals_of(
    passages: Sequence[Passage], vectors: NDArray[np.float32] | None, *, facts: bool = True
) -> list[LocalEntity]:
    """Group each passage's mentions; with a vector a passage where given."""
    found: list[LocalEntity] = []
    for number, passage in enumerate(passages):
        context = {} if vectors is None else {mention.id: vectors[number] for mention in passage.mentions}
        found += local_entities(
            passage.id,
            passage.mentions,
            (),
            readers=Readers(),
            statements=passage.statements if facts else (),
            context=context,
        )
    return found


def vectors_of(passages: Sequence[Passage], encoder: Encoder) -> NDArray[np.float32]:
    return encoder.encode([passage.text for passage in passages])


def homonyms(passages: Sequence[Passage], seed: int = 0) -> list[tuple[Passage, Passage, str, str]]:
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
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(people))
    pairs = []
    for left, right in zip(order[::2], order[1::2], strict=False):
        (one, name), (other, old) = people[left], people[right]
        if one.gold[name.id] != other.gold[old.id] and one.source != other.source:
            renamed, new = _renamed(other, old, name.text)
            pairs.append((one, renamed, name.id, new))
    return pairs


def _renamed(passage: Passage, old: Mention, name: str) -> tuple[Passage, str]:
    """Write another name for a person's full name and family name throughout a passage."""
    family, new_family = old.text.split()[-1], name.split()[-1]
    # Offsets no longer matter: mentions keep theirs as identity, only surfaces and the text for the encoder change.
    mentions = tuple(
        replace(
            mention, text=name if mention.text == old.text else new_family if mention.text == family else mention.text
        )
        for mention in passage.mentions
    )
    text = passage.text.replace(old.text, name).replace(family, new_family)
    return replace(passage, id=passage.id, text=text, mentions=mentions), old.id

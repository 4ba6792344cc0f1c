"""Which mentions of one document are one thing, by the document's own names and the reader's coreference."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kg.fusion.contacts import contact_of
from kg.fusion.groups import Groups
from kg.fusion.identifiers import identifier_of
from kg.fusion.local import PERSON, Fact, LocalEntity
from kg.fusion.naming import Name, relate
from kg.fusion.normalise import normalise_name
from kg.types import Judgement, Mention, Readers, SpanKind, Statement, Verdict

COREFERENCE_THRESHOLD = 0.5
NAMES_THRESHOLD = 0.8
"""How sure the reader must be that two different names are one thing."""
MOST_FACTS = 200
"""A local entity keeps this many facts, the first in order: the city of a table of thousands needs no more."""

Same = tuple[str, str, float]


def local_entities(
    document_id: str,
    mentions: Sequence[Mention],
    same: Sequence[Same],
    *,
    readers: Readers = Readers(),
    statements: Sequence[Statement] = (),
    keys: Mapping[str, str] | None = None,
    identifiers: Mapping[str, Sequence[str]] | None = None,
    contacts: Mapping[str, Sequence[str]] | None = None,
    context: Mapping[str, NDArray[np.float32]] | None = None,
    judgements: Iterable[Judgement] = (),
    family: Callable[[str], str] = str,
) -> list[LocalEntity]:
    """Group the mentions of one document.

    Names are one where they are equal, where a short form has exactly one long form it can stand for, or where the
    reader is very sure; two different full names of people never are, nor two rows of a table, nor mentions of
    different families. A pronoun or noun phrase joins its best antecedent.

    Args:
        document_id: The document.
        mentions: Its mentions; values are passed over.
        same: The reader's coreference: two mention ids and a probability.
        readers: Who may read the document.
        statements: Its statements; they become facts.
        keys: Exact keys of mentions that are rows of a table or references to one.
        identifiers: Certain identifiers of mentions, "kind:value".
        contacts: Contact data that stand with mentions, "kind:value"; those in cells of a mention's row are found here.
        context: Unit vectors of the passages that mentions stand in, by mention id.
        judgements: People's judgements; those on two mentions of this document overrule everything.
        family: Maps a type to its root in the ontology.

    Returns:
        Local entities sorted by id; every mention that is not a value is in exactly one.
    """
    entities = sorted(
        {m.id: m for m in mentions if m.kind is not SpanKind.VALUE}.values(), key=lambda m: (m.start, m.end, m.id)
    )
    groups = Groups(entities, keys or {}, family)
    for judgement in sorted(judgements, key=lambda judgement: judgement.id):
        if judgement.verdict is Verdict.DIFFERENT:
            groups.keep_apart(judgement.left, judgement.right)
    for judgement in sorted(judgements, key=lambda judgement: judgement.id):
        if judgement.verdict is Verdict.SAME:
            groups.join(judgement.left, judgement.right, judgement.score, {"judgement": judgement.score}, force=True)
    _join_keys(groups)
    stated = _with_cells(mentions, statements, identifiers or {}, identifier_of)
    reached = _with_cells(mentions, statements, contacts or {}, contact_of)
    _join_identifiers(groups, stated)
    _join_equal_names(groups)
    _join_short_names(groups)
    _join_coreferent_names(groups, same)
    _join_anaphora(groups, same)
    found = _described(document_id, mentions, groups, readers, statements, context or {})
    return [
        replace(local, identifiers=_of_all(stated, local.mentions), contacts=_of_all(reached, local.mentions))
        for local in found
    ]


def _with_cells(
    mentions: Sequence[Mention],
    statements: Sequence[Statement],
    known: Mapping[str, Sequence[str]],
    read: Callable[[str, str], str | None],
) -> dict[str, set[str]]:
    """What is known by mention id, with what `read` finds in the values that statements give to mentions."""
    found = {mention: set(values) for mention, values in known.items() if values}
    text = {mention.id: mention.text for mention in mentions}
    for statement in statements:
        value = read(statement.predicate, text[statement.object]) if statement.object in text else None
        if value is not None:
            found.setdefault(statement.subject, set()).add(value)
    return found


def _of_all(found: Mapping[str, set[str]], members: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({value for member in members for value in found.get(member, ())}))


def _join_identifiers(groups: Groups, found: Mapping[str, set[str]]) -> None:
    first: dict[str, str] = {}
    for mention_id in groups.mentions:
        for identifier in sorted(found.get(mention_id, ())):
            groups.join(first.setdefault(identifier, mention_id), mention_id, 1.0, {"identifier": 1.0})


def _join_keys(groups: Groups) -> None:
    first: dict[str, str] = {}
    for mention_id in groups.mentions:
        for key in tuple(groups.keys.get(mention_id, ())):
            groups.join(first.setdefault(key, mention_id), mention_id, 1.0, {"exact key": 1.0}, force=True)


def _join_equal_names(groups: Groups) -> None:
    """Join equal names; of several rows that share a name, a mention in prose joins none."""
    rows: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    plain: dict[tuple[str, str], str] = {}
    for mention_id, name in groups.named():
        label = (groups.family[mention_id], name.text)
        root = groups.root(mention_id)
        if groups.keys[root]:
            rows[label].setdefault(root, mention_id)
        else:
            groups.join(plain.setdefault(label, mention_id), mention_id, 1.0, {"equal names": 1.0})
    for label, mention_id in plain.items():
        if len(rows[label]) == 1:
            groups.join(next(iter(rows[label].values())), mention_id, 1.0, {"equal names": 1.0})


def _join_short_names(groups: Groups) -> None:
    """Join each short name with the one longer name of the document that it can stand for, lone names last."""
    longer: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)  # (family, word) -> root -> a mention
    named = groups.named()
    for mention_id, name in named:
        if name.full:
            for word in _words(name) | name.expansions:
                longer[groups.family[mention_id], word].setdefault(groups.root(mention_id), mention_id)
    for mention_id, name in sorted(named, key=lambda item: not item[1].full):
        root, family = groups.root(mention_id), groups.family[mention_id]
        if groups.keys[root]:
            continue  # a row is named in full, and its key says what else it is
        near = {candidate for word in _words(name) for candidate in longer.get((family, word), {}).values()}
        found: dict[str, tuple[str, str]] = {}
        for candidate in sorted(near):
            relation = _short_for(family, groups.mentions[mention_id].text, groups.mentions[candidate].text)
            if relation and groups.root(candidate) != root:
                found.setdefault(groups.root(candidate), (candidate, relation))
                if len(found) > 1:
                    break
        if len(found) == 1:
            candidate, relation = next(iter(found.values()))
            groups.join(candidate, mention_id, 0.95, {relation: 1.0})


def _words(name: Name) -> frozenset[str]:
    """The words to look a short or long form up by; Chinese writes none, so its first two characters serve."""
    return name.bag | ({name.acronym} if name.acronym else set()) | (set() if name.text.isascii() else {name.text[:2]})


def _short_for(family: str, short: str, long: str) -> str | None:
    relation, _ = relate(family, short, long)
    if len(normalise_name(short)) > len(normalise_name(long)):
        return None
    if family == PERSON:
        return {"weak": "lone name", "initial": "initials agree", "subset": "one name in the other"}.get(relation)
    if relation in ("acronym", "short", "words"):
        return {"acronym": "acronym", "short": "short form", "words": "same words"}[relation]
    return None


def _join_coreferent_names(groups: Groups, same: Sequence[Same]) -> None:
    for left, right, score in sorted(same, key=lambda pair: (-pair[2], pair[0], pair[1])):
        if score < NAMES_THRESHOLD or not {left, right} <= groups.mentions.keys():
            continue
        if groups.mentions[left].kind is SpanKind.NAME is groups.mentions[right].kind:
            groups.join(left, right, score, {"coreference": score})


def _join_anaphora(groups: Groups, same: Sequence[Same]) -> None:
    """Let each pronoun and noun phrase join its best antecedent: a name anywhere, or what stands before it."""
    candidates: dict[str, list[tuple[float, bool, int, str]]] = defaultdict(list)
    for left, right, score in same:
        if score < COREFERENCE_THRESHOLD or not {left, right} <= groups.mentions.keys():
            continue
        for one, other in ((left, right), (right, left)):
            anaphor, antecedent = groups.mentions[one], groups.mentions[other]
            named = antecedent.kind is SpanKind.NAME
            if anaphor.kind is not SpanKind.NAME and (named or antecedent.start < anaphor.start):
                candidates[one].append((-score, not named, abs(antecedent.start - anaphor.start), other))
    for _, anaphor_id in sorted((min(options), anaphor_id) for anaphor_id, options in candidates.items()):
        for cost, _, _, antecedent_id in sorted(candidates[anaphor_id]):
            if groups.join(anaphor_id, antecedent_id, -cost, {"coreference": -cost}):
                break


def _described(
    document_id: str,
    mentions: Sequence[Mention],
    groups: Groups,
    readers: Readers,
    statements: Sequence[Statement],
    context: Mapping[str, NDArray[np.float32]],
) -> list[LocalEntity]:
    other_end = {m.id: f"{m.value.kind}:{m.value.text}" for m in mentions if m.kind is SpanKind.VALUE and m.value}
    for root, members in groups.members.items():
        names = _names(groups, root)
        label = normalise_name(max((name for name, _ in names), key=lambda name: (len(name), name), default=""))
        label = label or min(groups.keys[root], default="")
        other_end.update(dict.fromkeys(members, label))
    facts: dict[str, set[Fact]] = defaultdict(set)
    for statement in statements:
        for outgoing in (True, False):
            ends = (statement.subject, statement.object)
            end, other = ends if outgoing else ends[::-1]
            if end in groups.mentions and other_end.get(other):
                facts[groups.root(end)].add(Fact(statement.predicate, outgoing, other_end[other]))
    return sorted(
        (
            LocalEntity(
                document_id=document_id,
                readers=readers,
                type=_type(groups, root),
                family=groups.family[root],
                mentions=tuple(sorted(members)),
                names=_names(groups, root),
                facts=tuple(sorted(facts[root])[:MOST_FACTS]),
                key=min(groups.keys[root], default=None),
                context=_mean([context[member] for member in sorted(members) if member in context]),
                links=tuple(sorted(groups.links[root], key=lambda link: (link.left, link.right))),
            )
            for root, members in groups.members.items()
        ),
        key=lambda local: local.id,
    )


def _names(groups: Groups, root: str) -> tuple[tuple[str, int], ...]:
    mentions = [groups.mentions[member] for member in groups.members[root]]
    counts = Counter(mention.text for mention in mentions if mention.kind is SpanKind.NAME)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _type(groups: Groups, root: str) -> str:
    mentions = [groups.mentions[member] for member in groups.members[root]]
    named = [mention for mention in mentions if mention.kind is SpanKind.NAME] or mentions
    counts = Counter(mention.type for mention in named)
    return min(counts, key=lambda name: (-counts[name], name))


def _mean(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32] | None:
    if not vectors:
        return None
    total = np.sum(np.stack(vectors).astype(np.float64), axis=0)
    norm = float(np.linalg.norm(total))
    return (total / norm).astype(np.float32) if norm else None

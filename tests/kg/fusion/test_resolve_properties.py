"""What must hold of every resolution: readers, order, removal, components."""

from __future__ import annotations

import itertools
import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.fusion import Fact, LocalEntity, Mark, MemoryIndex, affected, block_keys, resolve
from kg.fusion.local import table_of
from kg.types import Judgement, Readers, Verdict, Viewer, content_id

FUNCTIONAL = frozenset({"DATE_OF_BIRTH", "HEADQUARTERS"})
READERS = [Readers.of(groups) for groups in (None, ["a", "b", "c"], ["a", "b"], ["b", "c"], ["a"], ["b"])]
PEOPLE = [
    "Ada Lovelace",
    "A. Lovelace",
    "Lovelace",
    "Ada King Lovelace",
    "John Smith",
    "Jon Smith",
    "John A. Smith",
    "马云",
    "Ma Yun",
]
FIRMS = [
    "IBM",
    "International Business Machines",
    "Acme",
    "Acme Inc.",
    "Acme Technologies",
    "Acme Trading",
    "Acne",
    "华为",
]
IDENTIFIERS = ["iri:http://a", "iri:http://b", "lei:1", "lei:2"]
CONTACTS = ["email:ada@acme.example", "email:info@acme.example", "phone:300074321", "phone:+49300074321", "city:berlin"]
OTHERS = ["london", "paris", "acme", "babbage"]
VIEWERS = [Viewer.of(*groups) for size in range(4) for groups in itertools.combinations("abc", size)]


@st.composite
def local_entity(draw: st.DrawFn, number: int) -> LocalEntity:
    person = draw(st.booleans())
    names = draw(st.lists(st.sampled_from(PEOPLE if person else FIRMS), min_size=0, max_size=2, unique=True))
    predicates = ("DATE_OF_BIRTH", "EMPLOYEE_OF") if person else ("HEADQUARTERS", "SUBSIDIARY_OF")
    facts = set()
    for predicate in draw(st.lists(st.sampled_from(predicates), max_size=2)):
        values = ["Date:1815", "Date:1815-12-10", "Date:1901"] if predicate.startswith("DATE") else OTHERS
        facts.add(Fact(predicate, True, draw(st.sampled_from(values))))
    angle = draw(st.none() | st.sampled_from([0.0, 0.4, 1.5]))
    document = f"d{draw(st.integers(0, 12))}"
    row = draw(st.none() | st.sampled_from(["s.db#T/1", "s.db#T/2", "s.db#U/1"])) if draw(st.booleans()) else None
    extras = st.lists(st.sampled_from(IDENTIFIERS), max_size=1), st.lists(st.sampled_from(CONTACTS), max_size=2)
    identifiers, contacts = (draw(extra) if draw(st.booleans()) else [] for extra in extras)
    return LocalEntity(
        document_id=document,
        readers=READERS[int(document[1:]) % len(READERS)],
        type="Person" if person else "Organization",
        family="Person" if person else "Organization",
        mentions=tuple(sorted(content_id("m", number, k) for k in range(draw(st.integers(1, 2))))),
        names=tuple((name, 1 + len(name) % 3) for name in sorted(names)),
        facts=tuple(sorted(facts)),
        key=f"{row}{'p' if person else 'f'}" if row else None,
        identifiers=tuple(identifiers),
        contacts=tuple(sorted(set(contacts))),
        context=None if angle is None else np.array([np.cos(angle), np.sin(angle)], dtype=np.float32),
    )


@st.composite
def corpora(draw: st.DrawFn) -> tuple[list[LocalEntity], list[Judgement]]:
    size = draw(st.integers(1, 14))
    locals_ = [draw(local_entity(number)) for number in range(size)]
    judgements = {}
    for _ in range(draw(st.integers(0, 3))):
        one, other = draw(st.sampled_from(locals_)), draw(st.sampled_from(locals_))
        left, right = sorted((one.mentions[-1], other.mentions[0]))
        verdict = draw(st.sampled_from(Verdict))
        if left != right:
            judgement = Judgement(left, right, verdict, 1.0, {}, "ann")
            judgements[judgement.id] = judgement
    return locals_, list(judgements.values())


def seen(resolution, locals_: list[LocalEntity], viewer: Viewer) -> list[tuple]:
    visible = {local.id for local in locals_ if viewer.sees(local.readers)}
    parts = []
    for entity in resolution.entities:
        if members := tuple(member for member in entity.members if member in visible):
            parts.append((entity.id, entity.readers, entity.type, entity.names, members, entity.core))
    return parts


@settings(max_examples=120, deadline=None)
@given(corpora())
def test_a_viewer_sees_what_his_documents_alone_would_give(corpus) -> None:
    locals_, judgements = corpus
    whole = resolve(locals_, judgements, functional=FUNCTIONAL)
    for viewer in VIEWERS:
        mine = [local for local in locals_ if viewer.sees(local.readers)]
        mentions = {mention for local in mine for mention in local.mentions}
        alone = resolve(mine, judgements, functional=FUNCTIONAL)
        assert seen(whole, locals_, viewer) == seen(alone, locals_, viewer)
        assert [j for j in whole.judgements if {j.left, j.right} <= mentions] == list(alone.judgements)
        assert [j for j in whole.unmet if {j.left, j.right} <= mentions] == list(alone.unmet)
        assert [q for q in whole.questions if {q.left, q.right} <= mentions] == list(alone.questions)


@settings(max_examples=60, deadline=None)
@given(corpora(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(corpus, rng: random.Random) -> None:
    locals_, judgements = corpus
    expected = resolve(locals_, judgements, functional=FUNCTIONAL)
    rng.shuffle(locals_)
    rng.shuffle(judgements)
    assert resolve(locals_, judgements, functional=FUNCTIONAL) == expected


@settings(max_examples=60, deadline=None)
@given(corpora())
def test_every_local_entity_is_in_one_entity_and_the_judgements_are_a_forest_over_it(corpus) -> None:
    locals_, judgements = corpus
    resolution = resolve(locals_, judgements, functional=FUNCTIONAL)
    members = [member for entity in resolution.entities for member in entity.members]
    assert sorted(members) == sorted(local.id for local in locals_)
    local_of = {mention: local.id for local in locals_ for mention in local.mentions}
    root = {local.id: local.id for local in locals_}

    def find(node: str) -> str:
        while root[node] != node:
            node = root[node]
        return node

    for judgement in resolution.judgements:
        left, right = find(local_of[judgement.left]), find(local_of[judgement.right])
        assert left != right, "a cycle"
        assert judgement.reasons
        root[right] = left
    followed = [j for j in judgements if j.verdict is Verdict.SAME and j not in resolution.unmet]
    for judgement in followed:
        root[find(local_of[judgement.right])] = find(local_of[judgement.left])
    parts: dict[str, set[str]] = {}
    for local in locals_:
        parts.setdefault(find(local.id), set()).add(local.id)
    assert sorted(map(sorted, parts.values())) == sorted(sorted(entity.members) for entity in resolution.entities)


@settings(max_examples=60, deadline=None)
@given(corpora())
def test_rows_of_a_table_are_one_only_by_a_persons_word_or_where_their_source_says_so(corpus) -> None:
    locals_, _ = corpus
    entity_of = resolve(locals_, functional=FUNCTIONAL).entity_of()
    keyed = [local for local in locals_ if local.key]
    stated = any(identifier.startswith("iri:") for local in locals_ for identifier in local.identifiers)
    for one, other in itertools.combinations(keyed, 2):
        comparable = one.readers == other.readers
        if one.key == other.key and comparable:
            assert entity_of[one.id] == entity_of[other.id]
        if one.key != other.key and one.key.split("/")[0] == other.key.split("/")[0] and comparable and not stated:
            assert entity_of[one.id] != entity_of[other.id]


@settings(max_examples=60, deadline=None)
@given(corpora(), st.data())
def test_resolving_what_a_change_reaches_is_resolving_everything(corpus, data) -> None:
    locals_, judgements = corpus
    changed = data.draw(st.sampled_from(sorted({local.document_id for local in locals_})))
    keys = {local.id: block_keys(local, judgements) for local in locals_}
    tables = {local.id: table_of(local.key) if local.key else "" for local in locals_}
    before = [local for local in locals_ if local.document_id != changed]
    index = MemoryIndex()
    for local in before:
        index.put(local.id, keys[local.id], tables[local.id])
    stored = resolve(before, judgements, functional=FUNCTIONAL)

    for added in (True, False):  # the document comes, then goes again
        now = locals_ if added else before
        for local in locals_:
            if local.document_id == changed:
                index.put(local.id, keys[local.id], tables[local.id]) if added else index.remove(local.id)
        moved = {local.id for local in locals_ if local.document_id == changed}
        touched = {Mark.of(key, tables[local_id]) for local_id in moved for key in keys[local_id]}
        reached = affected(touched, index) | (moved if added else set())
        part = resolve([local for local in now if local.id in reached], judgements, functional=FUNCTIONAL)
        kept = [entity for entity in stored.entities if not set(entity.members) & (reached | moved)]
        whole = resolve(now, judgements, functional=FUNCTIONAL)
        assert sorted(kept + list(part.entities), key=lambda entity: entity.id) == list(whole.entities)
        mentions = {mention for local in now if local.id in reached for mention in local.mentions}
        assert [j for j in whole.judgements if {j.left, j.right} & mentions] == list(part.judgements)
        assert [q for q in whole.questions if {q.left, q.right} & mentions] == list(part.questions)
        stored = whole


@settings(max_examples=60, deadline=None)
@given(corpora())
def test_equal_identifiers_are_one_entity_unless_people_or_rows_say_otherwise(corpus) -> None:
    locals_, judgements = corpus
    entity_of = resolve(locals_, functional=FUNCTIONAL).entity_of()
    for one, other in itertools.combinations(locals_, 2):
        if {i for i in one.identifiers if i.startswith("iri:")} & set(
            other.identifiers
        ) and one.readers == other.readers:
            assert entity_of[one.id] == entity_of[other.id]
    resolution = resolve(locals_, judgements, functional=FUNCTIONAL)
    asked = {end for question in resolution.questions for end in (question.left, question.right)}
    assert asked <= {entity.id for entity in resolution.entities}
    assert all(question.left < question.right for question in resolution.questions)

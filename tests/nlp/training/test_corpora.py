"""Reading of the training sets, and the variants made of them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from nlp.training.corpora import entities, knowledgenet, redocred
from nlp.training.corpora.examples import Gold, Passage, Sample
from nlp.training.reader import augment

TEXT = "Ada Lovelace founded Acme Ltd. Lovelace said it is Dutch, as Ada Lovelace is."


def side(start: int, end: int, uri: str | None) -> dict[str, object]:
    return {"start": start, "end": end, "text": TEXT[start:end], "uri": uri}


def row() -> dict[str, object]:
    person, firm = (0, 12), (TEXT.index("Acme"), TEXT.index(". Lovelace"))
    it, dutch = (TEXT.index("it is"), TEXT.index(" is Dutch")), (TEXT.index("Dutch"), TEXT.index(", as"))
    return {
        "fold": 1,
        "documentId": 7,
        "passageStart": 0,
        "text": TEXT,
        "facts": [
            {"property": "FOUNDED_BY", "subject": side(*firm, "u/acme"), "object": side(*person, "u/ada")},
            {"property": "FOUNDED_BY", "subject": side(*it, None), "object": side(*person, "u/ada")},
            {"property": "NATIONALITY", "subject": side(*person, "u/ada"), "object": side(*dutch, None)},
        ],
        "no_fact_properties": ["CEO"],
    }


def surfaces(passage: Passage) -> list[str]:
    return [passage.text[g.start : g.end] for g in passage.golds]


def test_knowledgenet_passage() -> None:
    passage = knowledgenet.passage(row())
    assert surfaces(passage) == ["Ada Lovelace", "Acme Ltd", "it", "Dutch"]
    assert [g.types for g in passage.golds] == [("Person",), ("Organization",), ("Organization",), ("Location",)]
    assert passage.annotated == {"FOUNDED_BY", "NATIONALITY", "CEO"}
    assert (1, 0, "FOUNDED_BY") in passage.facts
    # "it" has the same fact as Acme, and is a pronoun: the same thing.
    assert passage.golds[2].cluster == passage.golds[1].cluster == "u/acme"


def test_names_change_everywhere_alike_and_facts_stay() -> None:
    passage = knowledgenet.passage(row())
    pool = {"Person": ["Grace Hopper"], "Organization": ["Zenith Group"], "Location": ["Oslo"]}
    changed = augment.rename(Sample("x", (passage,)), pool, 1.0, random.Random(0)).passages[0]
    assert changed.text == "Grace Hopper founded Zenith Group. Hopper said it is Dutch, as Grace Hopper is."
    assert surfaces(changed) == ["Grace Hopper", "Zenith Group", "it", "Dutch"]
    assert changed.facts == passage.facts


def test_it_becomes_the_company() -> None:
    passage = knowledgenet.passage(row())
    changed = augment.describe(Sample("x", (passage,)), 1.0, random.Random(0)).passages[0]
    assert surfaces(changed)[2].startswith("the ")
    assert surfaces(changed)[3] == "Dutch"


def test_possessives_keep_their_ending_outside() -> None:
    passage = Passage("Its head left.", (Gold(0, 3, ("Organization",)),))
    changed = augment.describe(Sample("x", (passage,)), 1.0, random.Random(0)).passages[0]
    assert changed.text.startswith(surfaces(changed)[0] + "'s head")


def test_redocred_sentences_without_evidence_are_unsure() -> None:
    sample = redocred.document(
        {
            "sents": [["Ann", "wed", "Bob", "."], ["Ann", "likes", "Bob", "."]],
            "vertexSet": [
                [{"sent_id": n, "pos": [0, 1], "name": "Ann", "type": "PER"} for n in (0, 1)],
                [{"sent_id": n, "pos": [2, 3], "name": "Bob", "type": "PER"} for n in (0, 1)],
            ],
            "labels": [{"r": "P26", "h": 0, "t": 1, "evidence": [0]}],
        }
    )
    first, second = sample.passages
    assert set(first.facts) == {(0, 1, "SPOUSE"), (1, 0, "SPOUSE")}
    assert second.facts == ()
    assert second.unsure == {(0, 1, "SPOUSE")}
    assert second.annotated == frozenset()
    assert first.golds[0].cluster == second.golds[0].cluster


def test_tagged_sentences(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_text("Big\tB-product\nPhone\tI-product\nby\tO\nAcme\tB-organisation\n\nnext\tO\n", encoding="utf-8")
    words, tags = next(entities.sentences(file))
    passage = entities.passage(words, tags, entities.CROSSNER, frozenset(), 0.2)
    assert surfaces(passage) == ["Big Phone", "Acme"]
    assert [g.types for g in passage.golds] == [("Product",), ("Organization",)]


DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data sets are not here")
def test_real_data_keeps_every_fact() -> None:
    documents = knowledgenet.load(DATA / "relations/knowledgenet/folds_1_3.jsonl", [1, 2])
    assert sum(len(p.facts) for passages in documents.values() for p in passages) == 5478
    pool = augment.name_pool(knowledgenet.samples(documents))
    rng = random.Random(0)
    for sample in knowledgenet.samples(documents)[:200]:
        changed = augment.rename(sample, pool, 0.5, rng)
        for old, new in zip(sample.passages, changed.passages, strict=True):
            assert len(old.golds) == len(new.golds)
            assert all(new.text[g.start : g.end].strip() for g in new.golds)

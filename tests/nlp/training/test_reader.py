"""Training for real, in small: it learns, resumes exactly, and exports what it learned."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.train

NAMES = ("Ada Stone", "Ben Carter", "Cleo Marsh", "Dan Fox", "Eva Brandt", "Finn Olsen", "Gina Rossi", "Hugo Weiss")
PLACES = ("Lagos", "Oslo", "Turin", "Zurich")
FIRMS = ("Nordwind Ltd", "Solaris Group", "Acme Tools", "Kestrel Bank")


def fact(text: str, relation: str, subject: str, target: str) -> dict[str, object]:
    def side(word: str) -> dict[str, object]:
        at = text.index(word)
        return {"start": at, "end": at + len(word), "text": word, "uri": f"u/{word}"}

    return {"property": relation, "subject": side(subject), "object": side(target)}


def rows() -> list[dict[str, object]]:
    out: list[dict[str, object]] = []
    for number, name in enumerate(NAMES * 3):
        place, firm = PLACES[number % 4], FIRMS[(number // 2) % 4]
        born = f"{name} was born in {place} to a family of bakers."
        works = f"{firm} was founded by {name} long ago."
        for start, text, found in (
            (0, born, fact(born, "PLACE_OF_BIRTH", name, place)),
            (100, works, fact(works, "FOUNDED_BY", firm, name)),
        ):
            out.append(
                {
                    "fold": 1,
                    "documentId": number,
                    "passageStart": start,
                    "passageEnd": start + len(text),
                    "text": text,
                    "facts": [found],
                    "no_fact_properties": ["CEO"],
                }
            )
    return out


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("data") / "folds_1_3.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows()), encoding="utf-8")
    return file


def start(corpus: Path, epochs: int) -> tuple[object, ...]:
    import torch

    from nlp.networks.joint import Joint
    from nlp.runtime.session import load_tokenizer
    from nlp.training.corpora import knowledgenet
    from nlp.training.corpora.examples import RELATIONS, TYPES
    from nlp.training.encoders import resolve
    from nlp.training.reader import augment
    from nlp.training.reader import recipe as recipes
    from nlp.training.reader.loop import Data
    from nlp.training.reader.train import settings_of

    chosen = replace(recipes.load(recipes.DEFAULT), epochs=epochs, batch=8, entity_sentences=0, warmup=0.2)
    documents = knowledgenet.load(corpus, [1])
    held = {name: documents[name] for name in list(documents)[:4]}
    samples = knowledgenet.samples({name: p for name, p in documents.items() if name not in held})
    data = Data(samples, [], held, augment.name_pool(samples))
    torch.manual_seed(3)
    torch.set_num_threads(1)
    joint = Joint(resolve("minilm"), TYPES, RELATIONS)
    tokenizer = load_tokenizer(resolve("minilm") / "tokenizer.json")
    return joint, data, tokenizer, settings_of(chosen, tokenizer), chosen


def test_interrupted_and_resumed_equals_uninterrupted(corpus: Path, tmp_path: Path) -> None:
    import torch

    from nlp.training.reader.loop import train

    whole = start(corpus, 2)
    train(*whole, tmp_path / "whole", report=str)  # type: ignore[arg-type]
    first = start(corpus, 2)
    train(*first, tmp_path / "parts", stop_after=1, report=str)  # type: ignore[arg-type]
    second = start(corpus, 2)
    history = train(*second, tmp_path / "parts", resume=True, report=str)  # type: ignore[arg-type]
    assert [entry["epoch"] for entry in history] == [1, 2]
    one, other = whole[0].state_dict(), second[0].state_dict()  # type: ignore[attr-defined]
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_it_learns_and_the_export_agrees(corpus: Path, tmp_path: Path) -> None:
    from nlp.runtime.network import OnnxNetwork
    from nlp.training.corpora import knowledgenet
    from nlp.training.encoders import resolve
    from nlp.training.reader.development import develop
    from nlp.training.reader.export import export, load_joint
    from nlp.training.reader.loop import train
    from nlp.training.reader.torch_network import TorchNetwork

    _, data, tokenizer, settings, _ = run = start(corpus, 12)
    history = train(*run, tmp_path, report=str)  # type: ignore[arg-type]
    assert history[-1]["pairs"] < history[0]["pairs"] / 3
    joint = load_joint(tmp_path, resolve("minilm"), settings, 384)  # type: ignore[arg-type]
    export(joint, tmp_path / "onnx")
    documents = dict(data.development)  # type: ignore[attr-defined]
    full = develop(documents, tokenizer, TorchNetwork(joint), settings)  # type: ignore[arg-type]
    small = develop(documents, tokenizer, OnnxNetwork(tmp_path / "onnx", 1), settings)  # type: ignore[arg-type]
    assert full.best()[1] > 0.9
    assert small.best()[1] > 0.9
    shared = {(passage, fact): logit for passage, fact, logit in full.facts(-4.0)}
    differences = [
        abs(shared[passage, fact] - logit) for passage, fact, logit in small.facts(-4.0) if (passage, fact) in shared
    ]
    assert len(differences) >= 8
    assert float(np.median(differences)) < 0.5
    assert knowledgenet.load(corpus, [2]) == {}


def test_a_student_that_reads_a_teachers_opinions_comes_to_share_them(corpus: Path, tmp_path: Path) -> None:
    from nlp.training.reader import batches, distil, opinions
    from nlp.training.reader.loop import train

    teacher, data, tokenizer, settings, recipe = start(corpus, 8)
    train(teacher, data, tokenizer, settings, recipe, tmp_path / "teacher", report=str)  # type: ignore[arg-type]
    teacher.eval()  # type: ignore[attr-defined]
    table = distil.translation(tokenizer, tokenizer)  # type: ignore[arg-type]
    assert table.tolist() == list(range(len(table)))
    student = start(corpus, 8)
    orders = [
        batches.epoch(data.samples, [], data.pool, tokenizer, recipe, n)  # type: ignore[attr-defined, arg-type]
        for n in range(8)
    ]
    for number, order in enumerate(orders):
        distil.write(teacher, order, number, table, settings, recipe, tmp_path / "opinions")  # type: ignore[arg-type]
    said = opinions.load(opinions.file_of(tmp_path / "opinions", 0, 0))
    batch = batches.collate(orders[0][0], settings)  # type: ignore[arg-type]
    again = distil.opinion(teacher, batch, batch.ids, settings, recipe)  # type: ignore[arg-type]
    assert np.allclose(said.tags, again.tags, atol=1e-3)
    assert [r.geometry.pairs for r in said.related] == [list(r.geometry.pairs) for r in again.related]
    assert all(np.allclose(a.target, b.target, atol=1e-3) for a, b in zip(said.related, again.related, strict=True))
    assert [c.target for c in said.coreferent] == [c.target for c in again.coreferent]
    history = train(*student, tmp_path / "student", opinions=tmp_path / "opinions", report=str)  # type: ignore[arg-type]
    assert history[-1]["pairs"] < history[0]["pairs"] / 2

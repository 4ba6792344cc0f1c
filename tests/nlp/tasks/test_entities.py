"""Entities: tiny models overfit what they are shown, learn from partial annotation, and ship as they were trained."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.errors import InputError
from nlp.data.example import Entity, Example
from nlp.training.recipe import Recipe, override

pytestmark = pytest.mark.train

PEOPLE = ("Anna", "Ben Stark", "Carla", "David", "Emma", "Frank")
FIRMS = ("Acme", "Globex Company", "Initech", "Umbrella")
PLACES = ("Berlin", "Paris", "London", "Rome")


def example(name: str, *parts: str | tuple[str, str], annotated: frozenset[str] | None = None) -> Example:
    text = ""
    entities: list[Entity] = []
    for part in parts:
        text += " " if text else ""
        if isinstance(part, tuple):
            entities.append(Entity(f"e{len(entities)}", len(text), len(text) + len(part[0]), part[1]))
            text += part[0]
        else:
            text += part
    return Example(name, text + ".", tuple(entities), annotated=annotated)


def everything() -> list[Example]:
    return [
        example(f"{p}-{f}", (p, "Person"), "works at", (f, "Firm"), "in", (PLACES[n % 4], "Place"))
        for n, (p, f) in enumerate(itertools.product(PEOPLE, FIRMS))
    ]


def recipe(encoder: Path, *settings: str) -> Recipe:
    plain = ["training.precision=fp32", "training.batch=8", "optimiser.encoder_rate=3e-3", "optimiser.head_rate=1e-2"]
    sizes = ["encoder.longest=48", "encoder.shapes=true", "task.context=8", "task.dropout=0.0"]
    return override(Recipe(), [f"encoder.source={encoder}", *plain, *sizes, *settings])


def trained(encoder: Path, data: Sequence[Example], *settings: str, name: str = "entities") -> tuple[Any, Any]:
    """A task and its model after a plain loop."""
    import torch

    from nlp.networks.body import Body
    from nlp.runtime.session import load_tokenizer
    from nlp.tasks.task import task
    from nlp.training import optimisers
    from nlp.training.trainer import compose

    made_of, kind = recipe(encoder, *settings), task(name)
    made = kind(made_of, kind.learn(data, made_of), load_tokenizer(encoder / "tokenizer.json"))
    torch.manual_seed(1)
    random.seed(1)
    model = made.build(Body(encoder, shapes=made_of.encoder.shapes))
    samples = made.samples(data)
    made.begin(model, samples)
    search = optimisers.make(model, made_of.optimiser)
    for number in range(made_of.training.epochs):
        model.train()
        for batch in compose(made, samples, made_of, number):
            torch.autograd.backward(sum(made.loss(model, batch).values(), torch.zeros(())))
            search.step()
            search.zero_grad()
    return made, model


def read(made: Any, model: Any, data: Sequence[Example], **labels: Any) -> list[Example]:
    from nlp.runtime.predictor import make
    from nlp.training.torch_graphs import TorchGraphs

    predictor: Any = make(made.name, made.schema, made.tokenizer, TorchGraphs(made, model))
    found: list[Example] = predictor.predict(data, **labels)
    return found


@pytest.mark.parametrize("settings", [("task.head=crf",), ("task.head=spans",), ("task.lexicon=true", "task.blur=0.1")])
def test_each_head_learns_what_it_is_shown(tiny_encoder: Path, settings: tuple[str, ...]) -> None:
    data = everything()
    made, model = trained(tiny_encoder, data, "training.epochs=8", *settings)
    found = read(made, model, data)
    assert made.score(data, found).f1 > 0.97
    assert all(0 <= entity.score <= 1 for one in found for entity in one.entities)
    assert made.calibrate(data, model)["temperature"] > 0


def test_entities_in_entities_are_for_the_span_head(tiny_encoder: Path) -> None:
    data = []
    for one in everything():
        place = one.entities[2]
        whole = Entity("w", one.entities[1].start, place.end, "Address")
        data.append(Example(one.id, one.text, (*one.entities, whole)))
    made, model = trained(tiny_encoder, data, "training.epochs=10", "task.head=spans")
    assert made.schema["nested"]
    assert made.score(data, read(made, model, data)).by_label["Address"]["f1"] > 0.9


@pytest.mark.parametrize("head", ["crf", "spans"])
def test_what_a_text_is_not_annotated_for_teaches_nothing(tiny_encoder: Path, head: str) -> None:
    # Half of the texts annotate people alone, the other half firms and places alone.
    full = everything()
    part = []
    for number, one in enumerate(full):
        shown = frozenset({"Person"}) if (number + number // 4) % 2 else frozenset({"Firm", "Place"})
        part.append(Example(one.id, one.text, tuple(e for e in one.entities if e.label in shown), annotated=shown))
    made, model = trained(tiny_encoder, part, "training.epochs=10", f"task.head={head}")
    assert made.score(full, read(made, model, full)).f1 > 0.95


def test_the_loss_is_that_of_all_allowed_paths_counted() -> None:
    import torch

    from nlp.networks.crf import Crf

    torch.manual_seed(3)
    head = Crf(4, 1, 0.0)
    torch.nn.init.normal_(head.moves)
    emissions = torch.randn(2, 3, 3)
    known = torch.tensor([[True, True, True], [True, True, False]])
    allowed = torch.ones(2, 3, 3, dtype=torch.bool)
    allowed[0, 0] = torch.tensor([False, True, False])
    allowed[1, 1] = torch.tensor([True, False, True])
    moves = head.transitions().detach()
    expected = 0.0
    for row, units in ((0, 3), (1, 2)):
        totals = [0.0, 0.0]
        for path in itertools.product(range(3), repeat=units):
            score = moves[3, path[0]] + sum(emissions[row, n, tag] for n, tag in enumerate(path))
            score += sum(moves[a, b] for a, b in itertools.pairwise(path)) + moves[4, path[-1]]
            totals[0] += float(score.exp())
            if all(allowed[row, n, tag] for n, tag in enumerate(path)):
                totals[1] += float(score.exp())
        expected += np.log(totals[0]) - np.log(totals[1])
    assert float(head.loss(emissions, known, allowed).detach()) == pytest.approx(expected / 5, abs=1e-4)


def test_known_names_help_where_the_text_itself_did_not_show_them(tiny_encoder: Path, tmp_path: Path) -> None:
    from nlp.tasks.tagged import collate

    names = tmp_path / "names.txt"
    names.write_text("Wayne Tech\tFirm\n", encoding="utf-8")
    data = [example("1", ("Acme", "Firm"), "in", ("Rome", "Place")), example("2", ("Acme", "Firm"), "at Wayne Tech")]
    made, _ = trained(
        tiny_encoder, data, "training.epochs=0", "task.lexicon=true", "task.lexicon_dropout=0.0",
        f"task.gazetteer={names}",
    )  # fmt: skip
    lessons = made.epoch(made.samples(data), random.Random(1))
    matches = made._matches(collate(lessons), random.Random(1))
    firm, place = 2 * made.labels["Firm"], 2 * made.labels["Place"]
    assert matches[:, 1, firm].tolist() == [1, 1]  # each shows it to the other
    assert matches[..., place].sum() == 0  # one text alone shows Rome
    assert matches[..., firm].sum() == 3  # and the file knows Wayne Tech
    names.write_text("Wayne Tech Firm\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"names\.txt:1"):
        made.learn(data, made.recipe)


def test_offsets_hold_in_any_text(tiny_encoder: Path) -> None:
    data = everything()
    made, model = trained(tiny_encoder, data, "training.epochs=8")
    long = " ".join(one.text for one in data) + "\r\n\U0001f600 高勇 e\u0301"
    found = read(made, model, [Example("long", long), Example("none", ""), Example("space", " \n")])
    assert len(found[0].entities) > 60
    assert all(long[e.start : e.end] in (*PEOPLE, *FIRMS, *PLACES) for e in found[0].entities)
    assert found[1].entities == found[2].entities == ()


def test_a_short_window_is_not_all_context(tiny_encoder: Path) -> None:
    data = everything()
    made, _ = trained(tiny_encoder, data, "training.epochs=0", "encoder.longest=16", "task.context=64")
    assert made.schema["context"] == 4
    long = Example("1", " ".join(one.text for one in data), data[0].entities)
    assert sum(len(lesson.passages) for lesson in made.epoch(made.samples([long]), random.Random(1))) > 20


def test_nothing_to_learn_is_refused(tiny_encoder: Path) -> None:
    for name in ("entities", "described"):
        with pytest.raises(InputError, match="no example has an entity"):
            trained(tiny_encoder, [Example("1", "nothing here")], name=name)


DESCRIBED = (
    'task.descriptions={Person = ["person"], Firm = ["company", "the company"], Place = ["city", "the place"]}',
    "task.hidden=32",
    "training.epochs=25",
    "optimiser.encoder_rate=1e-3",
)


def described(encoder: Path, data: Sequence[Example], *settings: str) -> tuple[Any, Any]:
    plain = [s for s in DESCRIBED if not any(s.split("=")[0] == other.split("=")[0] for other in settings)]
    return trained(encoder, data, *plain, *settings, name="described")


def test_labels_are_found_by_what_describes_them_and_only_those_that_are_asked_for(tiny_encoder: Path) -> None:
    data = everything()
    made, model = described(tiny_encoder, data)
    assert made.score(data, read(made, model, data)).f1 > 0.95
    found = read(made, model, data[:4], labels={"Ort": "the place", "Wer": "person"})
    assert {e.label for one in found for e in one.entities} == {"Ort", "Wer"}
    assert all(len(one.entities) == 2 for one in found)
    with pytest.raises(InputError):
        read(made, model, data[:1], labels={})


def test_training_goes_on_from_a_trained_model(tiny_encoder: Path, tmp_path: Path) -> None:
    from nlp.networks.warm_start import from_encoder
    from nlp.training.export import export, safe_load

    data = everything()
    made, model = described(tiny_encoder, data)
    parity = export(made, model, tmp_path / "model", encoder=tiny_encoder, development=data)
    assert parity is not None
    again, loaded = safe_load(tmp_path / "model")
    assert read(again, loaded, data[:3]) == read(made, model, data[:3])

    fresh, other = described(tiny_encoder, data, "training.epochs=0")
    assert made.score(data, read(fresh, other, data)).f1 < 0.5
    assert len(from_encoder(other, str(tmp_path / "model"))) == len(other.state_dict())
    assert made.score(data, read(fresh, other, data)).f1 > 0.95
    assert from_encoder(other, "minilm") == []


@pytest.mark.parametrize("name", ["crf", "spans", "described"])
def test_it_ships_as_it_was_trained(tiny_encoder: Path, tmp_path: Path, name: str) -> None:
    from nlp.runtime.predictor import load
    from nlp.training.export import export

    data = everything()
    made, model = (
        described(tiny_encoder, data)
        if name == "described"
        else trained(tiny_encoder, data, "training.epochs=8", f"task.head={name}", "task.lexicon=true")
    )
    expected = read(made, model, data)
    export(made, model, tmp_path / "model", encoder=tiny_encoder, development=data)
    found = load(tmp_path / "model").predict(data)
    assert made.score(expected, found).f1 > 0.98

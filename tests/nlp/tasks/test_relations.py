"""Relations and joint extraction: tiny models learn who does what, and their graphs find the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from kg.errors import InputError, NotFoundError, SettingsError
from nlp.data.example import Entity, Example, Relation
from nlp.training.recipe import Recipe, parse

pytestmark = pytest.mark.train

PEOPLE, FIRMS, CITIES = ("anna", "ben", "carla", "david"), ("acme", "globex", "initech"), ("berlin", "paris", "rome")


def example(person: str, firm: str, city: str, order: bool) -> Example:
    """Who works for whom, and where somebody lives; the order of the two varies."""
    parts = [f"{person} works for {firm}", f"{person} lives in {city}"]
    words = " and ".join(parts if order else parts[::-1])
    entities: list[Entity] = []
    position = 0
    for word in words.split():
        kind = next((k for k, all_ in (("Per", PEOPLE), ("Org", FIRMS), ("Loc", CITIES)) if word in all_), "")
        if kind:
            entities.append(Entity(f"e{len(entities)}", position, position + len(word), kind))
        position += len(word) + 1
    one, two = (e.id for e in entities if e.label == "Per")
    org, loc = (next(e.id for e in entities if e.label == kind) for kind in ("Org", "Loc"))
    relations = (Relation(one if order else two, org, "works_for"), Relation(two if order else one, loc, "lives_in"))
    return Example(words, words, tuple(entities), relations)


def everything() -> list[Example]:
    found = [example(*parts) for parts in product(PEOPLE, FIRMS, CITIES, (True, False))]
    return sorted(found, key=lambda e: e.id[::-1])


def recipe(encoder: Path, task: str, epochs: int = 8) -> Recipe:
    return parse(
        f"""
        encoder = {{ source = "{encoder}", longest = 40, shapes = true }}
        optimiser = {{ encoder_rate = 3e-3, head_rate = 1e-2 }}
        training = {{ epochs = {epochs}, batch = 8, precision = "fp32" }}
        task = {{ {task} }}
        """,
        "test",
    )


@pytest.mark.parametrize("loss", ["adaptive", "softmax"])
def test_relations_between_given_entities(tiny_encoder: Path, tmp_path: Path, loss: str) -> None:
    from nlp.runtime.predictor import load
    from nlp.training.run import train

    data = everything()
    made = recipe(tiny_encoder, f'loss = "{loss}", dropout = 0.0')
    report = train("relations", data[12:], data[12:20], data[:12], tmp_path / "model", made)
    assert report.test is not None
    assert report.test.f1 > 0.9
    asked = [replace(e, relations=()) for e in data[:12]]
    served = load(tmp_path / "model").predict(asked)
    assert [e.entities for e in served] == [e.entities for e in data[:12]]
    assert (
        sum(
            {(r.head, r.tail, r.label) for r in one.relations} == {(r.head, r.tail, r.label) for r in other.relations}
            for one, other in zip(served, data[:12], strict=True)
        )
        >= 10
    )


def test_entities_and_relations_at_once(tiny_encoder: Path, tmp_path: Path) -> None:
    from nlp.runtime.predictor import load
    from nlp.training.run import train

    data = everything()
    made = recipe(tiny_encoder, "dropout = 0.0", epochs=10)
    report = train("joint", data[12:], data[12:20], data[:12], tmp_path / "model", made)
    assert report.test is not None
    assert report.test.f1 > 0.85
    served = load(tmp_path / "model").predict([Example("x", data[0].text)])[0]
    spans = {e.id: served.text[e.start : e.end] for e in served.entities}
    assert set(spans.values()) == {data[0].text[e.start : e.end] for e in data[0].entities}
    assert all(0 < r.score <= 1 and r.head in spans and r.tail in spans for r in served.relations)
    assert not any(e.text[x.start : x.end].strip() != e.text[x.start : x.end] for e in [served] for x in e.entities)


def test_mentions_of_one_thing_are_read_together(tiny_encoder: Path) -> None:
    from nlp.runtime.session import load_tokenizer
    from nlp.tasks.relations import RelationsTask

    text = "anna works . she lives in rome"
    entities = (Entity("a", 0, 4, "Per"), Entity("b", 13, 16, "Per"), Entity("c", 26, 30, "Loc"))
    one = Example("1", text, entities, (Relation("b", "c", "lives_in"),), clusters=(("a", "b"),))
    made = recipe(tiny_encoder, "")
    task = RelationsTask(made, RelationsTask.learn([one], made), load_tokenizer(tiny_encoder / "tokenizer.json"))
    (sample,) = task.samples([one])
    assert [len(mentions) for mentions in sample.scene.entities] == [2, 1]
    assert sample.scene.pairs == [(0, 1), (1, 0)]
    assert sample.target.tolist() == [[1], [0]]


def test_what_is_not_annotated_teaches_nothing(tiny_encoder: Path) -> None:
    import torch

    from nlp.networks.relation_losses import LOSSES
    from nlp.runtime.session import load_tokenizer
    from nlp.tasks.relations import RelationsTask

    data = everything()[:4]
    made = recipe(tiny_encoder, "")
    task = RelationsTask(made, RelationsTask.learn(data, made), load_tokenizer(tiny_encoder / "tokenizer.json"))
    part = replace(data[0], annotated=frozenset({"lives_in"}))
    (sample,) = task.samples([part])
    column = task.schema["relations"].index("works_for")
    assert sample.known[:, column].sum() == 1  # where it is stated all the same
    for name, loss in LOSSES.items():
        logits = torch.randn(len(sample.target), 3, requires_grad=True)
        loss(logits, torch.from_numpy(sample.target), torch.from_numpy(sample.known)).backward()  # type: ignore[no-untyped-call]
        assert logits.grad is not None
        hidden = sample.known[:, column] == 0
        assert not logits.grad[hidden, 1 + column].any(), name
        assert logits.grad[~hidden, 1 + column].any(), name


def test_only_labelled_pairs_teach_where_the_data_say_so(tiny_encoder: Path) -> None:
    from nlp.runtime.session import load_tokenizer
    from nlp.tasks.relations import RelationsTask

    one = everything()[0]
    one = replace(one, relations=(one.relations[0], Relation(one.relations[0].tail, one.relations[0].head, "none")))
    made = recipe(tiny_encoder, 'negative = "none", asked = "annotated"')
    task = RelationsTask(made, RelationsTask.learn([one], made), load_tokenizer(tiny_encoder / "tokenizer.json"))
    (sample,) = task.samples([one])
    assert task.schema["relations"] == [one.relations[0].label]
    assert sorted(sample.target[:, 0].tolist()) == [0, 1]


def test_a_span_that_cuts_a_word_is_left_out(tiny_encoder: Path) -> None:
    from nlp.runtime.session import load_tokenizer
    from nlp.tasks.joint import JointTask

    data = everything()[:3]
    made = recipe(tiny_encoder, "")
    schema = JointTask.learn(data, made)
    assert (schema["spaced"], schema["widest"]) == (True, 1)
    assert schema["signatures"]["lives_in"] == [("Per", "Loc")]
    task = JointTask(made, schema, load_tokenizer(tiny_encoder / "tokenizer.json"))
    cut = replace(
        data[0], entities=(replace(data[0].entities[0], end=data[0].entities[0].end - 1), *data[0].entities[1:])
    )
    whole, part = (sum((window.taught[0].target > 0).sum() for window in task.samples([e])) for e in (data[0], cut))
    assert (whole, part) == (4, 3)


def test_nothing_to_learn_is_said() -> None:
    from nlp.tasks.relations import RelationsTask

    with pytest.raises(InputError, match="no relations"):
        RelationsTask.learn([Example("1", "a")], Recipe())


def test_a_model_starts_from_another_with_other_labels(tiny_encoder: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    from nlp.networks.body import Body
    from nlp.networks.warm_start import take_over
    from nlp.runtime.session import load_tokenizer
    from nlp.tasks.joint import JointTask

    data = everything()
    made = recipe(tiny_encoder, f'start = "{tmp_path}"')
    tokenizer = load_tokenizer(tiny_encoder / "tokenizer.json")
    one = JointTask(made, JointTask.learn(data[:3], made), tokenizer).build(Body(tiny_encoder))
    with torch.no_grad():
        for weight in one.parameters():
            weight.add_(1.0)
    save_file(one.state_dict(), tmp_path / "model.safetensors")
    more = [replace(e, relations=(*e.relations, replace(e.relations[0], label="likes"))) for e in data[:3]]
    task = JointTask(made, JointTask.learn(more, made), tokenizer)
    other = task.build(Body(tiny_encoder))
    before = other.state_dict()["pairs.out.weight"].clone()
    task.begin(other, [])
    after = other.state_dict()
    assert torch.equal(after["body.shape.weight"], one.state_dict()["body.shape.weight"])
    assert torch.equal(after["spans.out.weight"], one.state_dict()["spans.out.weight"])
    assert torch.equal(after["pairs.out.weight"], before)  # another number of relations
    with pytest.raises(NotFoundError):
        take_over(other, tmp_path / "nowhere")
    save_file({"other": torch.zeros(1)}, tmp_path / "model.safetensors")
    with pytest.raises(InputError, match="not of this model's kind"):
        take_over(other, tmp_path)


def test_runs_that_the_encoder_cannot_read_are_refused(tiny_encoder: Path) -> None:
    from nlp.networks.body import Body
    from nlp.runtime.session import load_tokenizer
    from nlp.tasks.relations import RelationsTask

    data = everything()[:2]
    made = recipe(tiny_encoder, "")
    made = made.model_copy(update={"encoder": made.encoder.model_copy(update={"longest": 129})})
    task = RelationsTask(made, RelationsTask.learn(data, made), load_tokenizer(tiny_encoder / "tokenizer.json"))
    with pytest.raises(SettingsError, match="at most 128"):
        task.build(Body(tiny_encoder))


def test_losses_by_hand() -> None:
    import torch

    from nlp.networks.relation_losses import adaptive_loss, sigmoid_loss, softmax_loss

    logits = torch.tensor([[0.5, 2.0, -1.0], [1.0, 0.0, 0.0]])
    target = torch.tensor([[1.0, 0.0], [0.0, 0.0]])
    known = torch.ones(2, 2)
    e = np.exp
    positive = np.log(e(2) + e(0.5)) - 2
    negative = (np.log(e(0.5) + e(-1)) - 0.5) + (np.log(e(1) + 2) - 1)
    assert float(adaptive_loss(logits, target, known)) == pytest.approx(positive + negative, rel=1e-5)
    chosen = np.log(e(0.5) + e(2) + e(-1)) - 2 + np.log(e(1) + 2) - 1
    assert float(softmax_loss(logits, target, known)) == pytest.approx(chosen, rel=1e-5)
    binary = np.log(1 + e(-2)) + np.log(1 + e(-1)) + 2 * np.log(2)
    assert float(sigmoid_loss(logits, target, known)) == pytest.approx(binary, rel=1e-5)

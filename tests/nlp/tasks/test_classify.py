from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from kg.errors import InputError, SettingsError
from nlp.data.example import Example, Label
from nlp.training.recipe import Recipe, default, override

pytestmark = pytest.mark.train

SIDES = {"pos": ("good", "great", "nice", "best", "love"), "neg": ("bad", "awful", "terrible", "worst", "hate")}
THINGS = ("film", "movie", "book", "food", "service", "city", "company", "place")
COLOURS = ("red", "green", "blue")


def opinions(things: tuple[str, ...] = THINGS) -> list[Example]:
    return [
        Example(f"{thing}-{word}", f"the {thing} was {word}", labels=(Label(side),))
        for thing in things
        for side, words in SIDES.items()
        for word in words
    ]


def recipe(encoder: Path, *settings: str) -> Recipe:
    plain = ["encoder.longest=32", "training.precision=fp32", "optimiser.encoder_rate=3e-3", "optimiser.head_rate=1e-2"]
    return override(Recipe(), [f"encoder.source={encoder}", "training.batch=8", *plain, *settings])


def trained(
    encoder: Path, data: list[Example], *settings: str, name: str = "classify", dev: list[Example] | None = None
) -> tuple[Any, Any]:
    """A task and its model after a plain loop."""
    import torch

    from nlp.tasks.task import task
    from nlp.training import optimisers
    from nlp.training.assembly import build
    from nlp.training.trainer import compose

    made, model = build(task(name), recipe(encoder, *settings), data, encoder)
    samples = made.samples(data)
    made.begin(model, samples)
    search = optimisers.make(model, made.recipe.optimiser)
    model.train()
    for number in range(made.recipe.training.epochs):
        for batch in compose(made, samples, made.recipe, number):
            sum(made.loss(model, batch).values(), torch.zeros(())).backward()
            search.step()
            search.zero_grad()
    made.settle(model, samples)
    made.schema |= made.calibrate(dev or data, model)
    return made, model


def scores(made: Any, model: Any, data: list[Example]) -> Any:
    from nlp.training.assembly import judge

    return judge(made, model, data, half=False)


@pytest.mark.parametrize("pooling", ["mean", "cls", "max", "attention"])
def test_every_pooling_learns(tiny_encoder: Path, pooling: str) -> None:
    data = opinions()
    made, model = trained(tiny_encoder, data, f"task.pooling={pooling}", "training.epochs=5")
    assert scores(made, model, data).accuracy > 0.97


def test_contrast_beside_cross_entropy_learns(tiny_encoder: Path) -> None:
    data = opinions()
    made, model = trained(tiny_encoder, data, "task.unit=true", "task.contrast=0.3", "training.epochs=4")
    assert scores(made, model, data).accuracy > 0.97


def test_a_head_at_the_means_is_right_before_the_first_step_as_often_as_the_nearest_mean(tiny_encoder: Path) -> None:
    data = opinions()
    made, model = trained(tiny_encoder, data, "task.unit=true", "training.epochs=0")
    plain, other = trained(tiny_encoder, data, "training.epochs=0")
    assert scores(made, model, data).accuracy > max(0.6, scores(plain, other, data).accuracy)


def test_few_examples_are_enough_by_contrast(tiny_encoder: Path) -> None:
    few, rest = opinions(THINGS[:2]), opinions(THINGS[2:])
    settings = ("method.kind=contrastive", "optimiser.encoder_rate=1e-3", "task.passes=6", "training.epochs=2")
    made, model = trained(tiny_encoder, few, *settings)
    start, untouched = trained(tiny_encoder, few, *settings, "training.epochs=0")
    after, before = scores(made, model, rest).accuracy, scores(start, untouched, rest).accuracy
    assert after > 0.9
    assert after > before


def test_several_labels(tiny_encoder: Path) -> None:
    data = [
        Example(str(n), f"{' and '.join(chosen)} {thing}", labels=tuple(map(Label, chosen)))
        for n, (chosen, thing) in enumerate(
            (tuple(c for bit, c in enumerate(COLOURS) if mask >> bit & 1), thing)
            for mask in range(8)
            for thing in THINGS
        )
    ]
    made, model = trained(tiny_encoder, data, "training.epochs=10")
    assert made.schema["multi"]
    assert scores(made, model, data).extra["exact"] > 0.95


def test_what_is_not_annotated_teaches_nothing(tiny_encoder: Path) -> None:
    import torch

    from nlp.tasks.task import task
    from nlp.training.assembly import build

    data = [Example("t", "red green", labels=(Label("red"),), annotated=frozenset({"red"})), *opinions()[:3]]
    made, model = build(task("classify"), recipe(tiny_encoder, "task.multi=true"), data, tiny_encoder)
    made.loss(model, made.samples(data[:1]))["labels"].backward()
    moved = model.head.weight.grad.abs().sum(dim=1) > 0
    assert moved.tolist() == [name == "red" for name in made.schema["labels"]]
    assert torch.isfinite(model.head.weight.grad).all()


@pytest.mark.parametrize("named", [True, False])
def test_texts_outside_of_all_labels_are_found(tiny_encoder: Path, named: bool) -> None:
    out = (Label("oos"),) if named else ()
    others = [
        Example(f"o{n}", f"{a} {b}", labels=out) for n, (a, b) in enumerate((a, b) for a in COLOURS for b in THINGS)
    ]
    data = [*opinions(), *others]
    made, model = trained(tiny_encoder, data, "training.epochs=5", "task.outside_mixtures=0.1")
    found = scores(made, model, data)
    assert found.extra["in_scope_accuracy"] > 0.95
    assert found.extra["out_of_scope_recall"] > 0.9


def test_a_head_at_the_means_knows_what_is_outside_before_the_first_step(tiny_encoder: Path) -> None:
    others = [
        Example(f"o{n}", f"{a} {b}", labels=(Label("oos"),))
        for n, (a, b) in enumerate(zip(COLOURS, THINGS, strict=False))
    ]
    data = [*opinions(), *others]
    made, model = trained(tiny_encoder, data, "training.epochs=0", "task.unit=true")
    made.schema["outside"] = {"label": "oos", "rule": "margin", "floor": 0.0}
    assert scores(made, model, data).extra["out_of_scope_recall"] > 0.6


def test_outside_texts_of_the_development_data_alone_set_a_floor(tiny_encoder: Path) -> None:
    data = opinions()
    strange = [Example(f"o{n}", "carla david emma " * (n % 3 + 1), labels=(Label("oos"),)) for n in range(12)]
    made, model = trained(tiny_encoder, data, "training.epochs=5", dev=[*data, *strange])
    assert made.schema["outside"]["label"] == "oos"
    assert scores(made, model, [*data, *strange]).extra["out_of_scope_recall"] > 0.9


def test_onnx_says_what_torch_says(tiny_encoder: Path, tmp_path: Path) -> None:
    from nlp.runtime.predictor import load
    from nlp.training.run import train

    data = opinions()
    settings = recipe(tiny_encoder, "task.unit=true", "training.epochs=2")
    report = train("classify", data, data[::2], data, tmp_path / "model", settings, say=lambda _: None)
    assert report.test is not None
    assert report.test.accuracy > 0.9
    found = load(tmp_path / "model").predict([Example("x", "the city was awful"), Example("y", "")])
    assert [label.name for label in found[0].labels or ()] == ["neg"]
    assert len(found[1].labels or ()) == 1


def test_epochs_depend_on_the_generator_alone(tiny_encoder: Path) -> None:
    made, _ = trained(tiny_encoder, opinions(), "task.contrast=0.3", "training.epochs=0")
    samples = made.samples(opinions())
    one, other, third = (made.epoch(samples, random.Random(seed)) for seed in (1, 1, 2))
    ids = [[[window.ids for window in sample.windows] for sample in each] for each in (one, other, third)]
    assert ids[0] == ids[1] != ids[2]
    assert all(len({target for target in sample.targets}) == 1 for sample in one)


def test_pairs_in_either_order(tiny_encoder: Path) -> None:
    data = [
        Example(f"{a}{b}", f"the film was {a}", pair=f"a {b} book", labels=(Label(side if side == other else "mixed"),))
        for side, words in SIDES.items()
        for other, others in SIDES.items()
        for a in words
        for b in others
    ]
    made, model = trained(tiny_encoder, data, "task.symmetric=true", "training.epochs=6", name="pairs")
    assert scores(made, model, data).accuracy > 0.95
    from nlp.runtime.predictor import make
    from nlp.training.torch_graphs import TorchGraphs

    predictor = make("pairs", made.schema, made.tokenizer, TorchGraphs(made, model))
    one, other = predictor.predict([Example("x", "a good film", pair="bad"), Example("y", "bad", pair="a good film")])
    assert one.labels is not None
    assert other.labels is not None
    assert one.labels[0].score == pytest.approx(other.labels[0].score, abs=1e-4)
    with pytest.raises(InputError, match="z: has no second text"):
        predictor.predict([Example("z", "alone")])


def test_data_that_teach_nothing_are_refused() -> None:
    from nlp.tasks.classify import ClassifyTask
    from nlp.tasks.pairs import PairsTask

    one = Example("t1", "text", labels=(Label("a"),))
    with pytest.raises(InputError, match="nothing to learn: the labels are a"):
        ClassifyTask.learn([one], Recipe())
    with pytest.raises(InputError, match="t2: has neither label nor labels"):
        ClassifyTask.learn([one, Example("t2", "text")], Recipe())
    with pytest.raises(InputError, match="t1: has no second text"):
        PairsTask.learn([one], Recipe())


def test_contrast_of_labels_that_do_not_exclude_each_other_is_refused(tiny_encoder: Path) -> None:
    with pytest.raises(SettingsError, match="exclude each other"):
        trained(tiny_encoder, opinions(), "task.multi=true", "task.contrast=0.5")


@pytest.mark.parametrize("name", ["classify", "pairs"])
def test_the_recipe_that_ships_is_complete(name: str) -> None:
    from nlp.tasks.task import task

    kind, shipped = task(name), default(name)
    assert kind.options.model_validate(dict(shipped.task)).model_dump() == kind.options(**shipped.task).model_dump()


def test_the_logistic_head_is_at_the_optimum() -> None:
    import torch

    from nlp.tasks.contrastive import logistic

    torch.manual_seed(1)
    states, targets = torch.randn(60, 5), torch.randint(3, (60,))
    weight, bias = (part.requires_grad_() for part in logistic(states, targets, 3))
    loss = torch.nn.functional.cross_entropy(states @ weight.T + bias, targets, reduction="sum")
    (loss + 0.5 * weight.square().sum()).backward()
    assert weight.grad is not None
    assert weight.grad.abs().max() < 0.05


def test_contrast_is_least_where_classes_stand_apart() -> None:
    import torch

    from nlp.tasks.contrastive import contrast

    targets = torch.tensor([0, 0, 1, 1])
    apart = torch.tensor([[1.0, 0.0], [1.0, 0.0], [-1.0, 0.0], [-1.0, 0.0]])
    mixed = torch.tensor([[1.0, 0.0], [-1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]])
    assert contrast(apart, targets, 0.1) < 0.01 < 5 < contrast(mixed, targets, 0.1)
    assert contrast(mixed, torch.tensor([0, 1, 2, 3]), 0.1) == 0.0

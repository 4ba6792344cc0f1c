"""What a recipe leaves to the data."""

from __future__ import annotations

import pytest

from nlp.data.example import Example
from nlp.training.recipe import Recipe, default, override
from nlp.training.suit import MOST_EPOCHS, with_enough_steps

ENGLISH = "Ada Lovelace wrote the first program for a machine that was never built."
CHINESE = "华为技术有限公司由任正非于1987年在深圳创立。"


@pytest.mark.train
@pytest.mark.parametrize(
    ("task", "texts", "encoder"),
    [
        ("entities", [ENGLISH] * 5, "minilm"),
        ("entities", [CHINESE] * 5, "e5-zh-characters"),
        ("joint", [ENGLISH, CHINESE], "e5-zh-characters"),
        ("classify", [CHINESE], "e5-zh"),
        ("pairs", [CHINESE], "e5-zh"),
        ("entities", [ENGLISH * 20 + "华为"], "minilm"),
    ],
)
def test_the_texts_choose_the_encoder(task: str, texts: list[str], encoder: str) -> None:
    from nlp.tasks.task import task as task_class
    from nlp.training.suit import with_encoder

    examples = [Example(str(number), text) for number, text in enumerate(texts)]
    chosen = with_encoder(default(task), task_class(task), examples)
    assert chosen.encoder.source == encoder
    assert chosen.encoder.shapes == (default(task).encoder.shapes and encoder == "minilm")
    named = override(default(task), ["encoder.source=mpnet"])
    assert with_encoder(named, task_class(task), examples) == named


def recipe(**training: int) -> Recipe:
    return Recipe.model_validate({"training": {"epochs": 8, "batch": 16, "least_steps": 300, **training}})


@pytest.mark.parametrize(
    ("samples", "batch", "epochs"),
    [(5_000, 16, 8), (400, 16, 12), (100, 8, 24), (14, 2, MOST_EPOCHS), (1, 2, MOST_EPOCHS)],
)
def test_few_samples_are_shown_in_small_batches_and_often(samples: int, batch: int, epochs: int) -> None:
    section = with_enough_steps(recipe(), samples).training
    assert (section.batch, section.epochs) == (batch, epochs)


@pytest.mark.parametrize("change", [{"least_steps": 0}, {"epochs": 0}])
def test_a_recipe_may_mean_what_it_says(change: dict[str, int]) -> None:
    assert with_enough_steps(recipe(**change), 10) == recipe(**change)


def test_who_sets_epochs_means_these() -> None:
    assert override(recipe(), ["training.epochs=2"]).training.least_steps == 0
    assert override(recipe(), ["training.seed=2"]).training.least_steps == 300
    assert override(recipe(), ["training.epochs=2", "training.least_steps=50"]).training.least_steps == 50

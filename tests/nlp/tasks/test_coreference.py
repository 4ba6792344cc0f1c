"""Coreference: a tiny model learns from how mentions are written and what is said of them."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from nlp.data.example import Entity, Example
from nlp.training.recipe import parse

pytestmark = pytest.mark.train

PEOPLE = (("anna", "she"), ("ben", "he"), ("carla", "she"), ("david", "he"))
FIRMS = ("acme", "globex", "initech")


def example(one: tuple[str, str], other: tuple[str, str], firm: str) -> Example:
    """Two people of different kind and a company; then each is said again."""
    words = f"{one[0]} founded {firm} . {other[0]} lived in it . {one[1]} works . {other[1]} is {one[0]} of {firm}"
    names = {one[0]: 0, other[0]: 1, firm: 2, "it": 2, one[1]: 0, other[1]: 1}
    entities, clusters, position = [], {0: [], 1: [], 2: []}, 0  # type: ignore[var-annotated]
    for number, word in enumerate(words.split()):
        if word in names:
            entities.append(Entity(f"e{number}", position, position + len(word), "Org" if names[word] == 2 else "Per"))
            clusters[names[word]].append(f"e{number}")
        position += len(word) + 1
    return Example(words[:20] + firm, words, tuple(entities), clusters=tuple(tuple(c) for c in clusters.values()))


def everything() -> list[Example]:
    return [
        example(one, other, firm)
        for one, other in itertools.permutations(PEOPLE, 2)
        if one[1] != other[1]
        for firm in FIRMS
    ]


def test_a_tiny_model_learns_what_is_the_same(tiny_encoder: Path, tmp_path: Path) -> None:
    from nlp.runtime.predictor import load
    from nlp.training.run import train

    recipe = parse(
        f"""
        encoder = {{ source = "{tiny_encoder}", longest = 20, shapes = true }}
        optimiser = {{ encoder_rate = 3e-3, head_rate = 1e-2 }}
        training = {{ epochs = 12, batch = 4, precision = "fp32" }}
        task = {{ hidden = 32, reach = 8, dropout = 0.0 }}
        """,
        "test",
    )
    data = everything()
    report = train("coreference", data[4:], data[4:8], data[:4], tmp_path / "model", recipe)
    assert report.test is not None
    assert report.test.f1 > 0.9
    served = load(tmp_path / "model").predict([Example("x", data[0].text, data[0].entities)])
    assert {frozenset(c) for c in served[0].clusters} == {frozenset(c) for c in data[0].clusters}


def test_each_mention_joins_its_best_antecedent_if_it_is_good_enough() -> None:
    from nlp.runtime.tasks.coreference import joined

    pairs = [(1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (3, 2)]
    logits = np.array([-1.0, 2.0, 1.0, -3.0, 0.5, 0.4], np.float32)
    assert joined(4, pairs, logits, 0.0) == [[0, 2], [1, 3]]
    assert joined(4, pairs, logits, 1.5) == [[0, 2]]


def test_the_loss_is_the_likelihood_of_all_right_antecedents() -> None:
    import torch

    from nlp.networks.antecedents import antecedent_loss

    # Mention 1 has the right antecedent 0; mention 2 has none among (0, 1); mention 0 has nobody before it.
    logits, later = torch.tensor([1.0, -1.0, 0.5]), torch.tensor([1, 2, 2])
    same = torch.tensor([True, False, False])
    one = -np.log(np.e / (1 + np.e))
    two = -np.log(1 / (1 + np.exp(-1.0) + np.exp(0.5)))
    assert float(antecedent_loss(logits, same, later, 3)) == pytest.approx((one + two) / 3, abs=1e-6)

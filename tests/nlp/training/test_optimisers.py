from __future__ import annotations

import pytest

from nlp.training.recipe import OptimiserSection

pytestmark = pytest.mark.train


@pytest.mark.parametrize(
    ("schedule", "middle", "last"), [("linear", 0.5, 0.0125), ("cosine", 0.5, 0.0004), ("constant", 1.0, 1.0)]
)
def test_rates_rise_over_the_warm_up_and_then_follow_the_schedule(schedule: str, middle: float, last: float) -> None:
    from nlp.training.optimisers import share

    section = OptimiserSection.model_validate({"schedule": schedule, "warmup": 0.2})
    rates = [share(step, 100, section) for step in range(100)]
    assert rates[0] == pytest.approx(0.05)
    assert rates[:20] == sorted(rates[:20])
    assert max(rates) == rates[19] == rates[20] == 1.0
    assert rates[60] == pytest.approx(middle)
    assert rates[99] == pytest.approx(last, abs=1e-4)
    assert share(0, 100, OptimiserSection.model_validate({"schedule": schedule, "warmup": 0.0})) == 1.0


def test_each_layer_has_its_rate_and_biases_do_not_decay() -> None:
    from torch import nn

    from nlp.training.optimisers import groups

    class Layer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.dense, self.norm = nn.Linear(2, 2), nn.LayerNorm(2)

    class Body(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embeddings, self.layer, self.shape = (
                nn.Embedding(3, 2),
                nn.ModuleList([Layer(), Layer()]),
                nn.Embedding(6, 2),
            )

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body, self.head = Body(), nn.Linear(2, 1)

    model = Model()
    section = OptimiserSection(encoder_rate=1.0, head_rate=10.0, layer_decay=0.5, weight_decay=0.1)
    place = {id(w): name for name, w in model.named_parameters()}
    found = {
        place[id(weight)]: (group["lr"], group["weight_decay"])
        for group in groups(model, section)
        for weight in group["params"]
    }
    assert found == {
        "body.embeddings.weight": (0.25, 0.1),
        "body.layer.0.dense.weight": (0.5, 0.1),
        "body.layer.0.dense.bias": (0.5, 0.0),
        "body.layer.0.norm.weight": (0.5, 0.0),
        "body.layer.0.norm.bias": (0.5, 0.0),
        "body.layer.1.dense.weight": (1.0, 0.1),
        "body.layer.1.dense.bias": (1.0, 0.0),
        "body.layer.1.norm.weight": (1.0, 0.0),
        "body.layer.1.norm.bias": (1.0, 0.0),
        "body.shape.weight": (10.0, 0.1),
        "head.weight": (10.0, 0.1),
        "head.bias": (10.0, 0.0),
    }


def test_the_average_is_lent_and_given_back() -> None:
    from torch import nn

    from nlp.training.optimisers import Average

    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, 0.0)
    average = Average(model, 0.5)
    for step, value in enumerate((1.0, 2.0), 1):
        nn.init.constant_(model.weight, value)
        average.update(step)
    # Steps 1 and 2 keep 1/11 and 2/12 of the average, less than the decay.
    expected = (2 / 12) * (10 / 11) + (10 / 12) * 2.0
    with average.applied():
        assert model.weight.item() == pytest.approx(expected)
    assert model.weight.item() == 2.0
    assert average.values[0].item() == pytest.approx(expected)

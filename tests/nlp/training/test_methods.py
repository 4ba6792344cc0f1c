from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import SettingsError
from tests.nlp.training.opinions import opinions, recipe

pytestmark = pytest.mark.train
LAYER = "body.encoder.encoder.layer."


def learned(encoder: Path, folder: Path, **settings: str) -> tuple[dict[str, bool], object]:
    """Train; return which weights of the plain model have changed, and what learned."""
    import torch

    from nlp.tasks.task import task
    from nlp.training import methods
    from nlp.training.assembly import build, complete
    from nlp.training.learning import learn
    from nlp.training.material import gather

    kind, data = task("classify"), opinions(16)
    full = complete(kind, recipe(encoder, training__epochs="1", **settings))
    _, fresh = build(kind, full, data, encoder)
    result = learn(kind, full, gather(data, data, None, 0.1, 1), folder, say=lambda _: None)
    methods.merge(result.model)
    before, after = dict(fresh.named_parameters()), dict(result.model.named_parameters())
    assert before.keys() == after.keys(), "a merged model is plain"
    return {name: not torch.equal(before[name], after[name]) for name in before}, result.share


@pytest.mark.parametrize(
    ("settings", "changes"),
    [
        ({}, lambda name: True),
        ({"method__kind": '"head"'}, lambda name: not name.startswith("body.")),
        ({"method__freeze": '"embeddings,0"'}, lambda name: "embeddings" not in name and LAYER + "0" not in name),
        (
            {"method__kind": '"lora"', "method__targets": '["query", "value"]'},
            lambda name: not name.startswith("body.") or name.endswith(("query.weight", "value.weight")),
        ),
        (
            {"method__kind": '"lora"', "method__targets": '["query"]', "method__freeze": '"0"'},
            lambda name: not name.startswith("body.") or name == LAYER + "1.attention.self.query.weight",
        ),
        (
            {"method__kind": '"ia3"', "method__targets": '["key", "value", "output.dense"]'},
            # Biases are nought at first, and nought they stay when they are scaled.
            lambda name: (
                not name.startswith("body.") or name.endswith(("key.weight", "value.weight", "t.dense.weight"))
            ),
        ),
    ],
)
def test_a_method_changes_what_it_says_and_nothing_else(tiny_encoder, tmp_path, settings, changes) -> None:
    changed, share = learned(tiny_encoder, tmp_path / "run", **settings)
    wrong = [name for name, was in changed.items() if was != changes(name)]
    assert not wrong, str(share)


def test_few_parameters_learn_by_adapters(tiny_encoder: Path, tmp_path: Path) -> None:
    _, share = learned(tiny_encoder, tmp_path / "run", method__kind='"lora"', method__rank="1")
    assert 0 < share.trained < 0.1 * share.total
    assert str(share).startswith(f"{share.trained:,} of {share.total:,} parameters learn (")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (
            {"method__kind": '"lora"', "method__targets": '["nothing"]'},
            "linear parts of this encoder: dense, key, query",
        ),
        ({"method__freeze": '"0-7"'}, "the layers of this encoder are 0-1"),
        ({"method__freeze": '"all"'}, 'neither "embeddings" nor layers'),
    ],
)
def test_a_part_that_is_not_there_is_named(tiny_encoder, tmp_path, settings, says) -> None:
    with pytest.raises(SettingsError, match=says):
        learned(tiny_encoder, tmp_path / "run", **settings)


@pytest.mark.parametrize("kind", ["lora", "ia3"])
def test_merging_changes_nothing_that_the_model_says(tiny_encoder: Path, kind: str) -> None:
    import torch

    from nlp.networks.body import Body
    from nlp.training import methods

    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = Body(tiny_encoder, shapes=False)

    model, ids = Model().eval(), torch.tensor([[2, 9, 30, 3]])
    methods.prepare(model, recipe(tiny_encoder, method__kind=f'"{kind}"').method)
    plain = model.body(ids, ids > 0, ids)
    for weight in model.parameters():
        if weight.requires_grad:
            torch.nn.init.uniform_(weight, 0.5, 1.5)
    adapted = model.body(ids, ids > 0, ids)
    assert not torch.allclose(plain, adapted, atol=1e-2)
    methods.merge(model)
    assert torch.allclose(model.body(ids, ids > 0, ids), adapted, atol=1e-5)
    assert not any("lora" in name or "ia3" in name for name, _ in model.named_parameters())

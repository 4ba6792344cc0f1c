"""What is exported finds what the model finds, and can be loaded again."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.errors import InputError, NotFoundError
from nlp.data.example import Entity, Example, Label
from nlp.training.recipe import parse

pytestmark = pytest.mark.train

GOOD, BAD = ("good", "great", "nice", "best", "love"), ("bad", "awful", "terrible", "worst", "hate")
THINGS = ("film", "movie", "book", "food")


def opinions() -> list[Example]:
    words = [(word, side) for side, group in (("pos", GOOD), ("neg", BAD)) for word in group]
    return [
        Example(f"{thing}-{word}", f"the {thing} was {word}", labels=(Label(side),))
        for thing in THINGS
        for word, side in words
    ]


def cities() -> list[Example]:
    out = []
    for city in ("Berlin", "Paris", "London", "Rome", "Madrid"):
        for name in ("Anna", "Ben", "Carla", "David"):
            text = f"{name} lives in {city}"
            spans = (Entity("a", 0, len(name), "PER"), Entity("b", len(text) - len(city), len(text), "LOC"))
            out.append(Example(f"{name}-{city}", text, entities=spans))
    return out


def trained(kind: str, examples: list[Example], encoder: Path, more: str = "") -> tuple[Any, Any]:
    """A tiny model that knows its few examples."""
    import torch

    from nlp.tasks.task import task
    from nlp.training.assembly import build, complete

    head = f'encoder = {{ source = "{encoder}", longest = 100, shapes = true }}'
    text = f'{head}\ntraining = {{ precision = "fp32" }}\n{more}'
    made, model = build(task(kind), complete(task(kind), parse(text, "test")), examples, encoder)
    samples = made.samples(examples)
    made.begin(model, samples)
    optimiser = torch.optim.Adam(model.parameters(), 3e-3)
    model.train()
    for step in range(40):
        optimiser.zero_grad()
        batch = made.epoch(samples, random.Random(step))[step % 2 :: 2]
        torch.stack(list(made.loss(model, batch).values())).sum().backward()
        optimiser.step()
    made.settle(model, samples)
    return made, model.eval()


@pytest.fixture(scope="module")
def classifier(tiny_encoder: Path) -> tuple[Any, Any]:
    return trained("classify", opinions(), tiny_encoder)


@pytest.fixture(scope="module")
def exported(classifier: tuple[Any, Any], tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from nlp.training.export import export

    out = tmp_path_factory.mktemp("model")
    export(*classifier, out, encoder=tiny_encoder, development=opinions(), about={"name": "opinions"})
    return out


def test_graphs_in_32_bits_are_the_model(classifier: tuple[Any, Any], tmp_path: Path) -> None:
    from nlp.runtime.graphs import OnnxGraphs
    from nlp.training.export import eager, plain_graphs
    from nlp.training.torch_graphs import TorchGraphs

    task, model = classifier
    with eager(model):
        (name,) = plain_graphs(task, model, tmp_path)
    feeds = {"input_ids": np.array([[2, 40, 50, 60, 70, 3]]), "attention_mask": np.array([[1, 1, 1, 1, 1, 1]])}
    feeds["shapes"] = np.array([[0, 1, 2, 3, 4, 0]])
    one, other = TorchGraphs(task, model).run(name, feeds), OnnxGraphs(tmp_path).run(name, feeds)
    assert one.keys() == other.keys()
    for key, array in one.items():
        np.testing.assert_allclose(other[key], array, atol=1e-5)
    assert model.body.encoder.config._attn_implementation == "sdpa"  # as it was before


def test_a_folder_that_serves(exported: Path) -> None:
    from nlp.runtime.predictor import load
    from nlp.runtime.session import check_folder

    check_folder(exported)
    assert len({path.stat().st_mode for path in exported.iterdir()}) == 1  # whoever may read one may read all
    found = load(exported, threads=1).predict(opinions())
    assert all(
        a.labels and b.labels and a.labels[0].name == b.labels[0].name for a, b in zip(opinions(), found, strict=True)
    )
    config = json.loads((exported / "loregraph.json").read_text())
    assert (config["format"], config["task"], config["name"]) == (1, "classify", "opinions")
    assert config["parity"]["kept"] == []
    assert config["parity"]["lost"] <= config["parity"]["allowed"] == 1 / 40
    assert config["bytes"] == {path.stem: path.stat().st_size for path in exported.glob("*.onnx")}


def test_int8_is_much_smaller(exported: Path) -> None:
    graph = sum(path.stat().st_size for path in exported.glob("*.onnx"))
    import onnx

    (path,) = exported.glob("*.onnx")
    model = onnx.load(str(path))
    large = [w for w in model.graph.initializer if np.prod(w.dims) >= 32 * 32 and w.data_type == onnx.TensorProto.FLOAT]
    assert not [w.name for w in large if "position" not in w.name], graph


def test_weights_come_back(exported: Path, classifier: tuple[Any, Any]) -> None:
    import torch

    from nlp.training.export import safe_load

    task, model = classifier
    again, loaded = safe_load(exported)
    assert (again.name, again.schema, again.recipe) == (task.name, task.schema, task.recipe)
    before, after = model.state_dict(), loaded.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize("harm", ["weights", "config", "pickle", "missing"])
def test_a_damaged_folder_is_refused(exported: Path, tmp_path: Path, harm: str) -> None:
    from nlp.training.export import safe_load

    folder = tmp_path / "model"
    if harm != "missing":
        shutil.copytree(exported, folder)
    if harm == "weights":
        from safetensors.numpy import save_file

        save_file({"body.x": np.zeros(3, np.float32)}, folder / "model.safetensors")
    elif harm == "config":
        (folder / "loregraph.json").write_text('{"format": 7}')
    elif harm == "pickle":
        (folder / "weights.pt").write_bytes(b"")
    with pytest.raises(NotFoundError if harm == "missing" else InputError):
        safe_load(folder)


def test_entities_too_with_parts_in_32_bits(tiny_encoder: Path, tmp_path: Path) -> None:
    """Every level of quantising gives graphs that load and find the same on easy texts."""
    import onnx

    from nlp.runtime.graphs import OnnxGraphs
    from nlp.training.export import eager, judge, plain_graphs
    from nlp.training.parity import EVERYTHING, LEVELS
    from nlp.training.quantize import HEADS, nodes, quantise

    task, model = trained("entities", cities(), tiny_encoder, "task = { context = 4 }")
    plain = tmp_path / "plain"
    plain.mkdir()
    with eager(model):
        names = plain_graphs(task, model, plain)
    whole = judge(task, OnnxGraphs(plain), cities()).f1
    assert whole > 0.9
    sizes = []
    for number, kept in enumerate(level for level in LEVELS if EVERYTHING not in level):
        out = tmp_path / str(number)
        out.mkdir()
        for name in names:
            quantise(plain / f"{name}.onnx", out / f"{name}.onnx", kept)
        assert abs(judge(task, OnnxGraphs(out), cities()).f1 - whole) < 0.05
        sizes.append(sum(path.stat().st_size for path in out.iterdir()))
    assert sizes[0] < sizes[2] < sizes[4]  # with the embeddings, and feed-forward outputs, in 32 bits
    source = plain / f"{names[0]}.onnx"
    heads = nodes(source, [HEADS])
    assert heads
    assert not [name for name in heads if "/body/" in name]
    products = [n for n in onnx.load(str(source)).graph.node if n.op_type in ("MatMul", "Gemm") and "dense" in n.name]
    assert len(products) == 2 * 3  # of each layer: attention output, intermediate, output

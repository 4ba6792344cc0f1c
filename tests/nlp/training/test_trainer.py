from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ConflictError, SettingsError
from nlp.evaluation.scores import Scores
from tests.nlp.training.opinions import opinions, recipe

pytestmark = pytest.mark.train

# All that has a state of its own: dropout, momentum, a moving average, the rates' schedule, several batches a step.
HARD = {
    "training__epochs": "3",
    "training__batch": "4",
    "training__precision": '"bf16"',
    "encoder__dropout": "0.2",
    "optimiser__average": "0.9",
    "optimiser__accumulate": "2",
    "optimiser__schedule": '"cosine"',
}
KILLED = """
import os, signal, sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from nlp.training import checkpoint
from nlp.training.run import train
from tests.nlp.training.opinions import opinions, recipe
from tests.nlp.training.test_trainer import HARD
saved, save = 0, checkpoint.save
def counted(*arguments):
    global saved
    save(*arguments)
    saved += 1
    if saved == 7:
        os.kill(os.getpid(), signal.SIGKILL)
checkpoint.save = counted
data = opinions(40)
train("classify", data[:32], data[32:], None, Path(sys.argv[2]), recipe(Path(sys.argv[1]), **HARD), minutes=0.0)
"""


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Sums are added up in an order that depends on the number of threads."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
def test_a_killed_run_ends_as_if_nothing_had_happened(tiny_encoder: Path, tmp_path: Path) -> None:
    from nlp.training.run import train

    data, settings = opinions(40), recipe(tiny_encoder, **HARD)
    arguments: Any = ("classify", data[:32], data[32:], None)
    train(*arguments, tmp_path / "whole", settings)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tiny_encoder), str(tmp_path / "killed")], capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    assert [path.name for path in (tmp_path / "killed").iterdir()] == ["run"]
    with pytest.raises(ConflictError, match="another recipe"):
        train(*arguments, tmp_path / "killed", recipe(tiny_encoder), resume=True)
    with pytest.raises(ConflictError, match="unfinished run"):
        train(*arguments, tmp_path / "killed", settings)
    train(*arguments, tmp_path / "killed", settings, resume=True)
    whole, killed = (json.loads((tmp_path / name / "metrics.json").read_text()) for name in ("whole", "killed"))
    assert [e["losses"] for e in killed["epochs"]] == [e["losses"] for e in whole["epochs"]]
    assert [e["dev"] for e in killed["epochs"]] == [e["dev"] for e in whole["epochs"]]
    for name in ("model.safetensors", "classifier.onnx"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def fitted(encoder: Path, folder: Path, metrics: list[float], **settings: str) -> list[dict[str, Any]]:
    """Run the loop with made-up development scores."""
    from nlp.tasks.task import task
    from nlp.training import trainer
    from nlp.training.assembly import build, complete

    kind, data, left = task("classify"), opinions(8), iter(metrics)
    made, model = build(kind, complete(kind, recipe(encoder, **settings)), data, encoder)
    samples = made.samples(data)
    made.begin(model, samples)

    def judge(current: Any) -> Scores:
        f1 = next(left)
        return Scores(f1, f1, f1, f1, 1.0 - f1, 8, extra={"ece": 0.5})

    return trainer.fit(made, model, samples, judge, folder)


def test_it_stops_once_it_gets_no_better(tiny_encoder: Path, tmp_path: Path) -> None:
    history = fitted(tiny_encoder, tmp_path, [0.1, 0.3, 0.3, 0.2, 0.9, 0.9], training__patience="2")
    assert [entry["metric"] for entry in history] == [0.1, 0.3, 0.3, 0.2]


def test_the_recipe_names_the_metric(tiny_encoder: Path, tmp_path: Path) -> None:
    history = fitted(tiny_encoder, tmp_path / "a", [0.1, 0.3], training__epochs="2", training__metric='"accuracy"')
    assert [entry["metric"] for entry in history] == [0.9, 0.7]
    with pytest.raises(SettingsError, match=r"no 'rouge' here; there are precision, .*, ece"):
        fitted(tiny_encoder, tmp_path / "b", [0.1], training__metric='"rouge"')


def test_the_best_epoch_is_kept(tiny_encoder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    fitted(tiny_encoder, tmp_path / "a", [0.2, 0.1, 0.1], training__epochs="3", optimiser__schedule='"constant"')
    fitted(tiny_encoder, tmp_path / "b", [0.2], training__epochs="1", optimiser__schedule='"constant"')
    fitted(tiny_encoder, tmp_path / "c", [0.1, 0.2], training__epochs="2", optimiser__schedule='"constant"')
    a, b, c = (load_file(tmp_path / name / "best.safetensors")["head.weight"] for name in "abc")
    assert a.equal(b)
    assert not a.equal(c)


def test_a_loss_that_explodes_is_said(tiny_encoder: Path, tmp_path: Path) -> None:
    from nlp.training.trainer import DivergedError

    wild = {"optimiser__encoder_rate": "1e30", "optimiser__head_rate": "1e30", "optimiser__warmup": "0.0"}
    with pytest.raises(DivergedError, match="lower the rates"):
        fitted(tiny_encoder, tmp_path, [0.1] * 6, **wild)


def test_batches_are_of_similar_length_and_depend_on_the_seed_alone() -> None:
    import random

    from nlp.training.grouping import grouped

    samples = ["x" * random.Random(n).randrange(1, 200) for n in range(640)]
    one, two = (grouped(samples, 32, random.Random(7)) for _ in range(2))
    assert one == two
    assert one != grouped(samples, 32, random.Random(8))
    assert sorted(sample for batch in one for sample in batch) == sorted(samples)
    padded = sum(len(batch) * max(map(len, batch)) for batch in one)
    assert padded < 1.1 * sum(map(len, samples))

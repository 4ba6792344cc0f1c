from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.nlp.training.opinions import opinions, recipe

pytestmark = pytest.mark.train
SETTINGS = {"training__epochs": "1", "training__batch": "4", "optimiser__name": '"sgd"'}
SCRIPT = """
import sys
from pathlib import Path
from nlp.training.run import train
from tests.nlp.training.opinions import opinions, recipe
from tests.nlp.training.test_parallel import SETTINGS
data = opinions(40)
train("classify", data[:28], data[28:], None, Path(sys.argv[2]), recipe(Path(sys.argv[1]), **SETTINGS), parallel=True)
"""


def test_two_processes_take_the_steps_that_one_takes_with_two_batches(tiny_encoder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    from nlp.training.run import train

    (tmp_path / "both.py").write_text(SCRIPT)
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    done = subprocess.run(
        [*launcher, str(tmp_path / "both.py"), str(tiny_encoder), str(tmp_path / "two")],
        env={**os.environ, "ACCELERATE_USE_CPU": "true", "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    data = opinions(40)
    settings = recipe(tiny_encoder, optimiser__accumulate="2", **SETTINGS)
    train("classify", data[:28], data[28:], None, tmp_path / "one", settings)
    one, two = (load_file(tmp_path / name / "model.safetensors") for name in ("one", "two"))
    for name, weight in one.items():
        assert weight.allclose(two[name], atol=1e-5), name

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ConflictError, InputError, SettingsError
from nlp.training.space import load_space
from tests.nlp.training.opinions import opinions, recipe

SPACE = """
[optimiser]
encoder_rate = { low = 1e-4, high = 1e-2, log = true }
schedule = { choices = ["linear", "cosine"] }
warmup = 0.2
[training]
batch = { low = 4, high = 16, step = 4 }
"""


def space(tmp_path: Path, text: str = SPACE) -> dict[str, dict[str, Any]]:
    (tmp_path / "search.toml").write_text(text)
    return load_space(tmp_path / "search.toml")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[training]\nbatch = { low = 4 }", "training.batch: write a value"),
        ("[training]\nbatch = { low = 8, high = 4 }", "training.batch: write a value"),
        ("[optimiser]\nclip = { low = 0.0, high = 1.0, log = true }", "optimiser.clip: write a value"),
        ("[optimiser]\nbetas = { choices = [[0.9, 0.98]] }", "optimiser.betas: write a value"),
        ("[training]\nbatch = 4", "nothing to search"),
        ("batch = 4", "'batch' is not a section"),
        ("[training", "search.toml: "),
    ],
)
def test_a_range_that_is_none_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        space(tmp_path, text)


@pytest.mark.train
def test_a_search_that_was_cut_off_goes_on(tiny_encoder: Path, tmp_path: Path) -> None:
    import optuna

    from nlp.training import trainer
    from nlp.training.search import tune

    data, study = opinions(40), tmp_path / "study"
    base = recipe(tiny_encoder, training__epochs="2")
    arguments: Any = ("classify", data[:32], data[32:], study, space(tmp_path))
    real, epochs = trainer._epoch, 0

    def cut_off(*given: Any) -> None:
        nonlocal epochs
        epochs += 1
        if epochs == 4:  # in the second epoch of the second trial
            raise KeyboardInterrupt
        real(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer, "_epoch", cut_off)
        with pytest.raises(KeyboardInterrupt):
            tune(*arguments, 3, base, pruner="none")
    stored = optuna.load_study(study_name="loregraph", storage=f"sqlite:///{study / 'study.db'}")
    cut = stored.trials[1].params
    with pytest.MonkeyPatch.context() as patch:
        epochs = 10
        patch.setattr(trainer, "_epoch", cut_off)
        found = tune(*arguments, 3, base, pruner="none")
    assert epochs == 10 + 1 + 2, "the second trial goes on from its checkpoint, the third is whole"
    assert (found.finished, found.pruned) == (3, 0)
    assert stored.trials[2].params == cut
    assert found.value == max(trial.value for trial in stored.trials if trial.value is not None)
    best = tomllib.loads((study / "best.toml").read_text())
    assert best["optimiser"]["warmup"] == 0.2
    assert best["training"]["batch"] == found.settings["training.batch"]
    assert list((study / "trials").iterdir()) == []
    assert tune(*arguments, 3, base, pruner="none") == found, "nothing is left to do"
    with pytest.raises(ConflictError, match="another recipe"):
        tune(*arguments, 3, recipe(tiny_encoder), pruner="none")


@pytest.mark.train
def test_trials_that_diverge_end_early(tiny_encoder: Path, tmp_path: Path) -> None:
    from nlp.training.search import tune

    data = opinions(40)
    text = "[optimiser]\nencoder_rate = { choices = [1e30, 3e-3] }\nhead_rate = 1e-9\nwarmup = 0.0"
    found = tune("classify", data[:32], data[32:], tmp_path / "study", space(tmp_path, text), 5, recipe(tiny_encoder))
    assert found.finished == 5
    assert found.pruned >= 1, "a rate of 1e30 diverges"
    assert found.settings == {"optimiser.encoder_rate": 3e-3}
    with pytest.raises(SettingsError, match=r"speed: .*no section|Extra inputs"):
        tune("classify", data, None, tmp_path / "other", {"optimiser.speed": {"choices": [1]}}, 1, recipe(tiny_encoder))
    wild = {"optimiser.encoder_rate": {"choices": [1e30]}, "optimiser.warmup": {"value": 0.0}}
    with pytest.raises(InputError, match="no trial reached its last epoch"):
        tune("classify", data, None, tmp_path / "third", wild, 1, recipe(tiny_encoder))

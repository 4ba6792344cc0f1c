"""Encoders that torch loads: made from 4 bits, from the hub's cache, out of a trained model."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from kg.errors import InputError, NotFoundError
from nlp.training.encoders import hub, resolve

pytestmark = pytest.mark.train


def states(folder: Path, text: str) -> np.ndarray:
    import torch
    from tokenizers import Tokenizer

    from nlp.networks.body import Body

    coded = Tokenizer.from_file(str(folder / "tokenizer.json")).encode(text)
    body = Body(folder, shapes=False).eval()
    ids = torch.tensor([coded.ids])
    with torch.no_grad():
        return np.asarray(body(ids, torch.ones_like(ids), torch.zeros_like(ids))[0])


def test_a_cut_vocabulary_gives_the_same_states(small_e5: tuple[Path, Path], tmp_path: Path) -> None:
    from nlp.training.encoders import e5

    weights, tokenizer = small_e5
    e5.build(tmp_path / "all", [], weights=weights, tokenizer=tokenizer)
    e5.build(tmp_path / "zh", ["zh"], pieces=60, weights=weights, tokenizer=tokenizer)
    text = "北京公司在北京。"
    whole, short = states(tmp_path / "all", text), states(tmp_path / "zh", text)
    np.testing.assert_allclose(whole, short, atol=1e-6)
    assert json.loads((tmp_path / "zh/config.json").read_text())["vocab_size"] < 52
    e5.build(tmp_path / "characters", ["zh"], pieces=60, characters=True, weights=weights, tokenizer=tokenizer)
    assert len(states(tmp_path / "characters", "北京公司")) == 6
    assert resolve(str(tmp_path / "characters")) == tmp_path / "characters"


def test_a_tokenizer_of_other_weights_is_refused(small_e5: tuple[Path, Path], tmp_path: Path) -> None:
    from nlp.training.encoders import e5

    other = json.loads(small_e5[1].read_text())
    other["model"]["vocab"][5][0] = "different"
    (tmp_path / "tokenizer.json").write_text(json.dumps(other))
    with pytest.raises(InputError, match="differently"):
        e5.build(tmp_path / "out", [], weights=small_e5[0], tokenizer=tmp_path / "tokenizer.json")


def cached(cache: Path, encoder: Path, revision: str = "a" * 40) -> None:
    """Put a folder where the hub's library would have put it."""
    root = cache / "models--owner--name"
    (root / "refs").mkdir(parents=True)
    (root / "refs" / "main").write_text(revision)
    shutil.copytree(encoder, root / "snapshots" / revision)


def test_a_hub_name_is_found_in_the_cache(tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached(tmp_path, tiny_encoder)
    found = hub.download("owner/name", folder=tmp_path, offline=True)
    assert (found / "model.safetensors").is_file()
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub._snapshot_download.constants.HF_HUB_CACHE", str(tmp_path))
    assert resolve("owner/name@" + "a" * 40, offline=True) == found
    with pytest.raises(NotFoundError, match="owner/other"):
        hub.download("owner/other", folder=tmp_path, offline=True)


def test_older_tokenizer_files_are_converted(tiny_encoder: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(tiny_encoder, old)
    vocab = json.loads((old / "tokenizer.json").read_text())["model"]["vocab"]
    (old / "tokenizer.json").unlink()
    (old / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer", "do_lower_case": true}')
    (old / "vocab.txt").write_text("\n".join(sorted(vocab, key=vocab.__getitem__)) + "\n")
    found = resolve(str(old), cache_folder=tmp_path / "cache")
    assert found != old
    np.testing.assert_allclose(states(found, "Anna lives in Berlin."), states(tiny_encoder, "Anna lives in Berlin."))
    assert resolve(str(old), cache_folder=tmp_path / "cache") == found


def test_a_trained_model_is_an_encoder_for_the_next(tiny_encoder: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    model = tmp_path / "model"
    shutil.copytree(tiny_encoder, model)
    weights = load_file(tiny_encoder / "model.safetensors")
    inside = {f"body.encoder.{name}": weight for name, weight in weights.items()}
    save_file({**inside, "head.weight": np.zeros((2, 2), np.float32)}, model / "model.safetensors")
    (model / "loregraph.json").write_text('{"format": 1, "task": "classify", "schema": {}}')
    found = resolve(str(model), cache_folder=tmp_path / "cache")
    np.testing.assert_allclose(states(found, "a good film"), states(tiny_encoder, "a good film"))
    (model / "extra.pkl").write_bytes(b"")
    with pytest.raises(InputError, match=r"extra\.pkl"):
        resolve(str(model), cache_folder=tmp_path / "cache")

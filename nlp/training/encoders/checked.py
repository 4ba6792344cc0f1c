"""What a folder must hold to be an encoder: weights that are data, a configuration without code, a tokenizer."""

from __future__ import annotations

import shutil
from pathlib import Path

from kg.errors import InputError, NotFoundError
from nlp.runtime.predictor import CONFIG
from nlp.runtime.session import load_json, load_tokenizer
from nlp.training.encoders.cache import like

INSIDE = "body.encoder."  # where the encoder is in a model trained here
FILES = ("*.safetensors", "*.json", "*.txt", "*.model")  # nothing that could run code


def check_encoder(folder: Path) -> Path:
    """Return the folder if it is an encoder that may be loaded.

    Raises:
        NotFoundError: there is no such folder.
        InputError: it lacks something, or wants to run code of its own.
    """
    if not folder.is_dir():
        raise NotFoundError(f"no encoder folder at {folder}")
    for name in ("config.json", "tokenizer_config.json"):
        if (folder / name).is_file() and "auto_map" in load_json(folder / name):
            raise InputError(f"{folder / name}: this encoder needs code of its own (auto_map), which is never run")
    config = load_json(folder / "config.json")
    if "model_type" not in config:
        raise InputError(f"{folder / 'config.json'}: names no model_type")
    if (folder / CONFIG).is_file():
        raise InputError(f"{folder}: a whole model, not an encoder")
    if not any(folder.glob("*.safetensors")):
        raise InputError(f"{folder}: no weights in the safetensors format; pickled ones (.bin, .pt) are never read")
    if not (folder / "tokenizer.json").is_file():
        raise InputError(f"{folder}: no tokenizer.json")
    load_tokenizer(folder / "tokenizer.json")
    return folder


def take_encoder(folder: Path, out: Path) -> None:
    """Write the encoder of a model that was trained here: what it learned is what another task begins with.

    Its embedding of word shapes is not part of it.

    Raises:
        InputError: the model has none, or it wants to run code of its own.
    """
    from safetensors.numpy import load_file, save_file

    try:
        weights = load_file(folder / "model.safetensors")
    except Exception as error:  # safetensors' own error, or the system's
        raise InputError(f"{folder / 'model.safetensors'}: cannot be read: {error}") from error
    inside = {name.removeprefix(INSIDE): weight for name, weight in weights.items() if name.startswith(INSIDE)}
    if not inside:
        raise InputError(f"{folder}: this model has no encoder of its own")
    save_file(inside, out / "model.safetensors", {"format": "pt"})
    like(folder / "model.safetensors", out / "model.safetensors")
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        if (folder / name).is_file():
            shutil.copy(folder / name, out / name)


def convert_tokenizer(folder: Path, out: Path) -> None:
    """Copy an encoder that has only the older vocabulary files, and write its tokenizer.json.

    Raises:
        InputError: transformers cannot make a fast tokenizer of them.
    """
    from transformers import AutoTokenizer

    for pattern in FILES:
        for file in folder.glob(pattern):
            shutil.copy(file, out / file.name)
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False, use_fast=True)
        tokenizer.backend_tokenizer.save(str(out / "tokenizer.json"))
    except Exception as error:  # what transformers raises here has no common base
        raise InputError(f"{folder}: no tokenizer.json, and none can be made: {error}") from error

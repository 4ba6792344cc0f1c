"""Starts a model from another one that was trained here: what has the same name and shape is taken over."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from kg.errors import InputError, NotFoundError
from nlp.runtime.predictor import CONFIG
from nlp.runtime.session import check_folder

WEIGHTS = ("model.safetensors", "best.safetensors")
# The joint reader that ships names its parts otherwise.
_READER = (
    ("reader.body.", "body.encoder."),
    ("reader.shape.", "body.shape."),
    ("pairs.spans.", "pairs.roles."),
)


def take_over(model: nn.Module, source: Path) -> list[str]:
    """Copy weights from a trained model, whatever its labels: encoder, word shapes, and the inner parts of its heads.

    Args:
        model: Changed in place; weights that the other does not have in this shape stay as they are.
        source: A model folder, the folder of a run, or a file of weights.

    Returns:
        Names of the weights that were taken.

    Raises:
        NotFoundError: no weights there.
        InputError: they cannot be read, or none fits.
    """
    file = source
    if source.is_dir():
        file = next((source / name for name in WEIGHTS if (source / name).is_file()), source / WEIGHTS[0])
    if not file.is_file():
        raise NotFoundError(f"no weights to start from at {file}")
    from safetensors.torch import load_file

    try:
        found = load_file(file)
    except Exception as error:  # safetensors' own error, or the system's
        raise InputError(f"{file}: cannot be read: {error}") from error
    weights = _renamed(found)
    own = model.state_dict()
    taken = [name for name, weight in weights.items() if name in own and own[name].shape == weight.shape]
    if not any(name.startswith("body.") for name in taken):
        raise InputError(f"{file}: the encoder is not of this model's kind")
    with torch.no_grad():
        for name in taken:
            own[name].copy_(weights[name])
    return taken


def from_encoder(model: nn.Module, source: str) -> list[str]:
    """Take over what else fits of the trained model of ours that a recipe names as its encoder: word shapes, head.

    Args:
        model: Changed in place.
        source: The recipe's encoder.

    Returns:
        Names of the weights that were taken; none where the source is no model folder.
    """
    folder = Path(source).expanduser()
    if not (folder / CONFIG).is_file():
        return []
    return take_over(model, check_folder(folder))


def _renamed(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    out = {}
    for name, weight in weights.items():
        for old, new in _READER:
            if name.startswith(old):
                name = new + name.removeprefix(old)
        if name.startswith("pairs.mix.") and weight.shape[0] % 2 == 0 and name.count(".") == 2:
            # There one layer makes both factors of the product.
            part = name.removeprefix("pairs.mix.")
            out[f"pairs.mix.0.{part}"], out[f"pairs.mix.1.{part}"] = weight.chunk(2)
            continue
        out[name] = weight
    return out

"""Going on from a model that was trained here: what its encoder does not hold, the shapes of words and its head."""

from __future__ import annotations

from pathlib import Path

from torch import nn

from nlp.runtime.predictor import CONFIG
from nlp.runtime.session import check_folder


def take_over(model: nn.Module, source: str) -> list[str]:
    """Give a model the weights of a trained one that have the same names and forms.

    Args:
        model: Changed in place.
        source: The recipe's encoder; nothing happens unless it is the folder of a trained model.

    Returns:
        Names of the weights that were taken over.
    """
    folder = Path(source).expanduser()
    if not (folder / CONFIG).is_file():
        return []
    from safetensors.torch import load_file

    found = load_file(check_folder(folder) / "model.safetensors")
    own = model.state_dict()
    taken = {name: value for name, value in found.items() if name in own and own[name].shape == value.shape}
    model.load_state_dict(taken, strict=False)
    return sorted(taken)

"""What a run keeps on disk while it lasts, so that it can be killed at any moment and go on."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import torch
from torch import nn

from nlp.training.optimisers import Average

LAST, BEST = "last.pt", "best.safetensors"


@dataclass(slots=True)
class Progress:
    """Where a run stands.

    Attributes:
        epoch: Epochs that are done.
        batch: Batches of the next epoch that are done.
        step: Steps that are done.
        sums: Losses of the unfinished epoch, summed over its batches.
        seconds: Time of the unfinished epoch.
        stale: Epochs since the best one.
        history: What was measured after each epoch.
    """

    epoch: int = 0
    batch: int = 0
    step: int = 0
    sums: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    stale: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)


def save(
    folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer, average: Average, progress: Progress
) -> None:
    """Write all that a run needs to go on; a crash meanwhile leaves the former state."""
    state = {
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict(),
        "average": average.values,
        "progress": asdict(progress),
    }
    part = folder / (LAST + ".part")
    with part.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / LAST)


def restore(folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer, average: Average) -> Progress:
    """Go on from what `save` wrote; from the start where it wrote nothing yet."""
    if not (folder / LAST).is_file():
        return Progress()
    state = torch.load(folder / LAST, weights_only=True, map_location="cpu")
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    average.load(state["average"])
    return Progress(**{f.name: state["progress"][f.name] for f in fields(Progress)})


def save_best(folder: Path, model: nn.Module) -> None:
    """Keep the model's weights as the best so far."""
    from safetensors.torch import save_model

    part = folder / (BEST + ".part")
    save_model(model, str(part))
    part.replace(folder / BEST)


def load_best(folder: Path, model: nn.Module) -> None:
    """Give the model the best weights of its run."""
    from safetensors.torch import load_model

    load_model(model, str(folder / BEST))

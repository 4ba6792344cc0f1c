"""The joint reader in torch behind the pipeline's interface, to score while it trains and to check exports."""

from __future__ import annotations

import numpy as np
import torch

from nlp.networks.joint import Joint
from nlp.runtime.geometry import Floats, Ints, PairArrays


class TorchNetwork:
    """Implements `nlp.runtime.network.Network`.

    Args:
        joint: The model; put into evaluation mode.
        half: Whether to compute in bfloat16.
    """

    def __init__(self, joint: Joint, half: bool = False) -> None:
        self._joint = joint.eval()
        self._half = half

    def _autocast(self) -> torch.autocast:
        return torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._half)

    def encode(self, ids: Ints, mask: Ints, shapes: Ints) -> tuple[Floats, Floats]:
        """Run the encoder and the tagger."""
        with torch.no_grad(), self._autocast():
            states, tags = self._joint.reader(*(torch.from_numpy(array) for array in (ids, mask, shapes)))
        return (
            states.float().reshape(-1, states.shape[-1]).numpy(),
            tags.float().reshape(-1, tags.shape[-1]).numpy(),
        )

    def pairs(self, states: Floats, tags: Floats, arrays: PairArrays) -> Floats:
        """Run the relation head."""
        pieces = arrays.pieces
        feeds = {name: torch.from_numpy(array) for name, array in arrays.feeds().items()}
        with torch.no_grad(), self._autocast():
            logits = self._joint.pairs(torch.from_numpy(states[pieces]), torch.from_numpy(tags[pieces]), **feeds)
        return np.asarray(logits.float().numpy(), np.float32)

    def same(
        self, states: Floats, tags: Floats, first: Ints, last: Ints, later: Ints, earlier: Ints, features: Floats
    ) -> Floats:
        """Run the coreference head."""
        arrays = (states, tags, first, last, later, earlier, features)
        with torch.no_grad(), self._autocast():
            logits = self._joint.same(*(torch.from_numpy(array) for array in arrays))
        return np.asarray(logits.float().numpy(), np.float32)

"""The networks of a model in torch behind the decoders' interface, to score while it trains and to check exports."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nlp.runtime.graphs import Arrays
from nlp.tasks.task import Task


class TorchGraphs:
    """Implements `nlp.runtime.graphs.Graphs`.

    Args:
        task: The task that says which networks there are.
        model: Its model; put into evaluation mode.
        half: Whether to compute in bfloat16; what comes out is in 32 bits.
        batched: Whether texts may share a run.
    """

    def __init__(self, task: Task, model: nn.Module, half: bool = False, batched: bool = True) -> None:
        self.batched, self._half = batched, half
        self._device = next(model.parameters()).device
        self._graphs = task.graphs(model.eval())
        for graph in self._graphs.values():
            graph.module.eval()

    def run(self, graph: str, feeds: Arrays) -> dict[str, NDArray[Any]]:
        """Run one network."""
        made = self._graphs[graph]
        arguments = [torch.as_tensor(np.ascontiguousarray(feeds[name]), device=self._device) for name in made.inputs]
        with torch.no_grad(), torch.autocast(self._device.type, dtype=torch.bfloat16, enabled=self._half):
            found = made.module(*arguments)
        tensors = found if isinstance(found, tuple | list) else (found,)
        return {name: _array(tensor) for name, tensor in zip(made.outputs, tensors, strict=True)}


def _array(tensor: torch.Tensor) -> NDArray[Any]:
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.float()
    return np.asarray(tensor.cpu().numpy())

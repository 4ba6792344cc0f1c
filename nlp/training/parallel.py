"""Several processes that train one model: each takes its share of a step's batches, gradients are summed.

Through accelerate, started by `accelerate launch` or `torchrun`. Tested with two processes on one CPU, not on GPUs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import torch
from torch import nn

T = TypeVar("T")


class Workers:
    """The processes of a run; this one alone unless `launched`.

    Attributes:
        rank: Number of this process, from 0.
        count: How many there are.
        main: Whether this process measures and writes.
        device: Where this process computes.
    """

    def __init__(self) -> None:
        self.rank, self.count = 0, 1
        self.device = torch.device("cpu")
        self._accelerator: Any = None

    @classmethod
    def launched(cls) -> Workers:
        """The processes that `accelerate launch` or `torchrun` started."""
        from accelerate import Accelerator

        workers = cls()
        accelerator = Accelerator()
        workers._accelerator, workers.device = accelerator, accelerator.device
        workers.rank, workers.count = accelerator.process_index, accelerator.num_processes
        return workers

    @property
    def main(self) -> bool:
        """Whether this process measures and writes."""
        return self.rank == 0

    def sum_gradients(self, weights: Sequence[nn.Parameter]) -> None:
        """Give every process the sum of all gradients."""
        if self.count == 1:
            return
        for weight in weights:
            grad = torch.zeros_like(weight) if weight.grad is None else weight.grad
            weight.grad = self._accelerator.reduce(grad, reduction="sum")

    def sum_losses(self, losses: dict[str, float]) -> dict[str, float]:
        """Give every process the sum of all losses, by name."""
        if self.count == 1:
            return losses
        from accelerate.utils import gather_object

        total: dict[str, float] = {}
        for part in gather_object([losses]):
            for name, value in part.items():
                total[name] = total.get(name, 0.0) + value
        return total

    def once(self, work: Callable[[], T]) -> T:
        """Do something in the main process and give every process what came of it."""
        if self.count == 1:
            return work()
        from accelerate.utils import broadcast_object_list

        held: list[Any] = [work() if self.main else None]
        found: T = broadcast_object_list(held)[0]
        return found

    def wait(self) -> None:
        """Wait until every process is here."""
        if self._accelerator is not None:
            self._accelerator.wait_for_everyone()

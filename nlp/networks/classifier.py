"""The network that classifies whole texts: a body, pooling, a linear head, and the means of the classes."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from nlp.networks.body import Body
from nlp.runtime.pieces import Window
from nlp.runtime.texts import feeds, groups

BATCH = 64  # texts of a run without gradients
CHUNK = 24  # texts of unlike length that are run together with gradients


class Classifier(nn.Module):
    """A body with a head over its pooled states.

    Args:
        body: The encoder.
        classes: How many labels there are.
        pooling: "mean", "max" or "cls" (the first state), or "attention" (a learnt weighted mean).
        unit: Whether the head sees states scaled to length one.
        dropout: Before the head.
    """

    def __init__(self, body: Body, classes: int, pooling: str, unit: bool, dropout: float) -> None:
        super().__init__()
        self.body, self.pooling, self.unit = body, pooling, unit
        self.weigh = nn.Linear(body.width, 1) if pooling == "attention" else None
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(body.width, classes)
        self.means: Tensor
        self.rivals: Tensor
        self.register_buffer("means", torch.zeros(classes, body.width))
        self.register_buffer("rivals", torch.zeros(classes, dtype=torch.long))

    def pool(self, input_ids: Tensor, attention_mask: Tensor, shapes: Tensor) -> Tensor:
        """Return one state a text, (texts, width)."""
        states = self.body(input_ids, attention_mask, shapes)
        if self.pooling == "cls":
            return torch.as_tensor(states[:, 0])
        mask = attention_mask.unsqueeze(-1)
        if self.pooling == "max":
            return torch.as_tensor(states.masked_fill(mask == 0, -1e4).amax(dim=1))
        weights = mask.to(states.dtype)
        if self.weigh is not None:
            weights = torch.softmax(self.weigh(states).masked_fill(mask == 0, -1e4), dim=1)
        return torch.as_tensor((states * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1e-6))

    def classify(self, pooled: Tensor) -> Tensor:
        """Return logits (texts, classes) of pooled states."""
        if self.unit:
            pooled = nn.functional.normalize(pooled, dim=1)
        logits: Tensor = self.head(self.dropout(pooled))
        return logits

    def head_outputs(self, pooled: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits, and the cosine to the nearest mean of a class, of pooled states."""
        nearness = (nn.functional.normalize(pooled, dim=1) @ self.means.T).amax(dim=1)
        return self.classify(pooled), nearness

    def forward(self, input_ids: Tensor, attention_mask: Tensor, shapes: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits (texts, classes) and nearness (texts,)."""
        return self.head_outputs(self.pool(input_ids, attention_mask, shapes))


def of(model: nn.Module) -> Classifier:
    """Return a model as the classifier that it is, out of what wraps it to train on several devices."""
    inner = getattr(model, "module", model)
    assert isinstance(inner, Classifier)
    return inner


def pool_unsorted(model: Classifier, read: Sequence[Window], pad: int) -> Tensor:
    """Return the pooled states of windows of unlike length, with gradients, (windows, width).

    They are run in several parts of like length, so that little is computed on padding.
    """
    parts = list(groups(read, CHUNK))
    states = [model.pool(*_tensors(model, [read[number] for number in part], pad)) for part in parts]
    order = torch.tensor([number for part in parts for number in part])
    return torch.cat(states).float()[torch.argsort(order)]


def _tensors(model: Classifier, read: Sequence[Window], pad: int) -> list[Tensor]:
    return [torch.from_numpy(array).to(model.means.device) for array in feeds(read, pad).values()]


def pooled(model: Classifier, read: Sequence[Window], pad: int) -> Tensor:
    """Return the pooled states of windows, without gradients, on the CPU, (windows, width)."""
    training = model.training
    model.eval()
    states = torch.zeros(len(read), model.body.width)
    with torch.no_grad():
        for numbers in groups(read, BATCH):
            states[numbers] = model.pool(*_tensors(model, [read[number] for number in numbers], pad)).float().cpu()
    model.train(training)
    return states

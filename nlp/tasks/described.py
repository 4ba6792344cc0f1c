"""Entities by the descriptions of their labels: any labels can be asked for, without training.

Spans of the text and descriptions of labels are encoded by the same encoder and compared, after Zaratiana and others,
"GLiNER: Generalist model for named entity recognition using bidirectional transformer" (2023). Labels that are asked
together, and "nothing", exclude each other (softmax), so that the more specific of two wins.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, cast

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from torch import Tensor, nn

from kg.errors import InputError
from nlp.data.example import Example
from nlp.evaluation import spans as evaluation
from nlp.evaluation.scores import Scores
from nlp.networks.body import Body
from nlp.networks.spans import SpanStates
from nlp.networks.warm_start import from_encoder
from nlp.runtime.choose import enumerate_spans, fit_temperature
from nlp.runtime.tasks.described import describe
from nlp.runtime.views import Layout
from nlp.tasks import tagged
from nlp.tasks.asked import UNKNOWN, choose_labels, targets
from nlp.tasks.task import Graph, Options, Task


class DescribedOptions(Options):
    """What the task lets a recipe decide."""

    descriptions: Mapping[str, list[str]] = Field(
        default={}
    )  # spellings and descriptions by label; a label without any is its name
    parents: Mapping[str, str] = Field(default={})  # the broader label that a label implies: politician -> person
    dropout: float = Field(default=0.1, ge=0, lt=1)
    context: int = Field(default=0, ge=0)  # pieces of neighbouring sentences on each side of a window's own
    widest: int = Field(default=10, ge=1)  # units of a span
    hidden: int = Field(default=384, ge=1)  # width of spans and labels where they are compared
    threshold: float = Field(default=0.5, gt=0, lt=1)
    nested: bool = False
    asked: int = Field(default=30, ge=1)  # most labels that are asked for in a batch
    dropped: float = Field(default=0.2, ge=0, le=1)  # share of a batch's labels that are not asked for


class DescribedModel(nn.Module):
    """The body, states of spans, and the space where spans and labels are compared."""

    def __init__(self, body: Body, settings: DescribedOptions) -> None:
        super().__init__()
        self.body = body
        self.spans = SpanStates(body.width, settings.widest, settings.hidden, settings.dropout)
        self.project = nn.Linear(settings.hidden, settings.hidden)
        self.label = nn.Linear(body.width, settings.hidden)
        self.nothing = nn.Linear(settings.hidden, 1)
        self.sharpness = nn.Parameter(torch.tensor(2.5))  # a cosine of 1 is worth e to the power of it
        nn.init.constant_(self.nothing.bias, 4.0)  # most spans are nothing

    def read(self, ids: Tensor, mask: Tensor, shapes: Tensor | None = None) -> Tensor:
        """Return states (batch, length, width), of texts and descriptions alike."""
        # A body without an embedding of shapes does not look at them.
        states: Tensor = self.body(ids, mask, ids if shapes is None else shapes)
        return states

    def describe(self, states: Tensor, mask: Tensor) -> Tensor:
        """Return vectors of descriptions, (labels, hidden): the mean of their states, projected."""
        weights = mask.unsqueeze(-1).to(states.dtype)
        vectors: Tensor = self.label((states * weights).sum(1) / weights.sum(1))
        return vectors

    def compare(self, states: Tensor, first: Tensor, last: Tensor, size: Tensor, labels: Tensor) -> Tensor:
        """Return logits (spans, 1 + labels), nothing first; arguments as of `SpanStates`, labels (labels, hidden)."""
        spans = self.spans(states, first, last, size)
        one, other = nn.functional.normalize(self.project(spans), dim=-1), nn.functional.normalize(labels, dim=-1)
        logits: Tensor = torch.cat([self.nothing(spans), one @ other.T * self.sharpness.exp()], dim=1)
        return logits


class _Part(nn.Module):
    """One step of the model as a network of its own: the encoder is exported once, for texts and descriptions."""

    def __init__(self, model: DescribedModel, step: Literal["read", "describe", "compare"]) -> None:
        super().__init__()
        self.model, self.step = model, step

    def forward(self, *arrays: Tensor) -> Tensor:
        if self.step == "compare":
            states = arrays[0]
            return self.model.compare(states.reshape(-1, states.shape[-1]), *arrays[1:])
        return self.model.read(*arrays) if self.step == "read" else self.model.describe(*arrays)


class DescribedTask(Task):
    """Finds entities of any labels that are described."""

    name: ClassVar[str] = "described"
    options: ClassVar[type[Options]] = DescribedOptions

    @classmethod
    def learn(cls, examples: Sequence[Example], recipe: Any) -> dict[str, Any]:
        """Read the labels and their descriptions; they are what the model looks for unless asked for others.

        Raises:
            InputError: no example has an entity.
        """
        settings = DescribedOptions.model_validate(dict(recipe.task))
        labels = sorted({entity.label for example in examples for entity in example.entities})
        if not labels:
            raise InputError("no example has an entity: there is nothing that this task could learn")
        return {
            "labels": {label: settings.descriptions.get(label, [readable(label)])[0] for label in labels},
            "shapes": recipe.encoder.shapes,
            "longest": recipe.encoder.longest,
            "context": min(settings.context, recipe.encoder.longest // 4),  # most of a window is its own
            "widest": settings.widest,
            "hidden": settings.hidden,
            "threshold": settings.threshold,
            "nested": settings.nested,
            "temperature": 1.0,
        }

    @property
    def layout(self) -> Layout:
        """How documents are cut; labels may come from anywhere, so no set's own words count."""
        return Layout(self.schema["longest"], self.schema["context"], False)

    def build(self, body: Body) -> DescribedModel:
        """Make the model."""
        return DescribedModel(body, self.settings)

    def samples(self, examples: Sequence[Example]) -> list[Any]:
        """Prepare documents."""
        return list(tagged.read(examples, self.tokenizer, self.layout))

    def begin(self, model: nn.Module, samples: Sequence[Any]) -> None:
        """Go on from the model that the encoder comes from, where it is one of this kind."""
        from_encoder(model, self.recipe.encoder.source)

    def epoch(self, samples: Sequence[Any], rng: random.Random) -> list[Any]:
        """Lay documents out in windows."""
        return list(tagged.lessons(samples, self.tokenizer, self.layout, rng))

    def loss(self, model: nn.Module, batch: Sequence[Any]) -> dict[str, Tensor]:
        """Ask for some labels, in some of their spellings, and compare."""
        described = cast(DescribedModel, model)
        laid = tagged.collate(batch)
        rng = random.Random(random.random())  # the trainer seeds the module's own
        settings: DescribedOptions = self.settings
        labels = choose_labels(
            laid.rows, list(self.schema["labels"]), settings.parents, settings.asked, settings.dropped, rng
        )
        texts = [rng.choice(settings.descriptions.get(label) or [readable(label)]) for label in labels]
        device = next(model.parameters()).device

        def give(array: NDArray[Any]) -> Tensor:
            return torch.from_numpy(array).to(device)

        feeds = describe(texts, self.tokenizer, True)
        mask = give(feeds["attention_mask"])
        vectors = described.describe(described.read(give(feeds["input_ids"]), mask, give(feeds["shapes"])), mask)
        states = described.read(give(laid.ids), give(laid.mask), give(laid.shapes))
        firsts, lasts, sizes, golds = [], [], [], []
        for row, one in enumerate(laid.rows):
            spans = enumerate_spans(len(one.passage.firsts), settings.widest)
            firsts.append(laid.first[row, spans[:, 0]])
            lasts.append(laid.first[row, spans[:, 1]])
            sizes.append(spans[:, 1] - spans[:, 0])
            golds.append(targets(one, spans, labels, settings.parents))
        target = give(np.concatenate(golds))
        first, last, size = (give(np.concatenate(part)) for part in (firsts, lasts, sizes))
        logits = described.compare(states.reshape(-1, states.shape[-1]), first, last, size, vectors).float()
        scores = torch.log_softmax(logits.masked_fill(target == UNKNOWN, -1e4), dim=1)
        each = -torch.logsumexp(scores.masked_fill(target != 1, -1e4), dim=1)
        return {"spans": each.sum() / torch.clamp((target[:, 1:] == 1).any(dim=1).sum(), min=1)}

    def graphs(self, model: nn.Module) -> dict[str, Graph]:
        """Return the encoder, and what makes of its states vectors of descriptions, or scores of spans."""
        described = cast(DescribedModel, model)
        ids = np.array([[2, 5, 6, 7, 3]], np.int64)
        given: dict[str, NDArray[Any]] = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        if self.schema["shapes"]:
            given["shapes"] = np.zeros_like(ids)
        states = np.zeros((*ids.shape, described.body.width), np.float32)
        spans = {
            "states": states,
            "first": np.array([1, 2], np.int64),
            "last": np.array([1, 2], np.int64),
            "size": np.array([0, 0], np.int64),
            "labels": np.zeros((2, self.settings.hidden), np.float32),
        }
        place = {0: "batch", 1: "length"}
        axes: dict[str, Mapping[int, str]] = dict.fromkeys(("states", *given), place)
        listed = {name: {0: "spans"} for name in ("first", "last", "size")}
        return {
            "encoder": Graph(_Part(described, "read"), given, ("states",), axes),
            "descriptions": Graph(
                _Part(described, "describe"),
                {"states": states, "attention_mask": given["attention_mask"]},
                ("vectors",),
                {"states": place, "attention_mask": place, "vectors": {0: "batch"}},
            ),
            "spans": Graph(
                _Part(described, "compare"),
                spans,
                ("logits",),
                {"states": place, **listed, "labels": {0: "labels"}, "logits": {0: "spans", 1: "asked"}},
            ),
        }

    def score(self, gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
        """Score strictly: boundaries and label."""
        return evaluation.score(gold, predicted)

    def calibrate(self, gold: Sequence[Example], model: nn.Module) -> dict[str, Any]:
        """Fit the threshold and the temperature of entity scores."""
        from nlp.runtime.predictor import make
        from nlp.training.torch_graphs import TorchGraphs

        best = (0.0, float(self.schema["threshold"]), 1.0)
        graphs = TorchGraphs(self, model)
        for threshold in (0.2, 0.3, 0.4, 0.5, 0.6):
            schema = {**self.schema, "temperature": 1.0, "threshold": threshold}
            found = make(self.name, schema, self.tokenizer, graphs).predict(gold)
            f1 = self.score(gold, found).f1
            if f1 > best[0]:
                best = (f1, threshold, fit_temperature(*evaluation.verdicts(gold, found)))
        return {"threshold": best[1], "temperature": best[2]}


def readable(label: str) -> str:
    """Say a label's name as words: "PoliticalParty" and "political_party" as "political party"."""
    out = ""
    for before, letter in zip(" " + label, label, strict=False):
        out += f" {letter}" if letter.isupper() and before.islower() else letter
    return " ".join(out.replace("_", " ").replace("-", " ").replace("/", " or ").lower().split()) or label

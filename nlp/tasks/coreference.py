"""Mention coreference: which of the given entities of a text are the same thing.

After Lee et al. 2017, "End-to-end neural coreference resolution", without its search for mentions: each mention
chooses an antecedent or none, and the likelihood of all right ones together is learned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import Field
from tokenizers import Tokenizer
from torch import Tensor, nn

from kg.errors import InputError
from nlp.data.example import Example
from nlp.evaluation import clusters as evaluation
from nlp.evaluation.scores import Scores
from nlp.networks.antecedents import Antecedents, antecedent_loss
from nlp.networks.body import Body
from nlp.runtime.mention_pairs import Mention, feeds, pairs_of
from nlp.runtime.pieces import cut, special
from nlp.runtime.stretches import Stretch, pad, stretches
from nlp.runtime.tasks.coreference import PAIRS, Predictor, joined, mentions
from nlp.tasks.task import Graph, Options, Task
from nlp.training.recipe import Recipe

INPUTS = ("input_ids", "attention_mask", "shapes")
THRESHOLDS = np.arange(-3.0, 3.01, 0.25)


class CoreferenceOptions(Options):
    """What the task lets a recipe decide."""

    hidden: int = Field(default=192, ge=1)  # width of the head
    dropout: float = Field(default=0.1, ge=0, lt=1)
    reach: int = Field(default=60, ge=1)  # how many mentions back an antecedent may be


class CoreferenceModel(nn.Module):
    """The body and the head."""

    def __init__(self, body: Body, labels: int, settings: CoreferenceOptions) -> None:
        super().__init__()
        self.body = body
        self.pairs = Antecedents(body.width, labels, settings.hidden, settings.dropout)


@dataclass(frozen=True, slots=True)
class Sample:
    """A text, its mentions, the pairs of them and which pairs are of one thing."""

    runs: tuple[Stretch, ...]
    mentions: tuple[Mention, ...]
    pairs: tuple[tuple[int, int], ...]
    same: NDArray[np.bool_]

    def __len__(self) -> int:
        return sum(map(len, self.runs))


class CoreferenceTask(Task):
    """Finds which entities of a text are the same thing."""

    name: ClassVar[str] = "coreference"
    options: ClassVar[type[Options]] = CoreferenceOptions
    stretches: ClassVar[bool] = False  # it takes them as given

    def __init__(self, recipe: Recipe, schema: Mapping[str, Any], tokenizer: Tokenizer) -> None:
        super().__init__(recipe, schema, tokenizer)
        self._first, self._last, self._pad = special(tokenizer)

    @classmethod
    def learn(cls, examples: Sequence[Example], recipe: Recipe) -> dict[str, Any]:
        """Read the labels, and whether what stands alone is annotated as a cluster of one.

        Raises:
            InputError: no example has a cluster of two.
        """
        settings = CoreferenceOptions.model_validate(dict(recipe.task))
        sizes = [len(cluster) for example in examples for cluster in example.clusters]
        if max(sizes, default=0) < 2:
            raise InputError("no example has two entities in a cluster: there is nothing that this task could learn")
        return {
            "labels": sorted({entity.label for example in examples for entity in example.entities}),
            "longest": recipe.encoder.longest,
            "reach": settings.reach,
            "threshold": 0.0,
            "singletons": min(sizes) == 1,
        }

    def build(self, body: Body) -> CoreferenceModel:
        """Make the model."""
        return CoreferenceModel(body, len(self.schema["labels"]), self.settings)

    def samples(self, examples: Sequence[Example]) -> list[Any]:
        """Cut texts into windows and mark the pairs of one thing; texts with fewer than two mentions teach nothing."""
        found = []
        for example, pieces in zip(examples, cut(self.tokenizer, [e.text for e in examples]), strict=True):
            known = mentions(example, pieces, self.schema["labels"])
            pairs = pairs_of(known, self.schema["reach"])
            if not pairs:
                continue
            of = {name: number for number, cluster in enumerate(example.clusters) for name in cluster}
            things = [of.get(mention.entity, -1 - number) for number, mention in enumerate(known)]
            same = np.array([things[i] == things[j] for i, j in pairs])
            runs = stretches(pieces, self.schema["longest"], self._first, self._last)
            found.append(Sample(tuple(runs), tuple(known), tuple(pairs), same))
        return found

    def loss(self, model: nn.Module, batch: Sequence[Any]) -> dict[str, Tensor]:
        """Compute the marginal likelihood of each mention's right antecedents, or of none."""
        device = next(model.parameters()).device
        runs = [run for sample in batch for run in sample.runs]
        arrays = pad(runs, self._pad)
        states = model.get_submodule("body")(*(torch.from_numpy(arrays[name]).to(device) for name in INPUTS))
        # Special pieces and filling are left out, so that the runs of a text follow each other.
        inner = np.concatenate([np.arange(1, len(run) - 1) + row * states.shape[1] for row, run in enumerate(runs)])
        flat = states.reshape(-1, states.shape[-1])[torch.from_numpy(inner).to(device)]
        laid: dict[str, list[NDArray[Any]]] = {}
        base, count = 0, 0
        for sample in batch:
            fed = feeds(sample.mentions, sample.pairs, base)
            fed["later"], fed["earlier"] = fed["later"] + count, fed["earlier"] + count
            for name, array in fed.items():
                laid.setdefault(name, []).append(array)
            base, count = base + len(sample) - 2 * len(sample.runs), count + len(sample.mentions)
        given = {name: torch.from_numpy(np.concatenate(parts)).to(device) for name, parts in laid.items()}
        logits = model.get_submodule("pairs")(flat, **given).float()
        same = torch.from_numpy(np.concatenate([sample.same for sample in batch])).to(device)
        return {"antecedents": antecedent_loss(logits, same, given["later"], count)}

    def graphs(self, model: nn.Module) -> dict[str, Graph]:
        """Return the encoder and the head."""
        ids = np.full((2, 9), self._first, np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "shapes": np.zeros_like(ids)}
        known = [Mention(f"e{n}", surface, 0, n, n) for n, surface in enumerate(("Anna", "she", "Anna"))]
        pairs = pairs_of(known, 2)
        states = np.zeros((5, cast(CoreferenceModel, model).body.width), np.float32)
        axes = {0: "windows", 1: "length"}
        return {
            "encoder": Graph(
                model.get_submodule("body"), inputs, ("states",), dict.fromkeys((*INPUTS, "states"), axes)
            ),
            PAIRS: Graph(
                model.get_submodule("pairs"),
                {"states": states, **feeds(known, pairs, 0)},
                ("logits",),
                {
                    "states": {0: "pieces"},
                    **{name: {0: "mentions"} for name in ("first", "last", "label")},
                    **{name: {0: "pairs"} for name in ("later", "earlier", "features", "logits")},
                },
            ),
        }

    def score(self, gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
        """Score by MUC, B-cubed and CEAF-e."""
        return evaluation.score(gold, predicted)

    def calibrate(self, gold: Sequence[Example], model: nn.Module) -> dict[str, Any]:
        """Choose the threshold by the mean F1."""
        from nlp.training.torch_graphs import TorchGraphs

        scored = Predictor(self.schema, self.tokenizer, TorchGraphs(self, model)).scored(gold)

        def reached(threshold: float) -> tuple[float, float]:
            found = []
            for known, pairs, logits in scored:
                groups = joined(len(known), pairs, logits, threshold)
                found.append([tuple(known[n].entity for n in group) for group in groups])
            predicted = [
                Example(example.id, example.text, example.entities, clusters=tuple(groups))
                for example, groups in zip(gold, found, strict=True)
            ]
            return evaluation.score(gold, predicted).f1, -abs(threshold)

        return {"threshold": float(max(THRESHOLDS, key=lambda threshold: reached(float(threshold))))}

"""Relations between entities that are given, in a sentence or over a document: one encoder pass, all pairs at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from pydantic import Field
from tokenizers import Tokenizer
from torch import Tensor, nn

from kg.errors import InputError, SettingsError
from nlp.data.example import Example
from nlp.evaluation import platt
from nlp.evaluation.relations import Counting, best_threshold, score, verdicts
from nlp.evaluation.scores import Scores
from nlp.networks.body import Body
from nlp.networks.pair_head import PairHead
from nlp.networks.relation_losses import LOSSES
from nlp.networks.warm_start import take_over
from nlp.runtime.confidence import PLAIN
from nlp.runtime.pieces import cut
from nlp.runtime.scenes import Floats, Scene, feeds
from nlp.runtime.stretches import Stretch, pad, stretches
from nlp.runtime.tasks.relations import indicators, pairs_of, signatures, things
from nlp.tasks.task import Graph, Options, Task
from nlp.training.recipe import Recipe


class RelationsOptions(Options):
    """Options of the task `relations`.

    Attributes:
        loss: "adaptive" or "sigmoid" where a pair may have several relations, "softmax" where it has at most one.
        negative: The label that says "no relation", where the data set has one.
        asked: "all": a pair without a relation has none; "annotated": only pairs with a label, `negative` included, are
            learned from and scored.
        symmetric: Relations without a direction, of which the data state one; they are read once, earlier thing first.
        typed: Whether a relation is only read between types that it joins in the training data.
        width: Of the pair head; 0: as wide as the encoder.
        dropout: Of the pair head.
        start: A trained model's folder, of this task or of the joint reader, whose encoder and heads it starts from.
    """

    loss: Literal["adaptive", "sigmoid", "softmax"] = "adaptive"
    negative: str = ""
    asked: Literal["all", "annotated"] = "all"
    symmetric: tuple[str, ...] = ()
    typed: bool = False
    width: int = Field(default=0, ge=0)
    dropout: float = Field(default=0.1, ge=0, lt=1)
    start: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A text ready to learn from: what the encoder takes, its pairs, and what holds between them."""

    runs: list[Stretch]
    scene: Scene
    target: Floats  # (pairs, relations)
    known: Floats

    def __len__(self) -> int:
        return sum(len(run) for run in self.runs)


def special_ids(tokenizer: Tokenizer) -> dict[str, int]:
    """Return the ids of the pieces that begin and end a run, and of the one that fills up."""
    ids = tokenizer.encode("").ids
    filler = next((i for name in ("[PAD]", "<pad>") if (i := tokenizer.token_to_id(name)) is not None), 0)
    return {"begin": ids[0], "separator": ids[-1], "pad": filler}


def check_length(body: Body, longest: int) -> None:
    """Refuse runs that are longer than the encoder's positions.

    Raises:
        SettingsError: they are.
    """
    config = body.encoder.config
    positions = getattr(config, "max_position_embeddings", None) or longest
    if config.model_type in ("roberta", "xlm-roberta", "camembert", "mpnet"):
        positions -= 2  # they count from 2
    if longest > positions:
        raise SettingsError(f"encoder.longest: this encoder reads at most {positions} pieces at once, not {longest}")


class RelationsTask(Task):
    """Learns which relations hold between given entities; see the module."""

    name: ClassVar[str] = "relations"
    options: ClassVar[type[Options]] = RelationsOptions
    stretches: ClassVar[bool] = False  # it takes them as given
    settings: RelationsOptions

    def __init__(self, recipe: Recipe, schema: Mapping[str, Any], tokenizer: Tokenizer) -> None:
        super().__init__(recipe, schema, tokenizer)
        self.schema |= special_ids(tokenizer)

    @classmethod
    def learn(cls, examples: Sequence[Example], recipe: Recipe) -> dict[str, Any]:
        """Read types, relations, and which types each relation joins.

        Raises:
            InputError: no example has a relation.
        """
        options = RelationsOptions.model_validate(dict(recipe.task))
        relations = sorted({r.label for e in examples for r in e.relations} - {options.negative})
        if not relations:
            raise InputError("the training data have no relations to learn")
        joined: dict[str, set[tuple[str, str]]] = {name: set() for name in relations}
        for example in examples:
            label = {e.id: e.label for e in example.entities}
            for r in example.relations:
                if r.label in joined and r.head in label and r.tail in label:
                    joined[r.label].add((label[r.head], label[r.tail]))
        return {
            "types": sorted({e.label for example in examples for e in example.entities}),
            "relations": relations,
            "symmetric": sorted(set(options.symmetric) & set(relations)),
            "signatures": {name: sorted(found) for name, found in joined.items()} if options.typed else {},
            "loss": options.loss,
            "negative": options.negative,
            "asked": options.asked,
            "single": options.loss == "softmax",
            "confidence": PLAIN,
            "threshold": 0.3 if options.loss == "softmax" else 0.5,
            "longest": recipe.encoder.longest,
        }

    def build(self, body: Body) -> nn.Module:
        """Make the model: the body and the pair head."""
        check_length(body, self.recipe.encoder.longest)
        types, outputs = max(1, len(self.schema["types"])), 1 + len(self.schema["relations"])
        head = PairHead(body.width, self.settings.width or body.width, types, outputs, self.settings.dropout)
        return Related(body, head)

    def samples(self, examples: Sequence[Example]) -> list[Sample]:
        """Prepare examples; texts without a pair to learn from are left out."""
        schema, allowed = self.schema, signatures(self.schema)
        numbers = {name: n for n, name in enumerate(schema["relations"])}
        out = []
        for example, pieces in zip(examples, cut(self.tokenizer, [e.text for e in examples]), strict=True):
            found = things(example, pieces, schema["types"])
            owner = {i: n for n, ids in enumerate(found.ids) for i in ids}
            facts: dict[tuple[int, int], set[str]] = {}
            for r in example.relations:
                if r.head in owner and r.tail in owner and owner[r.head] != owner[r.tail]:
                    pair = (owner[r.head], owner[r.tail])
                    facts.setdefault(pair, set()).add(r.label)
                    if r.label in schema["symmetric"]:
                        facts.setdefault(pair[::-1], set()).add(r.label)
            pairs = [p for p in pairs_of(found, allowed) if schema["asked"] == "all" or p in facts]
            if not pairs:
                continue
            target = np.zeros((len(pairs), len(numbers)), np.float32)
            for row, pair in enumerate(pairs):
                target[row, [numbers[label] for label in facts.get(pair, ()) if label in numbers]] = 1.0
            known = np.ones_like(target)
            if example.annotated is not None:
                known[:, [n for name, n in numbers.items() if name not in example.annotated]] = 0.0
                known = np.maximum(known, target)
            runs = stretches(pieces, schema["longest"], schema["begin"], schema["separator"])
            types = indicators(found.types, len(schema["types"]))
            out.append(Sample(runs, Scene(np.arange(len(pieces)), found.spans, types, pairs), target, known))
        return out

    def begin(self, model: nn.Module, samples: Sequence[Any]) -> None:
        """Take over the weights of the model that it starts from."""
        if self.settings.start:
            take_over(model, Path(self.settings.start).expanduser())

    def loss(self, model: nn.Module, batch: Sequence[Any]) -> dict[str, Tensor]:
        """Return the loss of the pairs, a mean over them."""
        assert isinstance(model, Related)
        runs = [run for sample in batch for run in sample.runs]
        arrays = pad(runs, self.schema["pad"])
        length = arrays["input_ids"].shape[1]
        scenes, row = [], 0
        for sample in batch:
            inner = []
            for run in sample.runs:
                inner.append(np.arange(row * length + 1, row * length + len(run) - 1))
                row += 1
            scenes.append(replace(sample.scene, pieces=np.concatenate(inner)))
        states = model.body(*(torch.from_numpy(array) for array in arrays.values()))
        inputs = {name: torch.from_numpy(array) for name, array in feeds(scenes).items()}
        logits = model.pairs(states.flatten(0, 1)[inputs.pop("pieces")], **inputs).float()
        real = torch.cat([logits[n, : len(sample.target)] for n, sample in enumerate(batch)])
        target = torch.from_numpy(np.concatenate([sample.target for sample in batch]))
        known = torch.from_numpy(np.concatenate([sample.known for sample in batch]))
        return {"pairs": LOSSES[self.settings.loss](real, target, known) / len(real)}

    def graphs(self, model: nn.Module) -> dict[str, Graph]:
        """Return the encoder and the pair head."""
        assert isinstance(model, Related)
        return {
            "encoder": encoder_graph(model.body),
            "pairs": pairs_graph(model.pairs, model.body.width, len(self.schema["types"])),
        }

    def score(self, gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
        """Score relations between things; see `nlp.evaluation.relations`."""
        return score(gold, predicted, counting(self.schema))

    def calibrate(self, gold: Sequence[Example], model: nn.Module) -> dict[str, Any]:
        """Return the one threshold that is best on development data, and how to state confidence."""
        from nlp.runtime.tasks.relations import Predictor
        from nlp.training.torch_graphs import TorchGraphs

        graphs = TorchGraphs(self, model)
        schema = self.schema | {"threshold": 0.02, "confidence": PLAIN}
        predicted = Predictor(schema, self.tokenizer, graphs).predict(gold)
        return chosen(gold, predicted, counting(schema))


def chosen(gold: Sequence[Example], predicted: Sequence[Example], how: Counting) -> dict[str, Any]:
    """Choose the threshold of relations, and fit the confidence of those that pass it.

    Args:
        gold: Annotated.
        predicted: Read with a low threshold and the model's own probabilities.
        how: What counts.
    """
    threshold = best_threshold(gold, predicted, how)
    kept = [above(example, threshold) for example in predicted]
    return {"threshold": threshold, "confidence": platt.fit_probabilities(*verdicts(gold, kept, how))}


def above(example: Example, threshold: float) -> Example:
    """Return an example without relations below a threshold."""
    return replace(example, relations=tuple(r for r in example.relations if r.score >= threshold))


def counting(schema: Mapping[str, Any]) -> Counting:
    """How the relations of a model with this schema are counted."""
    return Counting(schema["negative"], schema["asked"] == "annotated", frozenset(schema["symmetric"]))


class Related(nn.Module):
    """The body and the pair head together, as they are trained and saved."""

    def __init__(self, body: Body, pairs: PairHead) -> None:
        super().__init__()
        self.body, self.pairs = body, pairs


def encoder_graph(body: Body) -> Graph:
    """The body as a network: pieces in, states out."""
    axes = {0: "texts", 1: "length"}
    example = np.zeros((2, 8), np.int64)
    inputs = {"input_ids": example, "attention_mask": example + 1, "shapes": example}
    return Graph(body, inputs, ("states",), dict.fromkeys((*inputs, "states"), axes))


def pairs_graph(head: PairHead, states: int, types: int) -> Graph:
    """The pair head as a network: states and the arrays of `nlp.runtime.scenes.feeds` in, logits out."""
    scene = Scene(
        np.arange(8), [[(0, 1), (4, 4)], [(2, 3)], [(6, 7)]], np.ones((3, max(1, types)), np.float32), [(0, 1), (2, 0)]
    )
    arrays = feeds([scene, scene])
    pieces = arrays.pop("pieces")
    inputs = {"states": np.zeros((*pieces.shape, states), np.float32), **arrays}
    names = {
        "states": ("length",), "mask": ("length",), "first": ("entities", "mentions"), "last": ("entities", "mentions"),
        "present": ("entities", "mentions"), "types": ("entities",), "head": ("pairs",), "tail": ("pairs",),
        "left": ("pairs",), "right": ("pairs",), "apart": ("pairs",), "logits": ("pairs",),
    }  # fmt: skip
    dynamic = {name: {0: "texts"} | {n: axis for n, axis in enumerate(axes, 1)} for name, axes in names.items()}
    return Graph(head, inputs, ("logits",), dynamic)

"""Entities and relations in one encoder pass, for any labels: a span head, and the pair head on what it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from pydantic import Field
from tokenizers import Tokenizer
from torch import Tensor, nn

from kg.errors import InputError
from nlp.data.example import Example
from nlp.evaluation.relations import score
from nlp.evaluation.scores import Scores
from nlp.networks.body import Body
from nlp.networks.pair_head import PairHead
from nlp.networks.relation_losses import FAR, LOSSES
from nlp.networks.span_pair_head import SpanHead, SpanPairs
from nlp.networks.warm_start import take_over
from nlp.runtime.choose import choose
from nlp.runtime.confidence import PLAIN
from nlp.runtime.relation_scores import probabilities
from nlp.runtime.scenes import Floats, Scene, feeds
from nlp.runtime.span_arrays import WIDTHS, span_feeds
from nlp.runtime.stretches import pad
from nlp.runtime.tasks.joint import layout, typed_pairs
from nlp.runtime.tasks.relations import signatures
from nlp.runtime.views import documents, passages, views
from nlp.tasks.joint_windows import Taught, Window, taught
from nlp.tasks.relations import (
    RelationsTask,
    above,
    check_length,
    chosen,
    counting,
    encoder_graph,
    pairs_graph,
    special_ids,
)
from nlp.tasks.task import Graph, Options, Task
from nlp.training.recipe import Recipe


class JointOptions(Options):
    """Options of the task `joint`.

    Attributes:
        loss: "sigmoid" or "adaptive" where a pair may have several relations, "softmax" where it has at most one.
        symmetric: Relations without a direction, of which the data state one; they are read once, earlier entity first.
        typed: Whether a relation is only read between types that it joins in the training data.
        nested: Whether an entity may lie within another.
        widest: Most words of an entity; 0: as wide as the training data's, but for one in a thousand.
        context: Most pieces of neighbouring texts of the same document on each side of a window that is full.
        candidates: Most spans of a text whose pairs are learned from; annotated ones come first.
        doubt: Least probability of another span to be among them.
        width: Of both heads; 0: as wide as the encoder.
        dropout: Of both heads.
        start: A trained model's folder, of this task or of the joint reader, whose encoder and heads it starts from.
        pair_weight: Of the loss of the pairs.
        negatives: Share of the spans without an entity that teach, drawn anew each time: less than 1 where annotation
            has gaps (Li et al., 2021).
    """

    loss: Literal["adaptive", "sigmoid", "softmax"] = "sigmoid"
    symmetric: tuple[str, ...] = ()
    typed: bool = True
    nested: bool = False
    widest: int = Field(default=0, ge=0)
    context: int = Field(default=64, ge=0)
    candidates: int = Field(default=24, ge=2)
    doubt: float = Field(default=0.1, gt=0, le=1)
    width: int = Field(default=0, ge=0)
    dropout: float = Field(default=0.1, ge=0, lt=1)
    start: str = ""
    pair_weight: float = Field(default=1.0, ge=0)
    negatives: float = Field(default=1.0, gt=0, le=1)


class JointTask(Task):
    """Learns entities and the relations between them; see the module."""

    name: ClassVar[str] = "joint"
    options: ClassVar[type[Options]] = JointOptions
    settings: JointOptions

    def __init__(self, recipe: Recipe, schema: Mapping[str, Any], tokenizer: Tokenizer) -> None:
        super().__init__(recipe, schema, tokenizer)
        self.schema |= special_ids(tokenizer)
        self._allowed = signatures(self.schema)

    @classmethod
    def learn(cls, examples: Sequence[Example], recipe: Recipe) -> dict[str, Any]:
        """Read types, relations, which types each relation joins, and whether entities end at spaces.

        Raises:
            InputError: no example has an entity, or none a relation.
        """
        options = JointOptions.model_validate(dict(recipe.task))
        plain = recipe.model_copy(
            update={"task": {"loss": options.loss, "typed": options.typed, "symmetric": options.symmetric}}
        )
        schema = RelationsTask.learn(examples, plain)
        if not schema["types"]:
            raise InputError("the training data have no entities to learn")
        widths = sorted(len(surface.split()) for surface in _surfaces(examples))
        spaced = all(_spaced(e.text, entity.start, entity.end) for e in examples for entity in e.entities)
        if not spaced:
            widths = sorted(len(surface) for surface in _surfaces(examples))  # an upper bound: a unit is a word at most
        widest = options.widest or widths[min(len(widths) - 1, round(0.999 * len(widths)))]
        return schema | {
            "spaced": spaced,
            "widest": min(widest, 2 * WIDTHS),
            "context": min(options.context, recipe.encoder.longest // 4),
            "nested": options.nested,
            "entity_threshold": 0.5,
        }

    def build(self, body: Body) -> nn.Module:
        """Make the model: the body and two heads."""
        check_length(body, self.recipe.encoder.longest)
        width, drop, schema = self.settings.width or body.width, self.settings.dropout, self.schema
        spans = SpanHead(body.width, width, 1 + len(schema["types"]), drop)
        nn.init.constant_(spans.out.bias[0], 4.0)  # most spans are nothing
        pairs = PairHead(body.width, width, len(schema["types"]), 1 + len(schema["relations"]), drop)
        if self.settings.loss == "sigmoid":
            nn.init.constant_(pairs.out.bias, -4.0)
        return SpanPairs(body, spans, pairs)

    def samples(self, examples: Sequence[Example]) -> list[Window]:
        """Cut documents into windows, each with what is annotated in its passages."""
        out = []
        cutting = layout(self.schema)
        for numbers in documents(examples):
            cut = passages([examples[n].text for n in numbers], self.tokenizer, cutting, numbers.start)
            for view in views(cut, cutting, self.schema["begin"], self.schema["separator"]):
                own = [
                    taught(examples[cut[n].text], cut[n], base, self.schema)
                    for n, base in zip(view.own, view.bases, strict=True)
                ]
                out.append(Window(view, own))
        return out

    def begin(self, model: nn.Module, samples: Sequence[Any]) -> None:
        """Take over the weights of the model that it starts from."""
        if self.settings.start:
            take_over(model, Path(self.settings.start).expanduser())

    def loss(self, model: nn.Module, batch: Sequence[Any]) -> dict[str, Tensor]:
        """Return the losses of spans (a mean over words) and pairs (a mean over pairs)."""
        assert isinstance(model, SpanPairs)
        arrays = pad([window.view for window in batch], self.schema["pad"])
        states = model.body(*(torch.from_numpy(array) for array in arrays.values()))
        flat, length = states.flatten(0, 1), states.shape[1]
        taught = [(item, n * length + item.base) for n, window in enumerate(batch) for item in window.taught]
        pieces = np.concatenate([item.pieces + base for item, base in taught])
        units = np.concatenate([item.spans[:, 1] - item.spans[:, 0] + 1 for item, _ in taught])
        inputs = {name: torch.from_numpy(a) for name, a in span_feeds(pieces, units, len(flat)).items()}
        logits = model.spans(flat, **inputs).float()
        losses = {"spans": self._span_loss(logits, [item for item, _ in taught])}
        shares = probabilities(logits.detach().numpy(), "softmax")
        scenes, targets, known, begin = [], [], [], 0
        for item, base in taught:
            scene, target = self._scene(item, shares[begin : begin + len(item.spans)], base)
            begin += len(item.spans)
            if scene.pairs:
                scenes.append(scene)
                targets.append(target)
                known.append(np.broadcast_to(item.relations_known, target.shape))
        losses["pairs"] = self._pair_loss(model, flat, scenes, targets, known) if scenes else logits.sum() * 0.0
        return losses

    def _span_loss(self, logits: Tensor, taught: Sequence[Taught]) -> Tensor:
        target = torch.from_numpy(np.concatenate([item.target for item in taught]))
        hidden = np.concatenate([np.repeat(item.types_known[None], len(item.spans), 0) for item in taught]) == 0
        if hidden.any():
            hidden &= np.arange(hidden.shape[1]) + 1 != target.numpy()[:, None]
            logits = logits + torch.nn.functional.pad(torch.from_numpy(hidden) * FAR, (1, 0))
        each = nn.functional.cross_entropy(
            logits, target, reduction="none", label_smoothing=self.recipe.training.label_smoothing
        )
        if self.settings.negatives < 1:
            drawn = torch.rand(len(target)) < self.settings.negatives
            each = each * ((target > 0) | drawn)
        return each.sum() / sum(len(item.passage.firsts) for item in taught)

    def _scene(self, item: Taught, shares: Floats, base: int) -> tuple[Scene, Floats]:
        """Choose the spans whose pairs teach: annotated ones, and what else the model takes for entities now."""
        gold = np.nonzero(item.target)[0].tolist()
        row = {(int(a), int(b)): n for n, (a, b) in enumerate(item.spans)}
        others = choose(item.spans, shares, self.settings.doubt, nested=True)
        others.sort(key=lambda found: -found[3])
        extra = [n for first, last, _, _ in others if (n := row[first, last]) not in set(gold)]
        rows = [*gold, *extra[: max(0, self.settings.candidates - len(gold))]]
        types = [int(item.target[n]) - 1 if item.target[n] else int(shares[n].argmax()) for n in rows]
        spans = item.pieces[rows]
        pairs = typed_pairs(types, spans, self._allowed)
        target = np.zeros((len(pairs), len(self.schema["relations"])), np.float32)
        for number, (i, j) in enumerate(pairs):
            target[number, list(item.facts.get((rows[i], rows[j]), ()))] = 1.0
        entities = [[(int(a), int(b))] for a, b in spans]
        return Scene(np.arange(base, base + len(item.passage.pieces)), entities, shares[rows], pairs), target

    def _pair_loss(
        self,
        model: SpanPairs,
        flat: Tensor,
        scenes: Sequence[Scene],
        targets: Sequence[Floats],
        known: Sequence[Floats],
    ) -> Tensor:
        inputs = {name: torch.from_numpy(array) for name, array in feeds(scenes).items()}
        logits = model.pairs(flat[inputs.pop("pieces")], **inputs).float()
        real = torch.cat([logits[n, : len(target)] for n, target in enumerate(targets)])
        target, weight = (torch.from_numpy(np.concatenate(arrays)) for arrays in (targets, known))
        weight = torch.maximum(weight, target)
        return self.settings.pair_weight * LOSSES[self.settings.loss](real, target, weight) / len(real)

    def graphs(self, model: nn.Module) -> dict[str, Graph]:
        """Return the encoder and both heads."""
        assert isinstance(model, SpanPairs)
        arrays = span_feeds(np.array([[0, 1], [2, 2]]), np.array([2, 1]), 8)
        inputs = {"states": np.zeros((8, model.body.width), np.float32), **arrays}
        dynamic = {name: {0: "pieces" if name == "states" else "spans"} for name in (*inputs, "logits")}
        return {
            "encoder": encoder_graph(model.body),
            "spans": Graph(model.spans, inputs, ("logits",), dynamic),
            "pairs": pairs_graph(model.pairs, model.body.width, len(self.schema["types"])),
        }

    def score(self, gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
        """Score relations, strictly; entities are in `extra`."""
        return score(gold, predicted, counting(self.schema))

    def calibrate(self, gold: Sequence[Example], model: nn.Module) -> dict[str, Any]:
        """Return the two thresholds, of entities and of relations, that are best for relations on
        development data, and how to state confidence."""
        from nlp.runtime.tasks.joint import Predictor
        from nlp.training.torch_graphs import TorchGraphs

        graphs, how = TorchGraphs(self, model), counting(self.schema)
        best: tuple[float, dict[str, Any]] = (-1.0, {})
        for entity in (0.35, 0.5, 0.65):
            changes: dict[str, Any] = {"entity_threshold": entity, "threshold": 0.05, "confidence": PLAIN}
            predicted = Predictor(self.schema | changes, self.tokenizer, graphs).predict(gold)
            changes |= chosen(gold, predicted, how)
            f1 = self.score(gold, [above(example, changes["threshold"]) for example in predicted]).f1
            best = max(best, (f1, changes), key=lambda found: found[0])
        return best[1]


def _surfaces(examples: Sequence[Example]) -> list[str]:
    return [example.text[e.start : e.end] for example in examples for e in example.entities]


def _spaced(text: str, start: int, end: int) -> bool:
    """Whether a span begins and ends at white space or an end of the text."""
    return (start == 0 or text[start - 1].isspace()) and (end == len(text) or text[end].isspace())

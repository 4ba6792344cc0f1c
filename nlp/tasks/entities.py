"""Entities: a tagging head (BIO under a conditional random field) or a span head on one encoder."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, ClassVar, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from kg.errors import InputError
from nlp.data.example import Example
from nlp.evaluation import spans as evaluation
from nlp.evaluation.scores import Scores
from nlp.networks.body import Body
from nlp.networks.crf import Crf
from nlp.networks.entity_networks import EntitiesOptions, EntityModel, Spanner, Tagger
from nlp.networks.spans import span_loss
from nlp.networks.warm_start import from_encoder
from nlp.runtime.choose import enumerate_spans, fit_temperature
from nlp.runtime.gazetteer import Gazetteer
from nlp.runtime.views import Layout
from nlp.tasks import tagged
from nlp.tasks.lexicon import read_lexicon
from nlp.tasks.task import Graph, Options, Task


class EntitiesTask(Task):
    """Finds labelled stretches of texts."""

    name: ClassVar[str] = "entities"
    options: ClassVar[type[Options]] = EntitiesOptions

    @classmethod
    def learn(cls, examples: Sequence[Example], recipe: Any) -> dict[str, Any]:
        """Read the labels, how texts are cut, and known names.

        Raises:
            InputError: no example has an entity.
        """
        settings = EntitiesOptions.model_validate(dict(recipe.task))
        labels = sorted({entity.label for example in examples for entity in example.entities})
        if not labels:
            raise InputError("no example has an entity: there is nothing that this task could learn")
        nested = settings.nested
        if nested is None:
            nested = settings.head == "spans" and any(_has_nested(example) for example in examples)
        return {
            "labels": labels,
            "head": settings.head,
            "shapes": recipe.encoder.shapes,
            "longest": recipe.encoder.longest,
            "context": min(settings.context, recipe.encoder.longest // 4),  # most of a window is its own
            "spaced": _spaced(examples),
            "widest": settings.widest,
            "threshold": settings.threshold,
            "nested": nested,
            "temperature": 1.0,
            "lexicon": read_lexicon(examples, labels, settings.gazetteer) if settings.lexicon else None,
        }

    @property
    def layout(self) -> Layout:
        """How documents are cut."""
        return Layout(self.schema["longest"], self.schema["context"], self.schema["spaced"])

    @property
    def labels(self) -> dict[str, int]:
        """The number of each label."""
        return {label: number for number, label in enumerate(self.schema["labels"])}

    def build(self, body: Body) -> EntityModel:
        """Make the model."""
        return EntityModel(body, len(self.schema["labels"]), self.settings, self.schema["lexicon"] is not None)

    def samples(self, examples: Sequence[Example]) -> list[Any]:
        """Prepare documents."""
        found = tagged.read(examples, self.tokenizer, self.layout)
        # In how many documents a name is annotated: what one document alone shows must not help to read it.
        self._seen = Counter(key for document in found for key in _names(document))
        return list(found)

    def begin(self, model: nn.Module, samples: Sequence[Any]) -> None:
        """Go on from the model that the encoder comes from."""
        from_encoder(model, self.recipe.encoder.source)

    def epoch(self, samples: Sequence[Any], rng: random.Random) -> list[Any]:
        """Lay documents out in windows, some passages in other letters."""
        varied = tagged.respelled(samples, self.tokenizer, self.layout, self.settings.lower, self.settings.upper, rng)
        return list(tagged.lessons(varied, self.tokenizer, self.layout, rng))

    def loss(self, model: nn.Module, batch: Sequence[Any]) -> dict[str, Tensor]:
        """Compute the loss of the head."""
        entity_model = cast(EntityModel, model)
        laid = tagged.collate(batch)
        rng = random.Random(random.random())  # the trainer seeds the module's own
        if self.settings.blur:
            unknown = self.tokenizer.token_to_id("[MASK]") or self.tokenizer.token_to_id("[UNK]") or 0
            tagged.blur(laid.ids, laid.first[laid.known], self.settings.blur, unknown, rng)
        device = next(model.parameters()).device

        def give(array: NDArray[Any]) -> Tensor:
            return torch.from_numpy(array).to(device)

        matches = give(self._matches(laid, rng)) if self.schema["lexicon"] is not None else None
        states = entity_model(give(laid.ids), give(laid.mask), give(laid.shapes), matches)
        states = states.reshape(-1, states.shape[-1]).float()
        with torch.autocast(device.type, enabled=False):
            if isinstance(entity_model.head, Crf):
                allowed = np.ones((*laid.first.shape, entity_model.head.tags), np.bool_)
                for row, one in enumerate(laid.rows):
                    allowed[row, : len(one.passage.firsts)] = tagged.allowed_tags(one, self.labels)
                emissions = entity_model.head(states[give(laid.first)])
                return {"tags": entity_model.head.loss(emissions, give(laid.known), give(allowed))}
            first, last, size, target, weight = self._spans(laid)
            logits = entity_model.head(states, give(first), give(last), give(size))
            return {"spans": span_loss(logits, give(target), give(weight))}

    def _spans(self, laid: tagged.Batch) -> tuple[NDArray[Any], ...]:
        """Lay out all spans of a batch, their targets and what is known of them."""
        firsts, lasts, sizes, targets, weights = [], [], [], [], []
        for row, one in enumerate(laid.rows):
            spans = enumerate_spans(len(one.passage.firsts), self.settings.widest)
            target = np.zeros((len(spans), len(self.labels)), np.float32)
            weight = np.ones(target.shape, np.float32)
            if one.annotated is not None:
                weight[:, [n for label, n in self.labels.items() if label not in one.annotated]] = 0.0
            place = {(int(a), int(b)): n for n, (a, b) in enumerate(spans)}
            for a, b, label in one.spans():
                if (a, b) in place and label in self.labels:
                    target[place[a, b], self.labels[label]] = 1.0
                    weight[place[a, b], self.labels[label]] = 1.0
            firsts.append(laid.first[row, spans[:, 0]])
            lasts.append(laid.first[row, spans[:, 1]])
            sizes.append(spans[:, 1] - spans[:, 0])
            targets.append(target)
            weights.append(weight)
        return tuple(np.concatenate(part) for part in (firsts, lasts, sizes, targets, weights))

    def _matches(self, laid: tagged.Batch, rng: random.Random) -> NDArray[np.float32]:
        """Mark known names, without what only the passage's own document shows, and none in a share of the passages."""
        names = self.schema["lexicon"]
        gazetteer = Gazetteer(names["names"], len(self.labels))
        given = {(name, label) for name, numbers in names["given"].items() for label in numbers}
        out = np.zeros((laid.ids.size, gazetteer.columns), np.float32)
        for row, one in enumerate(laid.rows):
            if rng.random() < self.settings.lexicon_dropout:
                continue
            own = set(_names(tagged.Document((one,))))

            def known(name: str, label: int, own: set[tuple[str, str]] = own) -> bool:
                key = (name, self.schema["labels"][label])
                return (name, label) in given or self._seen[key] > (key in own)

            passage = one.passage
            out[laid.first[row, : len(passage.firsts)]] = gazetteer.match(
                passage.pieces.text, passage.starts, passage.ends, known
            )
        return out.reshape(*laid.ids.shape, -1)

    def graphs(self, model: nn.Module) -> dict[str, Graph]:
        """Return the network of the head."""
        entity_model = cast(EntityModel, model)
        ids = np.array([[2, 5, 6, 7, 3]], np.int64)
        inputs: dict[str, NDArray[Any]] = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
        }
        if self.schema["shapes"]:
            inputs["shapes"] = np.zeros_like(ids)
        if self.schema["lexicon"] is not None:
            inputs["matches"] = np.zeros((*ids.shape, 2 * len(self.labels)), np.float32)
        dynamic: dict[str, Mapping[int, str]] = {name: {0: "batch", 1: "length"} for name in inputs}
        if isinstance(entity_model.head, Crf):
            dynamic |= {"emissions": {0: "batch", 1: "length"}, "transitions": {0: "batch"}}
            return {
                "entities": Graph(Tagger(entity_model, tuple(inputs)), inputs, ("emissions", "transitions"), dynamic)
            }
        for name in ("first", "last", "size"):
            inputs[name] = np.array([1, 2], np.int64) if name != "size" else np.array([0, 0], np.int64)
            dynamic[name] = {0: "spans"}
        dynamic["logits"] = {0: "spans"}
        return {"entities": Graph(Spanner(entity_model, tuple(inputs)), inputs, ("logits",), dynamic)}

    def score(self, gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
        """Score strictly: boundaries and label."""
        return evaluation.score(gold, predicted)

    def calibrate(self, gold: Sequence[Example], model: nn.Module) -> dict[str, Any]:
        """Fit the temperature of entity scores."""
        from nlp.runtime.predictor import make
        from nlp.training.torch_graphs import TorchGraphs

        predictor = make(self.name, {**self.schema, "temperature": 1.0}, self.tokenizer, TorchGraphs(self, model))
        scores, right = evaluation.verdicts(gold, predictor.predict(gold))
        return {"temperature": fit_temperature(scores, right)}


def _has_nested(example: Example) -> bool:
    spans = sorted({(e.start, -e.end) for e in example.entities})
    return any(start < -other for (_, other), (start, _) in pairwise(spans))


_APART, _ATTACHED = re.compile(r"\w\s+[,.](?:\s|$)"), re.compile(r"\w[,](?:\s|$)")


def _spaced(examples: Sequence[Example]) -> bool:
    """Whether the texts are words that were cut by annotators: no entity cuts one, and commas stand alone."""
    apart = sum(bool(_APART.search(example.text)) for example in examples)
    attached = sum(bool(_ATTACHED.search(example.text)) for example in examples)
    return apart > 20 * attached and all(
        (e.start == 0 or example.text[e.start - 1].isspace())
        and (e.end >= len(example.text) or example.text[e.end].isspace())
        for example in examples
        for e in example.entities
    )


def _names(document: tagged.Document) -> set[tuple[str, str]]:
    return {(one.passage.pieces.text[a:b], label) for one in document.passages for a, b, label in one.golds}

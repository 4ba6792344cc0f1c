"""Classification of whole texts: one label or several, and the finding that a text is none of them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
import torch
from torch import Tensor, nn

from kg.errors import InputError, SettingsError
from nlp.data.example import Example
from nlp.evaluation.classification import score
from nlp.evaluation.scores import Scores
from nlp.networks import class_losses
from nlp.networks.body import Body
from nlp.networks.classifier import Classifier, of, pool_unsorted, pooled
from nlp.runtime.pieces import Window
from nlp.runtime.tasks.classify import GRAPH
from nlp.runtime.texts import special_ids, windows
from nlp.tasks import contrastive
from nlp.tasks.decisions import learn_outside, learn_temperature, learn_thresholds
from nlp.tasks.task import Graph, Options, Task
from nlp.training.recipe import Recipe

MEANS = 20  # texts of a class that its mean is taken of; with the method "contrastive" all
SHARP = 20.0  # by which cosines to means are multiplied to be logits
NONE = ""  # the class of texts that are annotated as having no label


class ClassifyOptions(Options):
    """What a recipe says of classification alone."""

    multi: bool | None = None  # whether a text may have several labels; None: where one in the training data has
    pooling: Literal["mean", "cls", "max", "attention"] = "mean"
    unit: bool = False  # whether the head sees states scaled to length one, and starts at the means of the classes
    dropout: float = 0.1  # before the head
    contrast: float = 0.0  # weight of the supervised contrastive loss beside the cross-entropy
    contrast_temperature: float = 0.1
    passes: int = 16  # method "contrastive": how often an epoch shows each text
    prototypes: float = 0.5  # method "contrastive": share of the classes' means in the head, beside the regression
    describe: bool = False  # method "contrastive": whether the label's own words are an example of it
    descriptions: Mapping[str, tuple[str, ...]] = {}  # words for labels whose names say too little
    outside: str = "oos"  # the label of texts that are none of the others
    outside_rule: Literal["auto", "probability", "energy", "nearness"] = "auto"
    outside_mixtures: float = 0.0  # made-up outside states a text of the batch: mixtures of two classes' texts
    outside_weight: float = 0.2  # what recall of outside texts is worth against accuracy on the others
    reject: float = 0.0  # share of texts to treat as outside where development data hold none


@dataclass(frozen=True, slots=True)
class Sample:
    """Texts that are learnt together, with the numbers of their labels and those of labels that are not annotated."""

    windows: tuple[Window, ...]
    targets: tuple[tuple[int, ...], ...]
    unknown: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return sum(len(window) for window in self.windows)


class ClassifyTask(Task):
    """Learns to label whole texts."""

    name = "classify"
    options = ClassifyOptions
    stretches = False
    settings: ClassifyOptions
    paired: ClassVar[bool] = False

    @classmethod
    def learn(cls, examples: Sequence[Example], recipe: Recipe) -> dict[str, Any]:
        """Read the labels, whether they exclude each other, and whether one stands for none of the others.

        Raises:
            InputError: a text has no annotation or no second text where it should, or there are fewer than two labels.
        """
        settings = cls.options.model_validate(dict(recipe.task))
        for example in examples:
            if example.labels is None:
                raise InputError(f"{example.id}: has neither label nor labels")
            if (example.pair is not None) != cls.paired:
                raise InputError(f"{example.id}: {'has no second text' if cls.paired else 'has a second text'}")
        multi = settings.multi
        if multi is None:
            multi = any(len(example.labels or ()) > 1 for example in examples)
        names = {label.name for example in examples for label in example.labels or ()}
        bare = not multi and any(not example.labels for example in examples)
        labels = sorted(names | {NONE}) if bare else sorted(names)
        if len(labels) < (1 if multi else 2):
            raise InputError(f"nothing to learn: the labels are {', '.join(labels) or 'none'}")
        schema: dict[str, Any] = {"labels": labels, "multi": multi, "longest": recipe.encoder.longest}
        outside = NONE if bare else settings.outside
        if not multi and outside in labels:
            schema["outside"] = {"label": outside, "rule": "margin", "floor": 0.0}
        return schema

    def build(self, body: Body) -> nn.Module:
        """Make the model."""
        self.schema |= special_ids(self.tokenizer)
        self.few = self.recipe.method.kind == "contrastive"
        if self.schema["multi"] and (self.few or self.settings.contrast):
            raise SettingsError("learning by contrast is for labels that exclude each other")
        unit = self.settings.unit or self.few
        classes = len(self.schema["labels"])
        self.model = Classifier(body, classes, self.settings.pooling, unit, self.settings.dropout)
        return self.model

    def samples(self, examples: Sequence[Example]) -> list[Sample]:
        """Cut texts into windows."""
        self.schema |= special_ids(self.tokenizer)
        number = {name: index for index, name in enumerate(self.schema["labels"])}
        found = []
        for example, window in zip(examples, windows(examples, self.tokenizer, self.schema), strict=True):
            names = [label.name for label in example.labels or ()]
            if not names and not self.schema["multi"]:
                names = [NONE]
            if not self.schema["multi"] and len(names) > 1:
                raise InputError(f"{example.id}: has {len(names)} labels where only one is allowed")
            unknown = (
                ()
                if example.annotated is None
                else tuple(
                    index for name, index in number.items() if name not in example.annotated and name not in names
                )
            )
            targets = tuple(number[name] for name in names if name in number)
            found.append(Sample((window,), (targets,), (unknown,)))
        return found

    def begin(self, model: nn.Module, samples: Sequence[Sample]) -> None:
        """Let a head over unit states start at the means of the classes."""
        classifier, outside = of(model), self._outside()
        states, targets = self._set_means(classifier, samples)
        if not classifier.unit or self.schema["multi"]:
            return
        with torch.no_grad():
            classifier.head.weight.copy_(SHARP * classifier.means)
            classifier.head.bias.zero_()
            if outside is not None:
                # A text starts as outside where it is farther from all classes than half way to the outside ones.
                near, out = (states @ classifier.means.cpu().T).amax(dim=1), targets == outside
                classifier.head.bias[outside] = SHARP * float(near[out].median() + near[~out].median()) / 2.0

    def settle(self, model: nn.Module, samples: Sequence[Sample]) -> None:
        """Take the means of the classes anew, and with the method "contrastive" fit the head."""
        classifier = of(model)
        states, targets = self._set_means(classifier, samples)
        if not self.few:
            return
        weight, bias = contrastive.logistic(states, targets, len(self.schema["labels"]))
        share = self.settings.prototypes
        with torch.no_grad():
            classifier.head.weight.copy_((1.0 - share) * weight + share * SHARP * classifier.means)
            classifier.head.bias.copy_((1.0 - share) * bias)

    def epoch(self, samples: Sequence[Sample], rng: random.Random) -> list[Sample]:
        """Put texts of the same class together where they are to be contrasted."""
        if not self.few and not self.settings.contrast:
            return list(samples)
        by_class: list[list[Sample]] = [[] for _ in self.schema["labels"]]
        for sample in [*samples, *self._described()]:
            by_class[sample.targets[0][0]].append(sample)
        rivals = self.model.rivals.tolist() if self.few else None
        passes = self.settings.passes if self.few else 1
        return [
            Sample(
                tuple(window for sample in group for window in sample.windows),
                tuple(target for sample in group for target in sample.targets),
                tuple(unknown for sample in group for unknown in sample.unknown),
            )
            for group in contrastive.groups(by_class, passes, rivals, rng)
        ]

    def loss(self, model: nn.Module, batch: Sequence[Sample]) -> dict[str, Tensor]:
        """Return cross-entropy, the contrastive loss, or both."""
        targets = [target for sample in batch for target in sample.targets]
        read = [window for sample in batch for window in sample.windows]
        states = pool_unsorted(of(model), read, int(self.schema["pad"]))
        with torch.autocast(states.device.type, enabled=False):  # small, and cosines need the precision
            if self.schema["multi"]:
                unknown = [each for sample in batch for each in sample.unknown]
                smoothing = self.recipe.training.label_smoothing
                return {"labels": class_losses.several(of(model).classify(states), targets, unknown, smoothing)}
            classes = torch.tensor([target[0] for target in targets], device=states.device)
            return self._single(of(model), states, classes)

    def graphs(self, model: nn.Module) -> dict[str, Graph]:
        """Return `classifier`: input ids, mask and shapes in, logits and nearness out."""
        names = ("input_ids", "attention_mask", "shapes")
        example = np.ones((2, 8), np.int64)
        dynamic = {name: {0: "texts", 1: "length"} for name in names}
        dynamic |= {name: {0: "texts"} for name in ("logits", "nearness")}
        return {GRAPH: Graph(model, dict.fromkeys(names, example), ("logits", "nearness"), dynamic)}

    def score(self, gold: Sequence[Example], predicted: Sequence[Example]) -> Scores:
        """Score predictions."""
        outside = self.schema.get("outside")
        return score(gold, predicted, outside=outside["label"] if outside else None, multi=self.schema["multi"])

    def calibrate(self, gold: Sequence[Example], model: nn.Module) -> dict[str, Any]:
        """Set the temperature, and what a text must reach to be given a label at all."""
        if not gold:
            return {}
        read = windows(gold, self.tokenizer, self.schema)
        with torch.no_grad():
            states = pooled(of(model), read, int(self.schema["pad"])).to(of(model).means.device)
            outputs = of(model).eval().head_outputs(states)
        logits, nearness = (output.cpu().numpy() for output in outputs)
        changes: dict[str, Any] = {}
        labels = self.schema["labels"]
        truths = [tuple(label.name for label in example.labels or ()) for example in gold]
        if self.schema["multi"]:
            changes["temperature"] = learn_temperature(logits, truths, labels, multi=True)
            changes["thresholds"] = learn_thresholds(logits, truths, {**self.schema, **changes})
            return changes
        changes["temperature"] = learn_temperature(logits, truths, labels, multi=False)
        outside = learn_outside(
            logits,
            nearness,
            [truth[0] if truth else NONE for truth in truths],
            {**self.schema, **changes},
            rule=self.settings.outside_rule,
            name=self.settings.outside,
            weight=self.settings.outside_weight,
            reject=self.settings.reject,
        )
        return changes | ({"outside": outside} if outside else {})

    def _outside(self) -> int | None:
        """The number of the class of texts that are none of the others."""
        outside = self.schema.get("outside") or {}
        labels: list[str] = self.schema["labels"]
        return labels.index(outside["label"]) if outside.get("label") in labels else None

    def _single(self, model: Classifier, states: Tensor, classes: Tensor) -> dict[str, Tensor]:
        """Return the losses of labels that exclude each other."""
        losses: dict[str, Tensor] = {}
        settings, outside = self.settings, self._outside()
        if self.few or settings.contrast:
            drawn = torch.where(classes == outside, -1, classes) if outside is not None else classes
            near = contrastive.contrast(nn.functional.normalize(states, dim=1), drawn, settings.contrast_temperature)
            losses["contrast"] = near * (1.0 if self.few else settings.contrast)
        if not self.few:
            if outside is not None and settings.outside_mixtures:
                mixed = class_losses.mixtures(states, classes, settings.outside_mixtures)
                states, classes = torch.cat([states, mixed]), nn.functional.pad(classes, (0, len(mixed)), value=outside)
            smoothing = self.recipe.training.label_smoothing
            losses["labels"] = nn.functional.cross_entropy(model.classify(states), classes, label_smoothing=smoothing)
        return losses

    def _described(self) -> list[Sample]:
        """The label's own words as an example of it."""
        if not (self.few and self.settings.describe):
            return []
        outside = self._outside()
        names = [name for number, name in enumerate(self.schema["labels"]) if number != outside]
        number = {name: index for index, name in enumerate(self.schema["labels"])}
        said = [
            (name, text)
            for name in names
            for text in self.settings.descriptions.get(name, (name.replace("_", " ").replace("-", " "),))
        ]
        read = windows([Example(name, text) for name, text in said], self.tokenizer, self.schema)
        return [Sample((window,), ((number[name],),), ((),)) for (name, _), window in zip(said, read, strict=True)]

    def _set_means(self, model: Classifier, samples: Sequence[Sample]) -> tuple[Tensor, Tensor]:
        """Take the mean unit state of each class; return the unit states and classes that it was taken of."""
        seen: Counter[int] = Counter()
        chosen: list[tuple[Window, int]] = []
        for sample in [*samples, *self._described()]:
            for target in sample.targets[0]:
                seen[target] += 1
                if self.few or seen[target] <= MEANS:
                    chosen.append((sample.windows[0], target))
        states = nn.functional.normalize(pooled(model, [w for w, _ in chosen], int(self.schema["pad"])), dim=1)
        targets = torch.tensor([target for _, target in chosen])
        means = contrastive.class_means(states, targets, len(self.schema["labels"]))
        outside = self._outside()
        if outside is not None:
            means[outside] = 0.0  # what is outside has no middle
        model.means.copy_(means)
        model.rivals.copy_(contrastive.nearest(means))
        return states, targets

"""Classification by what labels mean, with no training: a text gets the label whose description is most like it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from kg.errors import InputError
from kg.ontology import Ontology
from kg.ports import Encoder
from nlp.data.example import Example, Label
from nlp.runtime.tasks.classify import softmax

TEMPLATES = ("{}", "This text is about {}.", "The topic is {}.")
SHARPNESS = 20.0  # by which cosines are multiplied to be logits
Descriptions = Mapping[str, Sequence[str]]


class ZeroShotClassifier:
    """Labels texts by descriptions of the labels; implements `nlp.runtime.predictor.Predictor`.

    Args:
        encoder: Of sentences; its vectors are unit vectors.
        descriptions: One or several for each label. Several are averaged, each in each template.
        templates: What a description is put into, at `{}`.
        floor: Cosine that the best label must reach; a text that does not has no label.
        several: Whether a text has all labels that reach the floor, not only the best.

    Raises:
        InputError: there is no label, one without description, or a template without place for it.
    """

    def __init__(
        self,
        encoder: Encoder,
        descriptions: Descriptions,
        templates: Sequence[str] = TEMPLATES,
        floor: float = -1.0,
        several: bool = False,
    ) -> None:
        if not descriptions or not templates:
            raise InputError("nothing to choose from: give at least one label and one template")
        for template in templates:
            if "{}" not in template:
                raise InputError(f"the template {template!r} has no {{}} where the description goes")
        for name, texts in descriptions.items():
            if not texts or not all(text.strip() for text in texts):
                raise InputError(f"the label {name!r} has no description")
        self._encoder, self._floor, self._several = encoder, floor, several
        self.labels = list(descriptions)
        self._vectors = np.stack([self._describe(texts, templates) for texts in descriptions.values()])

    def predict(self, examples: Sequence[Example]) -> list[Example]:
        """Return the examples with their labels, the best first; a score is its share among the labels."""
        if not examples:
            return []
        alike = self.cosines([example.text for example in examples])
        shares = softmax(np.asarray(SHARPNESS * alike, np.float32))
        return [
            replace(
                example,
                labels=tuple(
                    Label(self.labels[int(number)], float(shares[row, number]))
                    for number in np.argsort(-alike[row], kind="stable")[: len(self.labels) if self._several else 1]
                    if alike[row, number] >= self._floor
                ),
            )
            for row, example in enumerate(examples)
        ]

    def cosines(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return how like each text is to each label, (texts, labels)."""
        return np.asarray(self._encoder.encode(texts) @ self._vectors.T, np.float32)

    def _describe(self, texts: Sequence[str], templates: Sequence[str]) -> NDArray[np.float32]:
        said = [template.replace("{}", text) for text in texts for template in templates]
        mean = self._encoder.encode(said).mean(axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)


def read_descriptions(file: Path) -> dict[str, tuple[str, ...]]:
    """Read descriptions of labels: YAML or JSON, a description or a list of them for each label.

    Raises:
        InputError: it cannot be read, or is something else; the message names the file.
    """
    try:
        text = file.read_text(encoding="utf-8")
        found = json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise InputError(f"{file}: cannot be read: {error}") from error
    if not isinstance(found, dict) or not found:
        raise InputError(f"{file}: is no mapping of labels to descriptions")
    read: dict[str, tuple[str, ...]] = {}
    for name, value in found.items():
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not texts or not all(isinstance(t, str) and t.strip() for t in texts):
            raise InputError(f"{file}: {name}: is neither a description nor a list of them")
        read[str(name)] = tuple(texts)
    return read


def ontology_descriptions(ontology: Ontology, language: str = "en") -> dict[str, tuple[str, ...]]:
    """Return what an ontology says of its types: their labels in a language, and their description."""
    found: dict[str, tuple[str, ...]] = {}
    for name, kind in ontology.types.items():
        words = kind.labels.get(language, ()) or (name.replace("_", " "),)
        found[name] = (*words, kind.description) if kind.description else tuple(words)
    return found

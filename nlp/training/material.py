"""The data of a run: read, split by document where no development part is given, and reported on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from nlp.data.example import Example

Data = Path | str | Sequence[Example]


@dataclass(frozen=True, slots=True)
class Material:
    """What a model learns from, is chosen by and is measured on."""

    train: list[Example]
    dev: list[Example]
    test: list[Example]


def gather(train: Data, dev: Data | None, test: Data | None, dev_share: float, seed: int) -> Material:
    """Read the data of a run.

    Args:
        train, dev, test: Files in any format of `nlp.data`, or examples.
        dev_share: Share of the training documents to develop on where `dev` is None.
        seed: Of that split.

    Raises:
        InputError: a part is empty, or the training documents are too few to split.
    """
    parts = {name: examples(data) for name, data in (("train", train), ("dev", dev), ("test", test))}
    for name, data in (("train", train), ("dev", dev), ("test", test)):
        if data is not None and not parts[name]:
            raise InputError(f"the {name} data hold no example")
    if dev is None:
        parts["train"], parts["dev"] = split(parts["train"], dev_share, seed)
    return Material(parts["train"], parts["dev"], parts["test"])


def examples(data: Data | None) -> list[Example]:
    """Read labelled texts from a file, or take them as they are."""
    if data is None:
        return []
    if isinstance(data, Path | str):
        from nlp.data.formats import read

        return list(read(Path(data)))
    return list(data)


def split(data: Sequence[Example], share: float, seed: int) -> tuple[list[Example], list[Example]]:
    """Hold a share of the documents out.

    Returns:
        What is left, and what is held out, each in the order of `data`.

    Raises:
        InputError: there is only one document.
    """
    documents = sorted({example.document or example.id for example in data})
    if len(documents) < 2:
        raise InputError("one document alone cannot be split: give development data of its own")
    random.Random(seed).shuffle(documents)
    held = set(documents[: min(len(documents) - 1, max(1, round(len(documents) * share)))])
    dev = [example for example in data if (example.document or example.id) in held]
    return [example for example in data if (example.document or example.id) not in held], dev

"""The data of a run: read, and split by document where no development part is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from nlp.data.example import Example

Data = Path | str | Sequence[Example]


@dataclass(frozen=True, slots=True)
class Material:
    """What a model learns from, is chosen by and is measured on; `sources` says where each part is from."""

    train: list[Example]
    dev: list[Example]
    test: list[Example]
    sources: dict[str, Path | str]


def gather(train: Data, dev: Data | None, test: Data | None, dev_share: float, seed: int) -> Material:
    """Read the data of a run.

    Args:
        train, dev, test: Files in any format of `nlp.data`, or examples.
        dev_share: Share of the training documents to develop on where `dev` is None.
        seed: Of that split.

    Raises:
        InputError: a part is empty, or the training documents are too few to split.
    """
    from nlp.data.split import by_document

    given = {"train": train, "dev": dev, "test": test}
    parts = {name: examples(data) for name, data in given.items()}
    sources = {name: source(data) for name, data in given.items() if data is not None}
    for name in sources:
        if not parts[name]:
            raise InputError(f"the {name} data hold no example")
    if dev is None:
        parts["train"], parts["dev"] = by_document(parts["train"], (1.0 - dev_share, dev_share), seed)
        sources["dev"] = f"{dev_share:.0%} of the training documents, held out"
        if not parts["train"] or not parts["dev"]:
            raise InputError("the training data are a single document: give development data of their own")
    return Material(parts["train"], parts["dev"], parts["test"], sources)


def examples(data: Data | None) -> list[Example]:
    """Read labelled texts from a file, or take them as they are."""
    if data is None:
        return []
    if isinstance(data, Path | str):
        from nlp.data.formats import read

        return read(data)
    return list(data)


def source(data: Data) -> Path | str:
    """Say where data are from."""
    return Path(data) if isinstance(data, Path | str) else "given in memory"

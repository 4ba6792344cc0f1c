"""The data report: what a person should know of his labelled texts before a model is trained on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tokenizers import Tokenizer

from nlp.data.counts import Counts, Measure, count
from nlp.data.example import Example
from nlp.data.noise import Suspect, suspects
from nlp.data.overlap import Overlap, overlap, prints
from nlp.data.tokens import words

_FEW = 5
_UNEVEN = 20
_NAMED = 12


@dataclass(frozen=True, slots=True)
class DataReport:
    """What labelled texts hold, share and contradict.

    Attributes:
        sets: Counts of "train", "dev" and "test", those that there are.
        overlaps: What development and test texts share with training texts, and with each other.
        suspects: Annotations that contradict each other.
        warnings: Sentences on what will hurt training or make its scores wrong.
        longest: Length of the window; 0: lengths were not compared with one.
    """

    sets: Mapping[str, Counts]
    overlaps: tuple[Overlap, ...]
    suspects: tuple[Suspect, ...]
    warnings: tuple[str, ...]
    longest: int

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def report(
    train: Sequence[Example],
    dev: Sequence[Example] = (),
    test: Sequence[Example] = (),
    tokenizer: Tokenizer | None = None,
    longest: int = 256,
) -> DataReport:
    """Look at labelled texts before training.

    Args:
        train: Training texts.
        dev: Development texts, if any.
        test: Test texts, if any.
        tokenizer: Of the encoder; lengths are in its pieces, special ones included. None: in words.
        longest: Pieces of the encoder's window; without a tokenizer nothing is compared with it.
    """
    sets = {name: examples for name, examples in (("train", train), ("dev", dev), ("test", test)) if examples}
    window = longest if tokenizer else 0
    measure, unit = _measure(tokenizer)
    counts = {name: count(examples, measure, unit, window) for name, examples in sets.items()}
    names = list(sets)
    seen = {name: prints(examples) for name, examples in sets.items()}
    overlaps = tuple(
        overlap(first, seen[first], second, seen[second]) for n, first in enumerate(names) for second in names[n + 1 :]
    )
    return DataReport(counts, overlaps, tuple(suspects(sets, seen)), tuple(_warnings(counts, overlaps, window)), window)


def _measure(tokenizer: Tokenizer | None) -> tuple[Measure, str]:
    if tokenizer is None:
        return (lambda texts: [len(words(text)) for text in texts]), "words"
    return (lambda texts: [len(encoding.ids) for encoding in tokenizer.encode_batch_fast(list(texts))]), "pieces"


def _warnings(counts: Mapping[str, Counts], overlaps: Sequence[Overlap], window: int) -> list[str]:
    found: list[str] = []
    for kind in ("labels", "entities", "relations"):
        found += _label_warnings(kind, {name: getattr(one, kind) for name, one in counts.items()})
    for common in overlaps:
        if texts := common.equal + common.near:
            found.append(f"{texts} texts of {common.second} are in {common.first} too: its score will flatter")
        if common.documents:
            found.append(f"{len(common.documents)} documents are in both {common.first} and {common.second}")
    for name, one in counts.items():
        if one.too_long:
            found.append(f"{len(one.too_long)} texts of {name} are longer than the window of {window} pieces")
    return found


def _label_warnings(kind: str, sets: Mapping[str, Mapping[str, int]]) -> list[str]:
    learned = sets.get("train", {})
    found: list[str] = []
    for name, held in sets.items():
        if name != "train" and (unknown := sorted(set(held) - set(learned))):
            found.append(f"{kind} of {name} that train does not have: {_names(unknown)}")
        if name != "train" and held and (missing := sorted(set(learned) - set(held))):
            found.append(f"{kind} that {name} cannot judge, for it has none: {_names(missing)}")
    if few := sorted(label for label, number in learned.items() if number < _FEW):
        found.append(f"{kind} with fewer than {_FEW} training instances: {_names(few)}")
    if learned and max(learned.values()) > _UNEVEN * min(learned.values()):
        found.append(
            f"{kind} are uneven: the commonest is {max(learned.values()) // min(learned.values())} times the rarest"
        )
    return found


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more

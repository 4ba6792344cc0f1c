"""Whether a model still finds the same once it is quantised, and what has to stay in 32 bits so that it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg.errors import InputError
from nlp.data.example import Example
from nlp.evaluation.scores import Scores
from nlp.training.quantize import EMBEDDINGS, FEED_FORWARD, HEADS

ALLOWED = 0.004  # F1 that may be lost
SAMPLE = 2000  # development examples that are compared at most
EVERYTHING = "everything"
# tried in this order: what costs least in size first; the last resort is not to quantise at all
LEVELS: tuple[tuple[str, ...], ...] = (
    (),
    (HEADS,),
    (FEED_FORWARD,),
    (EMBEDDINGS,),
    (HEADS, EMBEDDINGS),
    (HEADS, EMBEDDINGS, FEED_FORWARD),
    (EVERYTHING,),
)


@dataclass(frozen=True, slots=True)
class Parity:
    """How much was lost on the way from torch to the exported graphs.

    Attributes:
        metric: What was compared besides F1.
        torch, exported: Scores on the same development examples: {"f1": ..., metric: ...}.
        examples: How many there were.
        allowed: What may be lost: 0.4 points, or one instance where there are few.
        kept: Parts that stayed in 32 bits.
        tried: What each try lost, by the parts it left in 32 bits.
    """

    metric: str
    torch: dict[str, float]
    exported: dict[str, float]
    examples: int
    allowed: float
    kept: tuple[str, ...]
    tried: dict[str, float]

    @property
    def lost(self) -> float:
        """The largest fall of a figure; negative where all rose."""
        return max(self.torch[name] - self.exported[name] for name in self.torch)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {**asdict(self), "kept": list(self.kept), "lost": self.lost}


def sample(examples: Sequence[Example]) -> list[Example]:
    """Choose development examples to compare on: whole documents, evenly over the set."""
    step = max(1, -(-len(examples) // SAMPLE))
    numbers: dict[str, int] = {}
    for example in examples:
        numbers.setdefault(example.document or example.id, len(numbers))
    return [example for example in examples if numbers[example.document or example.id] % step == 0]


def reach(
    metric: str,
    gold: Sequence[Example],
    reference: Scores,
    quantise: Callable[[Sequence[str]], None],
    judge: Callable[[], Scores],
) -> Parity:
    """Quantise as much as the scores allow.

    Args:
        metric: The task's own.
        gold: The examples that are compared on.
        reference: Scores of the model in torch on them.
        quantise: Writes the graphs, leaving some parts in 32 bits.
        judge: Scores the graphs that were written.

    Returns:
        What was reached; the graphs of that try are in place.

    Raises:
        InputError: even in 32 bits the graphs do not find what the model finds: the export itself is wrong.
    """
    names = sorted({"f1", metric})
    wanted = {name: reference.get(name) for name in names}
    allowed = max(ALLOWED, 1.0 / max(1, reference.support))
    tried: dict[str, float] = {}
    for kept in LEVELS:
        quantise(kept)
        found = judge()
        got = {name: found.get(name) for name in names}
        parity = Parity(metric, wanted, got, len(gold), allowed, kept, tried)
        tried[", ".join(kept) or "nothing"] = parity.lost
        if parity.lost <= allowed:
            return parity
    losses = "; ".join(f"{name} in 32 bits: {lost:.4f}" for name, lost in tried.items())
    raise InputError(
        f"the exported graphs lose more than {allowed:.4f} on the development data however they are made ({losses})"
    )


def file_sizes(folder: Path) -> dict[str, int]:
    """Return the sizes of a folder's graphs in bytes."""
    return {file.stem: file.stat().st_size for file in sorted(folder.glob("*.onnx"))}

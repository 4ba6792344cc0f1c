"""Promotion: a candidate is opened, compared with what serves on the gate set, and takes its place or is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import ConflictError, InputError
from nlp.data.example import Example
from nlp.evaluation.evaluate import predict
from nlp.registry.gate import LEAST_SUPPORT, MOST_FALL, Gate, Slice, keep, kept, parts_of, slices
from nlp.registry.history import Event
from nlp.registry.predictors import schema_of
from nlp.registry.registry import CURRENT, Registry
from nlp.registry.version import Version
from nlp.runtime.predictor import Predictor

Open = Callable[[Version, Sequence[Example]], Predictor]
"""Opens a version as it would serve, to be asked about labelled texts."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a gate set says of a candidate.

    Attributes:
        gate: The set's digest.
        candidate, serving: The versions that were compared.
        texts: Texts in the set.
        least: Gold instances from which on a slice is judged.
        slices: Scores.
    """

    gate: str
    candidate: str
    serving: str | None
    texts: int
    least: int
    slices: tuple[Slice, ...]

    @property
    def falls(self) -> tuple[Slice, ...]:
        """The slices that speak against the candidate."""
        return tuple(one for one in self.slices if one.falls)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "gate": self.gate, "candidate": self.candidate, "serving": self.serving, "texts": self.texts,
            "least_support": self.least, "most_fall": MOST_FALL, "refused": bool(self.falls),
            "slices": [one.as_json() for one in self.slices],
        }  # fmt: skip


class RefusedError(ConflictError):
    """The gate set speaks against a promotion.

    Args:
        verdict: What it says.
    """

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        worst = min(verdict.falls, key=lambda one: one.after - (one.before or 0.0))
        super().__init__(
            f"{verdict.candidate} is not promoted: F1 falls on {len(verdict.falls)} slice(s) of the gate set, most on "
            f"{worst.part}, {worst.name}, from {100 * (worst.before or 0.0):.1f} to {100 * worst.after:.1f} "
            f"({worst.support} instances); --force with --reason promotes it all the same"
        )


def compare(
    gate: Gate,
    candidate: Version,
    serving: Version | None,
    role: str,
    open_: Open,
    least: int = LEAST_SUPPORT,
    schema: Mapping[str, Any] | None = None,
) -> Verdict:
    """Score a candidate and what serves on a gate set.

    Args:
        gate: The set.
        candidate: What may be promoted.
        serving: What serves now; None where nothing does.
        role: As what they serve.
        open_: Opens them.
        least: Gold instances from which on a slice is judged.
        schema: The candidate's, where scoring must know it.
    """
    after = predict(open_(candidate, gate.examples), gate.examples, f"reading with {candidate.id}")
    before = None
    if serving is not None:
        before = predict(open_(serving, gate.examples), gate.examples, f"reading with {serving.id}")
    found: list[Slice] = []
    for part in parts_of(role, candidate.task, gate.examples):
        found += slices(gate, part, schema or {}, before, after, least)
    if not found:
        raise InputError(f"the gate set annotates nothing that a model for {role} can be scored on")
    return Verdict(gate.digest, candidate.id, serving.id if serving else None, len(gate.examples), least, tuple(found))


def promote(
    registry: Registry,
    version: Version,
    open_: Open,
    *,
    who: str,
    why: str = "",
    role: str = "",
    alias: str = CURRENT,
    gate: Path | None = None,
    forced: bool = False,
    least: int = LEAST_SUPPORT,
) -> tuple[Event, Verdict | None]:
    """Promote a version if the gate set of its role allows it.

    Args:
        registry: Where.
        version: Which.
        open_: Opens versions as they would serve.
        who: Who wants it.
        why: The reason.
        role: As what; the version's own role where empty.
        alias: Under which name.
        gate: A new gate set for the role; the one that was registered before where None.
        forced: Whether to promote against the gate; `why` must then say why.
        least: Gold instances from which on a slice is judged.

    Returns:
        The event, and what the gate set says; None where none is registered.

    Raises:
        RefusedError: a slice falls by more than `MOST_FALL`, and it is not forced.
        InputError: forced without a reason, or the version cannot be opened or cannot serve so.
        ConflictError: something else was promoted meanwhile.
    """
    if forced and not why.strip():
        raise InputError("to force a promotion say why: the reason is kept")
    role = role or version.role
    state = registry.state()
    serving = registry.serving(role, alias, state)
    digest = keep(registry.folder, gate) if gate is not None else state.gates.get(role, "")
    verdict = None
    if digest:
        schema = schema_of(registry, version)
        verdict = compare(kept(registry.folder, digest), version, serving, role, open_, least, schema)
    else:
        open_(version, ())  # what cannot be opened is not promoted
    if gate is not None and state.gates.get(role) != digest:
        registry.set_gate(role, digest, who=who, why=gate.name)
    if verdict is not None and verdict.falls and not forced:
        raise RefusedError(verdict)
    against = bool(verdict and verdict.falls)
    event = registry.promote(
        version, who=who, why=why, role=role, alias=alias, instead_of=serving, forced=forced and against,
        scores=verdict.as_json() if verdict else None,
    )  # fmt: skip
    return event, verdict

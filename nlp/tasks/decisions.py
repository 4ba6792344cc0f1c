"""What development data teach about a classifier's decisions: its temperature, thresholds, and what is outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.runtime.tasks.classify import RULES, Floats, decide, familiarity, logsumexp

FEWEST = 20  # texts that a temperature can be learnt from
TEMPERATURES = np.exp(np.linspace(np.log(0.2), np.log(5.0), 97))


def learn_temperature(logits: Floats, truths: Sequence[Sequence[str]], labels: Sequence[str], *, multi: bool) -> float:
    """Return the temperature under which the truth is most probable; 1 where too few texts have a known label.

    Source: Guo et al. 2017, On Calibration of Modern Neural Networks.
    """
    number = {name: index for index, name in enumerate(labels)}
    if multi:
        target = np.zeros(logits.shape, np.float64)
        for row, names in enumerate(truths):
            target[row, [number[name] for name in names if name in number]] = 1.0
        losses = [float(np.mean(np.logaddexp(0.0, logits / t) - target * logits / t)) for t in TEMPERATURES]
        return round(float(TEMPERATURES[int(np.argmin(losses))]), 4) if len(logits) >= FEWEST else 1.0
    rows = [row for row, names in enumerate(truths) if (names[0] if names else "") in number]
    if len(rows) < FEWEST:
        return 1.0
    kept = logits[rows]
    right = kept[np.arange(len(rows)), [number[truths[row][0] if truths[row] else ""] for row in rows]]
    losses = [float(np.mean(logsumexp(kept / t) - right / t)) for t in TEMPERATURES]
    return round(float(TEMPERATURES[int(np.argmin(losses))]), 4)


def learn_thresholds(logits: Floats, truths: Sequence[Sequence[str]], schema: Mapping[str, Any]) -> list[float]:
    """Return the threshold, the same for all labels, that gives the best micro F1.

    One for each label would be fitted to a handful of texts, and costs more on new ones than it gains here.
    """
    chances = 1.0 / (1.0 + np.exp(-logits / float(schema.get("temperature", 1.0))))
    labels = list(schema["labels"])
    truth = np.array([[name in names for name in labels] for names in truths])
    best, found = -1.0, 0.5
    for floor in np.linspace(0.05, 0.95, 91):
        said = chances >= floor
        f1 = 2.0 * float((said & truth).sum()) / max(float(said.sum() + truth.sum()), 1.0)
        if f1 > best + 1e-9:
            best, found = f1, float(floor)
    return [round(found, 3)] * len(labels)


def learn_outside(
    logits: Floats,
    nearness: Floats,
    truths: Sequence[str],
    schema: Mapping[str, Any],
    *,
    rule: str,
    name: str,
    weight: float,
    reject: float,
) -> dict[str, Any] | None:
    """Find the rule and the floor by which texts are outside of all labels.

    Args:
        logits: (texts, labels).
        nearness: (texts,).
        truths: Label of each text; "" for none.
        schema: Of the model, its temperature included.
        rule: One of `RULES`, or "auto": the best of them.
        name: Label of outside texts.
        weight: What recall of outside texts is worth against accuracy on the others.
        reject: Share of texts to treat as outside where none of these is.

    Returns:
        {"label", "rule", "floor"}; None where nothing tells and nothing is to be rejected.
    """
    labels = list(schema["labels"])
    given = schema.get("outside") or {}
    name = str(given.get("label", name if name in truths else ""))
    out = np.array([truth == name or truth not in labels for truth in truths])
    if not out.any() or out.all():
        if given or not reject:
            return None
        values = familiarity(logits, nearness, schema, "probability")
        return {"label": "", "rule": "probability", "floor": round(float(np.quantile(values, reject)), 6)}
    trial = {**schema, "outside": {"label": name, "rule": "probability", "floor": -np.inf}}
    guesses = [found[0].name for found in decide(logits, nearness, trial)]
    right = np.array([guess == truth for guess, truth in zip(guesses, truths, strict=True)])
    best: tuple[float, str, float] | None = None
    for candidate in RULES if rule == "auto" else (rule,):
        values = familiarity(logits, nearness, trial, candidate)
        worth, floor = _best_floor(values, out, right, weight)
        if best is None or worth > best[0]:
            best = worth, candidate, floor
    assert best is not None
    return {"label": name, "rule": best[1], "floor": best[2]}


def _best_floor(values: Floats, out: NDArray[np.bool_], right: NDArray[np.bool_], weight: float) -> tuple[float, float]:
    """Return what the best floor is worth (accuracy inside + weight x recall outside), and that floor."""
    order = np.argsort(values, kind="stable")
    kept = right[~out].sum() - np.concatenate([[0], np.cumsum((right & ~out)[order])])
    recalled = np.concatenate([[0], np.cumsum(out[order])])
    worth = kept / max((~out).sum(), 1) + weight * recalled / out.sum()
    at = int(worth.argmax())
    edges = np.concatenate([[values[order[0]] - 1.0], values[order], [values[order[-1]] + 1.0]]).astype(np.float64)
    return float(worth[at]), float((edges[at] + edges[at + 1]) / 2.0)

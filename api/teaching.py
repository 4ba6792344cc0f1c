"""Teaches the asker the graph of a data directory, and lets what it learnt serve."""

from __future__ import annotations

import getpass
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api.service import Service
from api.settings import Settings
from assistant.question_set import Question
from kg.types import Viewer


def teach_questions(
    settings: Settings, train: Sequence[Question], dev: Sequence[Question], name: str, *, force: bool, seed: int
) -> dict[str, Any]:
    """Fit the question encoder, keep it in the registry, and promote it where it is no worse.

    Args:
        settings: Which data directory; nobody else may have it open.
        train: Questions with answers.
        dev: Others.
        name: What the registry calls it.
        force: Promote it though it is worse.
        seed: Of what is drawn.

    Returns:
        `model`, `serves`, and the figures of `assistant.teach.fit.Fitted`.

    Raises:
        InputError: too few questions are answered by the graph.
        LockedError: another process has the data directory open.
    """
    from dataclasses import asdict

    from assistant.teach.fit import World, fit

    service = Service.open(settings)
    try:
        service.settle()
        world = World(service.graph, service.index, service.ontology(Viewer.all()), service.encoder)
        registry, before = service.questions.registry, service.questions.version()
        with tempfile.TemporaryDirectory(prefix="loregraph-") as made:
            fitted = fit(world, train, dev, service.questions.folder(), Path(made) / name, seed)
            who = getpass.getuser()
            version = registry.add(Path(made) / name, who=who, why=f"fitted to {fitted.reached} questions")
        better = fitted.after >= fitted.before
        if better or force:
            scores = {"before": fitted.before, "after": fitted.after}
            why = "answers at least as many development questions" if better else "forced"
            registry.promote(version, who=who, why=why, instead_of=before, forced=not better, scores=scores)
        return {"model": version.id, "serves": better or force, **asdict(fitted)}
    finally:
        service.close()

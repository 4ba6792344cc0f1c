"""What a run was started with, so that another one cannot go on from its state by mistake."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.errors import ConflictError
from nlp.data.example import Example
from nlp.training.checkpoint import LAST

FILE = "run.json"


def digest(examples: Sequence[Example]) -> str:
    """A hash of labelled texts and their order."""
    found = hashlib.sha256()
    for example in examples:
        plain = replace(example, annotated=None)  # a set has no order
        found.update(repr((plain, sorted(example.annotated or ()))).encode("utf-8", "backslashreplace"))
    return found.hexdigest()


def claim(folder: Path, identity: Mapping[str, Any], resume: bool) -> None:
    """Take a run's folder; what an unfinished run has learned there is neither lost nor mixed with another.

    Args:
        folder: Where the run keeps its state.
        identity: JSON values: what must be equal to go on.
        resume: Whether to go on with the run that is there; a new one is started where there is none.

    Raises:
        ConflictError: there is an unfinished run, or one that was started with something else.
    """
    file = folder / FILE
    if (folder / LAST).exists():
        if not resume:
            raise ConflictError(f"{folder.parent}: there is an unfinished run; go on with it (--resume) or remove it")
        known = json.loads(file.read_text(encoding="utf-8"))
        plain = json.loads(json.dumps(identity))
        if wrong := [name for name in plain if plain[name] != known.get(name)]:
            raise ConflictError(f"{folder.parent}: the run there was started with another {' and '.join(wrong)}")
        return
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(identity, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")

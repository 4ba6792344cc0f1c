"""The models that ship, as versions: they are always there, and the first that any alias can stand for."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from nlp.pretrained import default_encoder_folder, default_reader_folder, question_encoder_folder
from nlp.registry.version import ENCODER, EXTRACTOR, QUESTIONS, SHIPPED, Version, digest_of


@cache
def shipped() -> tuple[Version, ...]:
    """Every model that ships; their files are hashed once. The readers, one a language, are one version."""
    readers = hashlib.sha256("".join(digest_of(folder, {}) for folder in _readers()).encode()).hexdigest()
    encoder, questions = digest_of(default_encoder_folder(), {}), digest_of(question_encoder_folder(), {})
    return (
        Version(SHIPPED, readers, "reader", EXTRACTOR),
        Version(f"{SHIPPED}-encoder", encoder, "encoder", ENCODER),
        Version(f"{SHIPPED}-questions", questions, QUESTIONS, QUESTIONS),
    )


def shipped_folder(version: Version) -> Path:
    """Where a model that ships lies; of the readers the first."""
    if version.role == EXTRACTOR:
        return _readers()[0]
    return question_encoder_folder() if version.role == QUESTIONS else default_encoder_folder()


def shipped_as(role: str) -> Version | None:
    """The model that ships for a role, if one does."""
    return next((version for version in shipped() if version.role == role), None)


def _readers() -> list[Path]:
    first = default_reader_folder()
    return sorted(folder for folder in first.parent.glob(f"{first.name}*") if folder.is_dir())

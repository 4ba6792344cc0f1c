"""The models that ship, as versions: they are always there, and the first that any alias can stand for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from nlp.pretrained import default_encoder_folder, default_reader_folder
from nlp.registry.version import ENCODER, EXTRACTOR, SHIPPED, Version, digest_of

_FOLDERS: dict[str, tuple[str, Callable[[], Path]]] = {
    EXTRACTOR: (SHIPPED, default_reader_folder),
    ENCODER: (f"{SHIPPED}-encoder", default_encoder_folder),
}


@cache
def shipped() -> tuple[Version, ...]:
    """Every model that ships; their files are hashed once."""
    tasks = {EXTRACTOR: "reader", ENCODER: "encoder"}
    return tuple(Version(name, digest_of(folder(), {}), tasks[role], role) for role, (name, folder) in _FOLDERS.items())


def shipped_folder(version: Version) -> Path:
    """Where a model that ships lies."""
    return _FOLDERS[version.role][1]()


def shipped_as(role: str) -> Version | None:
    """The model that ships for a role, if one does."""
    return next((version for version in shipped() if version.role == role), None)

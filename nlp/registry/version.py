"""A version of a model: what it is, and a digest of all that decides what it predicts."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import InputError
from nlp.runtime.predictor import CONFIG
from nlp.runtime.session import check_folder, load_json

SHIPPED = "shipped"
EXTRACTOR = "extractor"
ENCODER = "encoder"
QUESTIONS = "questions"
_EXTRACTORS = frozenset({"joint", "entities", "described", "relations", "reader", "spacy"})
BUILT_IN = ("pairs", "answer", "generate", "coreference", QUESTIONS)  # tasks whose models serve as what they are
_NAME = re.compile(r"[^\W_][\w.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Version:
    """A model that the registry knows.

    Attributes:
        name: What it is called; several versions share it.
        digest: SHA-256 over its files and its label map.
        task: What it was trained for; "reader" is a joint reader like the one that ships, "spacy" a spaCy pipeline.
        role: What it may serve as: "extractor", "encoder", "classifier:NAME" or its task.
        reference: "spacy:NAME_OR_FOLDER" or "package:MODULE/FOLDER" where it is not a copy of the registry's own.
        labels: From its labels to names of the ontology, as whoever added it said; an empty name leaves a label out.
        scores: What its folder says of its scores.
        added_at: ISO 8601; empty for what ships.
    """

    name: str
    digest: str
    task: str
    role: str
    reference: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    scores: Mapping[str, Any] = field(default_factory=dict)
    added_at: str = ""

    @property
    def id(self) -> str:
        """Its name and twelve digits of its digest."""
        return f"{self.name}@{self.digest[:12]}"

    @property
    def shipped(self) -> bool:
        """Whether it came with the program."""
        return self.name.partition("-")[0] == SHIPPED

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"id": self.id, **asdict(self)}


def role_of(task: str, name: str) -> str:
    """What a model of a task serves as."""
    if task in _EXTRACTORS:
        return EXTRACTOR
    return f"classifier:{name}" if task == "classify" else task


def checked_name(name: str) -> str:
    """Return a name that a user chose.

    Raises:
        InputError: it is none, or is kept for the models that ship.
    """
    if not _NAME.fullmatch(name):
        raise InputError(f"{name!r} is no name for a model: a letter or digit, then letters, digits or any of ._-")
    if name.partition("-")[0] == SHIPPED:
        raise InputError(f"names that begin with {SHIPPED!r} are kept for the models that ship: --name gives another")
    return name


def checked_role(role: str, alias: str = "") -> None:
    """Check a role and an alias that a user wrote.

    Raises:
        InputError: no model could serve so.
    """
    kind, colon, name = role.partition(":")
    known = {EXTRACTOR, ENCODER, "classifier", *BUILT_IN}
    if kind not in known or bool(colon) != (kind == "classifier") or (colon and not _NAME.fullmatch(name)):
        raise InputError(f"{role!r} is no role: extractor, encoder, classifier:NAME, or one of {', '.join(BUILT_IN)}")
    if alias and not _NAME.fullmatch(alias):
        raise InputError(f"{alias!r} is no alias: a letter or digit, then letters, digits or any of ._-")


def digest_of(folder: Path, labels: Mapping[str, str]) -> str:
    """Hash the files of a folder, by path, and a label map."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            part = hashlib.file_digest(file, "sha256").hexdigest()
        whole.update(f"{path.relative_to(folder).as_posix()}\x1f{part}\x1e".encode())
    whole.update(json.dumps(sorted(labels.items())).encode() if labels else b"")
    return whole.hexdigest()


def read_task(folder: Path) -> tuple[str, dict[str, Any]]:
    """Look what a model folder holds.

    Returns:
        Its task and the scores that it carries.

    Raises:
        NotFoundError: there is no such folder.
        InputError: it is not a model of ours, or holds what may not be loaded.
    """
    root = check_folder(folder)
    if (root / CONFIG).is_file():
        config = load_json(root / CONFIG)
        if config.get("format") != 1 or not isinstance(config.get("task"), str):
            raise InputError(f"{folder / CONFIG}: not of a format that is known here")
        return config["task"], dict(config.get("scores") or {})
    config = load_json(root / "config.json") if (root / "config.json").is_file() else {}
    if "settings" in config and "decision" in config:
        return "reader", {}
    if config.get("task") == QUESTIONS:
        return QUESTIONS, dict(config.get("scores") or {})
    raise InputError(f"{folder} is no model folder: it holds neither {CONFIG} nor the configuration of a reader")

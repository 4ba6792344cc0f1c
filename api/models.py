"""What the command line and HTTP say of models, and how versions are opened to be judged: as they would serve here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.readers import Readers
from api.settings import Settings
from kg.errors import InputError
from kg.ontology import BUSINESS, Ontology
from nlp.data.example import Example
from nlp.registry.history import Event
from nlp.registry.predictors import AsServed, alone
from nlp.registry.promotion import Open
from nlp.registry.registry import Registry, State
from nlp.registry.shipped import shipped
from nlp.registry.version import EXTRACTOR, Version
from nlp.runtime.predictor import Predictor


def readers_of(settings: Settings) -> Readers:
    """Readers over a data directory that nobody need have opened."""
    own = Ontology.load(BUSINESS, *settings.ontologies)
    return Readers(settings, lambda: own)


def opener(readers: Readers, role: str) -> Open:
    """How versions are opened to be judged for a role: extractors with all that runs beside them."""

    def opened(version: Version, examples: Sequence[Example]) -> Predictor:
        if role != EXTRACTOR:
            return alone(readers.registry, version)
        return AsServed(readers.serving(version).extractor, examples, readers.own_ontology, version.labels)

    return opened


def listed(registry: Registry) -> dict[str, Any]:
    """Every version, with the aliases that stand for it."""
    state = registry.state()
    known = [*shipped(), *state.versions.values()]
    return {"models": [_version(registry, state, version) for version in known]}


def shown(registry: Registry, wanted: str) -> dict[str, Any]:
    """One version with its history.

    Raises:
        NotFoundError: there is none.
    """
    state = registry.state()
    version = registry.find(wanted, state)
    about = [event for event in registry.history() if _is_about(event, version)]
    return {
        **_version(registry, state, version),
        "digest": version.digest,
        "labels": dict(version.labels),
        "scores": dict(version.scores),
        "history": [told(event) for event in about],
    }


def told(event: Event) -> dict[str, Any]:
    """Say an event in JSON."""
    data = {key: value for key, value in event.data.items() if key != "version" or isinstance(value, str)}
    if isinstance(event.data.get("version"), Mapping):
        data["version"] = event.data["version"]["id"]
    return {"at": event.at, "who": event.who, "kind": event.kind, "why": event.why, **data}


def label_map(pairs: Sequence[str]) -> dict[str, str]:
    """Read "LABEL=NAME" pairs; nothing after the sign leaves a label out.

    Raises:
        InputError: not of this form.
    """
    found = {}
    for pair in pairs:
        label, sign, name = pair.partition("=")
        if not sign or not label:
            raise InputError(f"{pair!r} is not LABEL=NAME")
        found[label] = name
    return found


def _version(registry: Registry, state: State, version: Version) -> dict[str, Any]:
    aliases = {(version.role, "current")} if version.shipped else set()
    standing = [
        f"{role}/{alias}"
        for role, alias in sorted(aliases | set(state.aliases))
        if (found := registry.serving(role, alias, state)) is not None and found.id == version.id
    ]
    return {
        "id": version.id,
        "name": version.name,
        "task": version.task,
        "role": version.role,
        "aliases": standing,
        "source": version.reference or ("shipped" if version.shipped else "copy"),
        "added_at": version.added_at,
        "f1": _f1(version.scores),
    }


def _f1(scores: Mapping[str, Any]) -> float | None:
    """The F1 that a model's folder states, of its test set before its development set."""
    for part in ("test", "dev"):
        inside = scores.get(part)
        if isinstance(inside, Mapping) and isinstance(inside.get("f1"), int | float):
            return float(inside["f1"])
    return float(scores["f1"]) if isinstance(scores.get("f1"), int | float) else None


def _is_about(event: Event, version: Version) -> bool:
    data = event.data
    inside = data.get("version")
    named = inside["id"] if isinstance(inside, Mapping) else inside
    return version.id in (named, data.get("previous"))

"""The registry: versions of models, and aliases that say which of them serves.

Everything that it knows follows from its history; see `nlp.registry.history` for what a kill leaves behind.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import ConflictError, InputError, NotFoundError
from nlp.registry.copying import copy_folder, remove_folder
from nlp.registry.history import Event, History, Stamp
from nlp.registry.references import PACKAGE, SPACY, folder_of, is_reference, reference_digest
from nlp.registry.shipped import shipped, shipped_as, shipped_folder
from nlp.registry.version import SHIPPED, Version, checked_name, checked_role, digest_of, read_task, role_of

CURRENT = "current"


@dataclass(slots=True)
class State:
    """What a history amounts to.

    Attributes:
        versions: Those that were added, by id.
        aliases: By role and alias the ids that it stood for, the present one last.
        changes: By role and alias the event that set it last.
        gates: By role the digest of its gate set.
    """

    versions: dict[str, Version] = field(default_factory=dict)
    aliases: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    changes: dict[tuple[str, str], Event] = field(default_factory=dict)
    gates: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Sequence[Event]) -> State:
        """Go through a history from its beginning."""
        state = cls()
        for event in events:
            data = event.data
            if event.kind == "add":
                kept = {key: value for key, value in data["version"].items() if key not in ("id", "added_at")}
                version = Version(**kept, added_at=event.at)
                state.versions[version.id] = version
            elif event.kind == "gate":
                state.gates[data["role"]] = data["gate"]
            elif event.kind in ("promote", "rollback"):
                key = data["role"], data["alias"]
                stood = state.aliases.setdefault(key, [])
                if event.kind == "promote":
                    stood.append(data["version"])
                elif stood:
                    stood.pop()
                state.changes[key] = event
        return state


class Registry:
    """The models of one data directory. Any number of processes may use it at once.

    Args:
        folder: Where it is kept; need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._history = History(folder)

    # --- asking ---

    def stamp(self) -> Stamp | None:
        """What differs after every change; asking for it costs no more than a look at a file's length."""
        return self._history.stamp()

    def history(self) -> list[Event]:
        """Everything that was done, oldest first."""
        return self._history.events()

    def state(self) -> State:
        """What stands now."""
        return State.of(self._history.events())

    def versions(self) -> list[Version]:
        """The models that ship, then those that were added, oldest first."""
        return [*shipped(), *self.state().versions.values()]

    def find(self, wanted: str, state: State | None = None) -> Version:
        """Find a version by its id, by its name (the newest), or as "ROLE/ALIAS".

        Raises:
            NotFoundError: there is none.
        """
        state = state or self.state()
        if wanted in state.versions:
            return state.versions[wanted]
        role, slash, alias = wanted.rpartition("/")
        if slash:
            if (found := self.serving(role, alias, state)) is not None:
                return found
            raise NotFoundError(f"nothing stands under the alias {wanted!r}")
        name, _, digits = wanted.partition("@")
        known = [*shipped(), *state.versions.values()]
        fitting = [version for version in known if version.name == name and version.digest.startswith(digits)]
        if not fitting and name.partition("-")[0] == SHIPPED:  # another version of the program shipped another model
            fitting = [version for version in shipped() if version.name == name]
        if not fitting:
            raise NotFoundError(f"no model {wanted!r}; there are {', '.join(version.id for version in known)}")
        return fitting[-1]

    def knows(self, wanted: str) -> bool:
        """Whether `find` finds it."""
        try:
            self.find(wanted)
        except NotFoundError:
            return False
        return True

    def serving(self, role: str, alias: str = CURRENT, state: State | None = None) -> Version | None:
        """The version that an alias stands for; `current` is what ships where nothing else was promoted."""
        state = state or self.state()
        stood = state.aliases.get((role, alias), [])
        if stood:
            return self.find(stood[-1], state)
        return shipped_as(role) if alias == CURRENT else None

    def path(self, version: Version) -> Path:
        """The folder of a version's files, unchanged since it was added.

        Raises:
            InputError: it is a spaCy pipeline, which has none of its own, or its files were changed.
            NotFoundError: its files are gone.
        """
        if version.shipped:
            return shipped_folder(version)
        if version.reference.startswith(SPACY):
            raise InputError(f"{version.id} is a spaCy pipeline: it has no folder of its own")
        package = version.reference.startswith(PACKAGE)
        folder = folder_of(version.reference) if package else self.folder / "versions" / version.id
        if not folder.is_dir():
            raise NotFoundError(f"the files of {version.id} are gone from {folder}")
        if digest_of(folder, version.labels) != version.digest:
            raise InputError(f"the files of {version.id} in {folder} are not those that were added: add them again")
        return folder

    # --- changing ---

    def add(
        self, source: str | Path, *, who: str, name: str = "", labels: Mapping[str, str] | None = None, why: str = ""
    ) -> Version:
        """Add a model; adding the same again gives the same version.

        Args:
            source: A model folder, which is copied, or "spacy:NAME_OR_FOLDER" or "package:MODULE/FOLDER".
            who: Who adds it.
            name: What to call it; the folder's or pipeline's own name where empty.
            labels: From its labels to names of the ontology; an empty name leaves a label out.
            why: What is worth knowing.

        Raises:
            NotFoundError: there is no such folder, package or pipeline.
            InputError: it is no model, holds what may not be loaded, or the name cannot be had.
            LockedError: another process changes the registry for long.
        """
        labels, text = dict(labels or {}), str(source)
        reference = text if is_reference(text) else ""
        if reference.startswith(SPACY) and os.path.isdir(reference.removeprefix(SPACY)):
            reference = SPACY + os.path.abspath(reference.removeprefix(SPACY))
        own = reference.partition(":")[2].rstrip("/").rpartition("/")[2] if reference else Path(source).resolve().name
        name = checked_name(name or own)
        if reference.startswith(SPACY):
            task, digest = "spacy", reference_digest(reference, labels)
            scores: dict[str, Any] = {}
        else:
            folder = folder_of(reference) if reference else Path(source)
            (task, scores), digest = read_task(folder), digest_of(folder, labels)
        with self._history.changing() as events:
            state = State.of(events)
            version = Version(name, digest, task, role_of(task, name), reference, labels, scores)
            if version.id in state.versions:
                return state.versions[version.id]
            if not reference:
                self._keep(Path(source), version)
            self._history.append("add", who, why, {"version": version.as_json()})
        return self.find(version.id)

    def _keep(self, source: Path, version: Version) -> None:
        target = self.folder / "versions" / version.id
        if target.exists():  # a kill came between the copy and its event
            if digest_of(target, version.labels) == version.digest:
                return
            remove_folder(target)
        copy_folder(source, target)
        if digest_of(target, version.labels) != version.digest:
            remove_folder(target)
            raise ConflictError(f"{source} changed while it was copied: add it again")

    def promote(
        self,
        version: Version,
        *,
        who: str,
        why: str = "",
        role: str = "",
        alias: str = CURRENT,
        instead_of: Version | None = None,
        forced: bool = False,
        scores: Mapping[str, Any] | None = None,
    ) -> Event:
        """Let an alias stand for a version. Whether it may is for `nlp.registry.promotion` to say.

        Args:
            version: The version.
            who: Who decided it.
            why: The reason.
            role: As what; the version's own role where empty.
            alias: Which name.
            instead_of: What must stand under the alias: what `scores` were compared with.
            forced: Whether it was done against the gate.
            scores: What the gate found.

        Raises:
            ConflictError: something else stands there by now.
            InputError: a model of this task cannot serve so.
            LockedError: another process changes the registry for long.
        """
        role = role or version.role
        checked_role(role, alias)
        if role.partition(":")[0] != version.role.partition(":")[0]:
            raise InputError(f"{version.id} is for {version.role}: it cannot serve as {role}")
        with self._history.changing() as events:
            state = State.of(events)
            stands = self.serving(role, alias, state)
            if instead_of is not None and (stands is None or stands.id != instead_of.id):
                standing = stands.id if stands else "nothing"
                raise ConflictError(f"{role}/{alias} is {standing} by now, not {instead_of.id}: compare again")
            data = {
                "role": role, "alias": alias, "version": version.id, "previous": stands.id if stands else None,
                "forced": forced, "scores": dict(scores) if scores else None,
            }  # fmt: skip
            return self._history.append("promote", who, why, data)

    def rollback(self, role: str, *, who: str, why: str = "", alias: str = CURRENT) -> tuple[Event, Version | None]:
        """Let an alias stand for what it stood for before.

        Returns:
            The event, and what the alias stands for now.

        Raises:
            ConflictError: it never stood for anything else.
        """
        with self._history.changing() as events:
            state = State.of(events)
            stood = state.aliases.get((role, alias), [])
            if not stood:
                raise ConflictError(f"nothing was promoted as {role}/{alias} that could be taken back")
            before = self.find(stood[-2], state) if len(stood) > 1 else (shipped_as(role) if alias == CURRENT else None)
            data = {
                "role": role, "alias": alias, "version": before.id if before else None, "previous": stood[-1],
            }  # fmt: skip
            return self._history.append("rollback", who, why, data), before

    def set_gate(self, role: str, digest: str, *, who: str, why: str = "") -> Event:
        """Let a gate set, which `nlp.registry.gate` has kept, judge what is promoted to a role.

        Raises:
            InputError: there is no such role.
        """
        checked_role(role)
        with self._history.changing():
            return self._history.append("gate", who, why, {"role": role, "gate": digest})

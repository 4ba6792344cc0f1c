"""Who reads documents: what is promoted in the data directory's registry, beside the readers that the settings name."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

from api.settings import Settings
from kg.errors import LoregraphError, UnavailableError
from kg.ingest.reader import Reader
from kg.ontology import Ontology
from nlp.registry.history import Event, Stamp
from nlp.registry.registry import CURRENT, Registry, State
from nlp.registry.version import EXTRACTOR, Version
from nlp.serving import Served, labels_of, serve


class Readers:
    """Makes readers, and follows what is promoted without being told.

    Args:
        settings: Which readers run beside the promoted one, and the user's dictionary.
        ontology: Gives the ontology without what a model's labels add.
    """

    def __init__(self, settings: Settings, ontology: Callable[[], Ontology]) -> None:
        self.registry = Registry(settings.models_path)
        self._settings = settings
        self._ontology = ontology
        self._guard = threading.Lock()
        self._seen: tuple[Stamp | None, State] | None = None
        self._made: tuple[tuple[object, ...], Reader] | None = None  # with what it was made of
        self._parts: dict[str, Ontology | None] = {}

    @property
    def own_ontology(self) -> Ontology:
        """The ontology without what a model's labels add."""
        return self._ontology()

    def serving(self, version: Version | None) -> Served:
        """What a version would be as the promoted one; what is promoted now does not matter.

        Raises:
            InputError, NotFoundError: as `nlp.serving.serve`.
        """
        settings = self._settings
        threads = settings.threads or os.cpu_count() or 1
        return serve(
            self.registry, version, self._ontology(),
            reader=settings.reader, dictionary=settings.dictionary, threads=threads,
        )  # fmt: skip

    def change(self) -> str | None:
        """The id of the last promotion of an extractor, or of its taking back; None while there was none."""
        event = self._change(self._state())
        return event.id if event else None

    def current(self) -> Reader:
        """Who reads now. Whoever holds an earlier one can use it to the end.

        Raises:
            UnavailableError: what is promoted cannot be opened.
        """
        with self._guard:
            state = self._state()
            event = self._change(state)
            made_of = (event.id if event else None, *self._dictionary())
            if self._made is None or self._made[0] != made_of:
                self._made = made_of, self._open(self.registry.serving(EXTRACTOR, CURRENT, state) if event else None)
            return self._made[1]

    def parts(self, *, former: bool) -> tuple[Ontology, ...]:
        """What the labels of the promoted extractor add to the ontology.

        Args:
            former: Whether those of extractors that it replaced are needed too: not all was read again yet.
        """
        state = self._state()
        if self._change(state) is None:
            return ()
        serving = self.registry.serving(EXTRACTOR, CURRENT, state)
        wanted = {serving.id: serving} if serving else {}
        if former:
            for event in self.registry.history():
                if event.kind == "promote" and (event.data["role"], event.data["alias"]) == (EXTRACTOR, CURRENT):
                    wanted |= {event.data["version"]: self.registry.find(event.data["version"], state)}
        for key, version in wanted.items():
            if key not in self._parts:
                try:
                    self._parts[key] = labels_of(self.registry, version, self._ontology())
                except LoregraphError:
                    if not former:
                        raise
                    self._parts[key] = None  # its files are gone, and with them the words
        return tuple(part for key in sorted(wanted) if (part := self._parts[key]) is not None)

    def _open(self, version: Version | None) -> Reader:
        own = self._ontology()
        if version is None:
            return Reader(self.serving(None).extractor, own, own)
        try:
            served = self.serving(version)
        except LoregraphError as error:
            raise UnavailableError(
                f"the promoted extractor {version.id} cannot be opened ({error}); `loregraph models rollback` brings "
                "back the one before"
            ) from error
        whole = own if served.ontology is None else Ontology.merged((own, served.ontology))
        return Reader(served.extractor, whole, own)

    def _dictionary(self) -> tuple[int, ...]:
        """What differs when the dictionary was changed."""
        try:
            stat = self._settings.dictionary.stat() if self._settings.dictionary else None
        except OSError:  # to be told when it is read
            return (-1,)
        return (stat.st_mtime_ns, stat.st_size) if stat else ()

    def _state(self) -> State:
        stamp = self.registry.stamp()
        seen = self._seen
        if seen is None or seen[0] != stamp:
            seen = self._seen = stamp, self.registry.state()
        return seen[1]

    @staticmethod
    def _change(state: State) -> Event | None:
        return state.changes.get((EXTRACTOR, CURRENT))

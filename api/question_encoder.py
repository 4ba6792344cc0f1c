"""The encoder that compares questions with forms: what is promoted in the data directory, else what ships."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from api.settings import Settings
from kg.ports import Encoder
from nlp.registry.history import Stamp
from nlp.registry.registry import Registry
from nlp.registry.version import QUESTIONS, Version


class QuestionEncoders:
    """Opens the encoder, and follows what is promoted without being told.

    Args:
        settings: Where the registry is, and how many threads there are.
    """

    def __init__(self, settings: Settings) -> None:
        self.registry = Registry(settings.models_path)
        self._threads = settings.threads or os.cpu_count() or 2
        self._guard = threading.Lock()
        self._seen: tuple[Stamp | None, str, Encoder] | None = None

    def version(self) -> Version:
        """What serves now."""
        found = self.registry.serving(QUESTIONS)
        assert found is not None  # one ships
        return found

    def folder(self) -> Path:
        """Where what serves now lies."""
        return self.registry.path(self.version())

    def current(self) -> Encoder:
        """The encoder that serves now; whoever holds an earlier one can use it to the end."""
        with self._guard:
            stamp = self.registry.stamp()
            if self._seen is not None and self._seen[0] == stamp:
                return self._seen[2]
            version = self.version()
            if self._seen is not None and self._seen[1] == version.id:
                self._seen = (stamp, version.id, self._seen[2])
                return self._seen[2]
            from nlp.runtime.encoder import OnnxEncoder

            encoder = OnnxEncoder(self.registry.path(version), threads=self._threads)
            self._seen = (stamp, version.id, encoder)
            return encoder

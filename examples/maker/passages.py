"""KnowledgeNet's fold 3 as a source of sentences about companies and people."""

from __future__ import annotations

import json
from pathlib import Path

FOLD = 3  # never trained on, so that the examples stay unseen by every model that ships


class Passages:
    """The passages of one fold, by document and in the order of the document."""

    def __init__(self, path: Path) -> None:
        """Read the fold.

        Args:
            path: KnowledgeNet's JSON lines.
        """
        self._texts: dict[int, list[tuple[int, str]]] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["fold"] == FOLD:
                self._texts.setdefault(row["documentId"], []).append((row["passageStart"], row["text"].strip()))

    def get(self, reference: str) -> list[str]:
        """Return passages by reference.

        Args:
            reference: A document id, optionally with the positions wanted: `7063` or `7063:0,2`.

        Returns:
            The passages' texts, in the order of the document.

        Raises:
            KeyError: The fold has no such document.
            IndexError: The document has no such passage.
        """
        document, _, positions = reference.partition(":")
        texts = [text for _, text in sorted(self._texts[int(document)])]
        return [texts[int(position)] for position in positions.split(",")] if positions else texts

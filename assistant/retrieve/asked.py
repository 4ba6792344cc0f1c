"""A question as retrieval needs it: its vector, what it names, and the words that are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import yaml
from numpy.typing import NDArray

from assistant.ask.language import Language, language_of, tokens
from assistant.ask.relate import ENCODED
from kg.ports import Encoder

BEFORE, AFTER = 6, 3
"""Words on either side of a name that say what it is there: "directed by", "the director of ... is"."""

ROOT = 5
"""Letters of a stem that are compared."""


def cased(question: str) -> bool:
    """Whether a question writes names with capitals: some word but the first begins with one."""
    return any(token.text[0].isupper() for token in tokens(question)[1:])


@cache
def _clues() -> dict[str, list[str]]:
    text = files("assistant.retrieve").joinpath("clues.yaml").read_text(encoding="utf-8")
    found: dict[str, list[str]] = yaml.safe_load(text)
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A question.

    Attributes:
        text: The question.
        language: Its language.
        vector: Its meaning; None in a language that the encoder does not understand.
    """

    text: str
    language: Language
    vector: NDArray[np.float32] | None

    @classmethod
    def read(cls, text: str, encoder: Encoder) -> Asked:
        """Encode a question.

        Args:
            text: The question.
            encoder: For its meaning.
        """
        language = language_of(text)
        return cls(text, language, encoder.encode([text])[0] if language.code in ENCODED else None)

    def left(self, named: Sequence[tuple[int, int]]) -> frozenset[str]:
        """The stems of its content words outside of some stretches, and of words that tell the same.

        Args:
            named: Stretches (start, end) that names cover.
        """
        speech = self.language
        found = set()
        for token in tokens(self.text):
            word = token.text.lower()
            if not word[0].isalnum() or any(start <= token.start < end for start, end in named):
                continue
            if word not in speech.stop and word not in speech.light and (word,) not in speech.asks:
                found |= {self._root(clue) for clue in (word, *_clues().get(word, ()))}
        return frozenset(found)

    def beside(self, text: str, start: int, end: int, wanted: frozenset[str]) -> float:
        """How far a name in a passage stands beside words that the question asks for: 0 to 1.

        Args:
            text: The passage.
            start: Where the name begins.
            end: Where it ends.
            wanted: Stems.
        """
        before = [token.text for token in tokens(text[max(0, start - 12 * BEFORE) : start])][-BEFORE:]
        after = [token.text for token in tokens(text[end : end + 12 * AFTER])][:AFTER]
        said = {self._root(word) for word in before} & wanted, {self._root(word) for word in after} & wanted
        return min(2.0, len(said[0]) + 0.3 * len(said[1])) / 2.0

    def _root(self, word: str) -> str:
        """What words of one family begin with: "director" and "directed"."""
        return self.language.stem(word)[:ROOT]

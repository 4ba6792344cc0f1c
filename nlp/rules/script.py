"""Which of the two writing systems a text is in, and blank spaCy pipelines for both."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Generic, TypeVar

HAN = re.compile(r"[\u3400-\u9fff]")
_MOST_STRINGS = 500_000

Made = TypeVar("Made")


def language_of(text: str) -> str:
    """Return "zh" where at least a tenth of the characters are Chinese, else "en"."""
    return "en" if text.isascii() or len(HAN.findall(text)) * 10 < len(text) else "zh"


class Pipelines(Generic[Made]):
    """What is built on a blank spaCy pipeline, one a language, made when first asked for.

    A blank pipeline is a tokenizer and a vocabulary; in "zh" every character is a token, since no segmenter is always
    right. The vocabulary keeps every string it ever met: one that has met half a million is begun anew, so that memory
    has a bound.

    Args:
        build: Makes it, given the pipeline and its language.
    """

    def __init__(self, build: Callable[[Any, str], Made]) -> None:
        self._build = build
        self._made: dict[str, tuple[Made, Any, int]] = {}  # with the vocabulary's strings and how many they may become

    def __getitem__(self, language: str) -> Made:
        """What was built for "en" or "zh"."""
        if language not in self._made or len(self._made[language][1]) > self._made[language][2]:
            import spacy

            pipeline = spacy.blank(language)
            pipeline.max_length = 10**9  # the limit protects parsers, and there is none
            made, strings = self._build(pipeline, language), pipeline.vocab.strings
            self._made[language] = made, strings, len(strings) + _MOST_STRINGS
        return self._made[language][0]

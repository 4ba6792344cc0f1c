"""Which of the two writing systems a text is in, and blank spaCy pipelines for both."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_HAN = re.compile(r"[\u3400-\u9fff]")
_MOST_STRINGS = 500_000


def language_of(text: str) -> str:
    """Return "zh" where at least a tenth of the characters are Chinese, else "en"."""
    return "en" if text.isascii() or len(_HAN.findall(text)) * 10 < len(text) else "zh"


class Pipelines:
    """spaCy pipelines that begin with nothing but a tokenizer, one a language, made when first asked for.

    In "zh" every character is a token, since no segmenter is always right. A vocabulary keeps every string it ever met;
    a pipeline that has met half a million is made anew, so that memory has a bound and the tokenizer's cache its use.

    Args:
        build: Adds components to a blank pipeline of the given language.
    """

    def __init__(self, build: Callable[[Any, str], None]) -> None:
        self._build = build
        self._made: dict[str, tuple[Any, int]] = {}  # with the most strings its vocabulary may come to hold

    def __getitem__(self, language: str) -> Any:
        """The `spacy.Language` for "en" or "zh"."""
        pipeline, most = self._made.get(language, (None, 0))
        if pipeline is None or len(pipeline.vocab.strings) > most:
            import spacy

            pipeline = spacy.blank(language)
            pipeline.max_length = 10**9  # the limit protects parsers, and there is none
            self._build(pipeline, language)
            self._made[language] = pipeline, len(pipeline.vocab.strings) + _MOST_STRINGS
        return pipeline

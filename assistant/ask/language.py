"""A language as the asker needs it: closed-class words, sentences of answers, tokens and stems.

One YAML file a language (`languages/en.yaml`); nothing in it is about a domain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "languages"
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LETTER = r"(?:(?![\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff])[^\W_])"
_TOKEN = re.compile(
    rf"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|['’]s?(?!\w)|\d+(?:[,.]\d+)+%?|{_LETTER}+(?:(?:['’](?!s\b)|[.&-]){_LETTER}+)*|[^\w\s]"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a question, or one Chinese character, with its place in the text."""

    text: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Cut a text into words, numbers, marks and single Chinese characters."""
    return [Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]


@dataclass(frozen=True, eq=False)
class Language:
    """One language's words.

    Attributes:
        code: "en" or "zh".
        words: The file as it stands.
    """

    code: str
    words: Mapping[str, Any]
    _tables: dict[str, dict[tuple[str, ...], Any]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def spaced(self) -> bool:
        """Whether words are separated by spaces."""
        return self.code != "zh"

    @cached_property
    def stop(self) -> frozenset[str]:
        """Words that carry nothing."""
        return frozenset(self.words["stop"])

    @cached_property
    def light(self) -> frozenset[str]:
        """Words that carry direction and little else."""
        return frozenset(self.words["light"])

    @cached_property
    def asks(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Question words, cut into tokens, with the labels of the types that they ask for."""
        return {self.cut(word): tuple(labels) for word, labels in self.words["asks"].items()}

    @cached_property
    def irregular(self) -> dict[str, str]:
        """Words with stems that no rule gives."""
        return dict(self.words["irregular"])

    def phrases(self, key: str) -> dict[tuple[str, ...], Any]:
        """A table of the file by phrases cut into tokens, the longest first."""
        if key not in self._tables:
            table = self.words[key]
            pairs = table.items() if isinstance(table, dict) else [(word, True) for word in table]
            found = {self.cut(str(word)): value for word, value in pairs}
            self._tables[key] = dict(sorted(found.items(), key=lambda pair: -len(pair[0])))
        return self._tables[key]

    @cached_property
    def possessive(self) -> frozenset[str]:
        """What joins an owner to a noun: 's, 的."""
        return frozenset(self.words["possessive"])

    @cached_property
    def comparisons(self) -> dict[tuple[str, ...], str]:
        """Comparing phrases, cut into tokens, with their operator; the longest first."""
        found = {self.cut(word): sign for sign, words in self.words["compare"].items() for word in words}
        return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))

    @cached_property
    def glossary(self) -> dict[str, str]:
        """What labels of another language are called in this one."""
        return dict(self.words.get("glossary", {}))

    @cached_property
    def synonyms(self) -> dict[str, tuple[str, ...]]:
        """Words that mean the same as one, for a label that is one of them."""
        groups = self.words.get("synonyms", ())
        return {word: tuple(other for other in group if other != word) for group in groups for word in group}

    def expanded(self, label: str) -> str:
        """A column's name with its abbreviations written out: "trans amt" is "transaction amount"."""
        short = self.words.get("abbreviations", {})
        return " ".join(str(short.get(part, part)) for part in label.split())

    def translated(self, label: str) -> str | None:
        """What a label of another language is called in this one, as a whole or word by word."""
        if label in self.glossary:
            return self.glossary[label]
        parts = [self.glossary.get(part) for part in label.split()]
        return "".join(part for part in parts if part) if len(parts) > 1 and all(parts) else None

    def cut(self, phrase: str) -> tuple[str, ...]:
        """Cut a phrase into lower-case tokens."""
        return tuple(token.text.lower() for token in tokens(phrase))

    def stem(self, word: str) -> str:
        """Return a word's stem, so that "founders" and "founded" meet."""
        return _stem(self, word.lower()) if self.spaced else word.lower()

    def say(self, key: str, **parts: object) -> str:
        """Fill a sentence of the answers."""
        return str(self.words["answer"][key]).format(**parts)

    def form(self, key: str, **parts: object) -> str:
        """Fill the words for a logical form."""
        return str(self.words["form"][key]).format(**parts)

    def join(self, parts: Sequence[str]) -> str:
        """Join a list as this language does."""
        if len(parts) < 2:
            return "".join(parts)
        comma, last = self.words["answer"]["comma"], self.words["answer"]["and"]
        return str(comma.join(parts[:-1]) + last + parts[-1])


@cache
def language(code: str) -> Language:
    """Load a language; English where there is no file for it."""
    file = _FOLDER / f"{code}.yaml"
    if not file.exists():
        return language("en")
    return Language(code, yaml.safe_load(file.read_text(encoding="utf-8")))


def language_of(text: str) -> Language:
    """Guess the language of a question: Chinese where Chinese characters stand in it, else English."""
    return language("zh" if HAN.search(text) else "en")


def _stemmer() -> Any:
    import snowballstemmer  # type: ignore[import-untyped,unused-ignore]

    return snowballstemmer.stemmer("english")  # a new one each time: it keeps its word in itself, and threads share us


@lru_cache(maxsize=50_000)
def _stem(language: Language, word: str) -> str:
    return language.irregular.get(word) or str(_stemmer().stemWord(word))

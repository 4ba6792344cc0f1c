"""The joint reader: mentions, relations and coreference of whole documents, on onnxruntime."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from kg.errors import InputError
from kg.types import Link, Page, Reading, Span, SpanKind, Value
from kg.values import parse_date
from nlp.rules.script import language_of
from nlp.runtime.antecedents import choose
from nlp.runtime.network import OnnxNetwork
from nlp.runtime.reading import Found, Settings, read
from nlp.runtime.session import check_folder, load_json, load_tokenizer
from nlp.runtime.settle import settle

_VALUES = frozenset({"Date"})


@dataclass(frozen=True, slots=True)
class Decision:
    """From which probability on something is reported, and how logits become probabilities.

    Attributes:
        mention: Least score of a name.
        link: Least probability of a relation.
        same: Least probability that two mentions are the same.
        link_temperature: Divisor of the relations' logits, fitted on development data.
        same_temperature: Divisor of the coreference logits.
        link_shift: What is added to a relation's divided logit, fitted with the divisor.
    """

    mention: float
    link: float
    same: float
    link_temperature: float
    same_temperature: float
    link_shift: float = 0.0

    def likely(self, logit: float) -> float:
        """Calibrated probability of a relation."""
        return probability(logit, self.link_temperature, self.link_shift)

    @property
    def floor(self) -> float:
        """Least logit of a relation that is reported."""
        least = min(max(self.link, 1e-6), 1.0 - 1e-6)
        return self.link_temperature * (math.log(least / (1.0 - least)) - self.link_shift)


class JointReader:
    """Reads documents; implements `kg.ports.Extractor`.

    Each document is read on its own, several at a time on as many threads, so that what is found in one never depends
    on what is read beside it, nor on the number of threads.

    Args:
        folder: A model folder: three graphs, tokenizer.json, config.json.
        threads: Documents that are read at a time.
        when_needed: Whether to open the graphs only when there is something to read.

    Raises:
        NotFoundError: there is no such folder.
        InputError: the folder holds something that may not be loaded, or its files are broken.
    """

    def __init__(self, folder: Path, threads: int = 2, *, when_needed: bool = False) -> None:
        root = self._root = check_folder(folder)
        config = load_json(root / "config.json")
        try:
            self.name: str = config["name"]
            self.settings = settings_from(config["settings"])
            self.decision = Decision(**config["decision"])
            self.languages: tuple[str, ...] = tuple(config.get("languages", ("en",)))
        except (KeyError, TypeError) as error:
            raise InputError(f"config.json: not the configuration of a reader: {error}") from error
        self._threads = max(1, threads)
        self._opening = threading.Lock()
        self._opened: tuple[Tokenizer, OnnxNetwork] | None = None
        if not when_needed:
            self.open()

    def open(self) -> tuple[Tokenizer, OnnxNetwork]:
        """Open tokenizer and graphs, unless they are open."""
        with self._opening:
            if self._opened is None:
                self._opened = load_tokenizer(self._root / "tokenizer.json"), OnnxNetwork(self._root, 1)
            return self._opened

    def read(self, pages: Sequence[Page]) -> list[Reading]:
        """Read documents.

        Args:
            pages: Texts with their passages. Table rows are left to structured loaders; headings give mentions alone.

        Returns:
            A reading for each, in order; offsets are into the page's text.
        """
        if self._threads == 1 or len(pages) < 2:
            return [self._read(page) for page in pages]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._read, pages))

    def _read(self, page: Page) -> Reading:
        # What it was not trained on it would not pass over: it would take every Chinese character for a name.
        legible = [chunk for chunk in page.chunks if language_of(page.text[chunk.start : chunk.end]) in self.languages]
        if not legible:
            return Reading()
        page = Page(page.text, tuple(legible))
        found = read(page, *self.open(), self.settings, self.decision.floor)
        return assemble(found, page, self)


def settings_from(values: dict[str, Any]) -> Settings:
    """Build settings from JSON, where tuples are lists.

    Raises:
        TypeError: a setting is unknown or missing.
    """
    known = {field.name for field in fields(Settings)}
    if unknown := sorted(values.keys() - known):
        raise TypeError(f"unknown settings: {', '.join(unknown)}")

    def frozen(value: Any) -> Any:
        return tuple(frozen(v) for v in value) if isinstance(value, list) else value

    return Settings(**{name: frozen(value) for name, value in values.items()})


def probability(logit: float, temperature: float, shift: float = 0.0) -> float:
    """Calibrated probability of a logit, rounded: the last bits mean nothing."""
    return round(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit / temperature + shift)))), 4)


def assemble(found: Found, page: Page, reader: JointReader) -> Reading:
    """Turn raw scores into a reading: what is above the thresholds, and the mentions that this needs."""
    settings, decision = reader.settings, reader.decision
    settled = settle(found, settings, decision.floor)
    links = [
        ((unit, head), (unit, tail), settings.relations[relation], decision.likely(logit))
        for unit, head, tail, relation, logit in settled.links
    ]
    same = choose(found, decision.same, lambda logit: probability(logit, decision.same_temperature))
    used = {key for link in links for key in link[:2]} | {key for pair in same for key in pair[:2]}
    spans: list[Span] = []
    index: dict[tuple[int, int], int] = {}
    for number, (unit, members) in enumerate(zip(found.units, found.spans, strict=True)):
        for place, span in enumerate(members):
            key = (number, place)
            # A pronoun without a relation or an antecedent tells nothing.
            if key not in used and (span.kind is not SpanKind.NAME or span.score < decision.mention):
                continue
            start, end = unit.start + unit.pieces.starts[span.first], unit.start + unit.pieces.ends[span.last]
            type_ = settings.types[settled.types.get(key, span.type)]
            kind = SpanKind.VALUE if type_ in _VALUES else span.kind
            text = page.text[start:end]
            value = (parse_date(text) or Value(type_, text)) if kind is SpanKind.VALUE else None
            index[key] = len(spans)
            spans.append(Span(start, end, type_, round(span.score, 4), kind, value, reader.name))
    return Reading(
        tuple(spans),
        tuple(Link(index[a], index[b], relation, p, extractor=reader.name) for a, b, relation, p in links),
        tuple((index[a], index[b], p) for a, b, p in same),
    )

"""Answers questions from passages alone: follows a plan from what the question names, one reading a step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.reading.plan import Plan, plan
from assistant.reading.relations import Relation, relations
from assistant.reading.steps import Steps, Thing, Value
from assistant.reading.values import as_country, as_nationality, before, date_of, days, equal
from assistant.retrieve.asked import cased
from assistant.retrieve.retriever import Retriever
from kg.fusion.normalise import words
from kg.ports import AnswerReader, ChunkIndex, Passage
from kg.types import Viewer

READ = 5
"""Passages read where a question is asked as it stands."""
UNNAMED = 0.3
"""What an answer's chance counts whose passage does not say every name of the question."""
UNFOLLOWED = 0.5
"""What it counts for each step of a plan that could not be followed."""
_NAME = re.compile(r"[^\W\d_a-z]\w*(?:['’.-]\w+)*")


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer read from passages.

    Attributes:
        text: The answer.
        chance: How likely it is right: the product over its steps.
        values: What was read, step by step, each with its passage.
    """

    text: str
    chance: float
    values: tuple[Value, ...]


class PassageAnswerer:
    """Answers from passages, as a viewer may see them.

    Args:
        chunks: Titles and openings.
        retriever: Passages for a question.
        reader: Reads answers.
    """

    def __init__(self, chunks: ChunkIndex, retriever: Retriever, reader: AnswerReader) -> None:
        self._chunks = chunks
        self._retriever = retriever
        self._steps = Steps(chunks, retriever, reader)

    def answer(self, question: str, viewer: Viewer) -> Reading | None:
        """Read an answer.

        Args:
            question: In English.
            viewer: Who asks: only passages that he may see are read.

        Returns:
            The likeliest answer however unlikely, or None where nothing was found to read.
        """
        (named,) = self._chunks.titles([question], viewer, cased=cased(question))
        wanted = plan(question, [(start, end) for start, end, _ in named])
        things = [
            Thing(question[start:end], documents)
            for (start, end), (_, _, documents) in zip(wanted.names, named, strict=True)
        ]
        found: Reading | None = None
        if wanted.compare is not None and len(things) > 1:
            found = self._compare(wanted, things[:2], viewer)
        elif wanted.steps and things:
            found = self._follow(things[0], wanted.steps, viewer)
        return found or self._plain(question, wanted, viewer)

    def _follow(self, thing: Thing, steps: Sequence[Relation], viewer: Viewer) -> Reading | None:
        """Read step after step, each from the passage that the last led to."""
        values: list[Value] = []
        for number, step in enumerate(steps):
            value = self._steps.value(thing, step, viewer, leads=number + 1 < len(steps))
            if value is None:
                return None
            values.append(value)
            if number + 1 < len(steps):
                thing = self._steps.thing(value, viewer)
        chance = 1.0
        for value in values:
            chance *= value.chance
        text = values[-1].text
        if steps[-1].gives == "country":
            text = as_country(text)
        elif steps[-1].gives == "nation":
            text = as_nationality(text)
        return Reading(text, chance, tuple(values))

    def _compare(self, wanted: Plan, things: Sequence[Thing], viewer: Viewer) -> Reading | None:
        """Read the same of two things, and compare."""
        if wanted.compare == "lifespan":
            return self._longer(wanted, things, viewer)
        read = [self._follow(thing, wanted.steps, viewer) for thing in things]
        one, other = read
        if one is None or other is None:
            return None
        chance, values = one.chance * other.chance, (*one.values, *other.values)
        if wanted.compare == "same":
            return Reading("yes" if equal(one.text, other.text) else "no", chance, values)
        dates = date_of(one.text), date_of(other.text)
        if dates[0] is None or dates[1] is None:
            return None
        earlier = before(dates[0], dates[1])
        if earlier is None:
            return None
        return Reading(things[0 if earlier == (wanted.compare == "least") else 1].name, chance, values)

    def _longer(self, wanted: Plan, things: Sequence[Thing], viewer: Viewer) -> Reading | None:
        known = relations().by_name
        spans: list[int] = []
        values: list[Value] = []
        chance = 1.0
        for thing in things:
            years = []
            for name in ("date_of_birth", "date_of_death"):
                read = self._follow(thing, (*wanted.steps, known[name]), viewer)
                date = date_of(read.text) if read else None
                if read is None or date is None:
                    return None
                values += read.values
                chance *= read.chance
                years.append(days(date))
            spans.append(years[1] - years[0])
        return Reading(things[0 if spans[0] > spans[1] else 1].name, chance, tuple(values))

    def _plain(self, question: str, wanted: Plan, viewer: Viewer) -> Reading | None:
        """Ask the question as it stands of the passages that retrieval finds."""
        passages = self._retriever.find(question, viewer, READ)
        last = wanted.steps[-1] if wanted.steps and wanted.compare is None else None
        names = {word for name in _NAME.findall(question)[1:] for word in words(name)}
        values = [
            value if names <= _said(value.passage) else replace(value, chance=UNNAMED * value.chance)
            for value in self._steps.read([question], passages, last)
        ]
        value = max(values, key=lambda value: value.chance, default=None)
        if value is None:
            return None
        # What takes several steps is seldom told in one place.
        steps = len(wanted.steps) + (wanted.compare is not None)
        return Reading(value.text, value.chance * UNFOLLOWED ** max(0, steps - 1), (value,))


def _said(passage: Passage) -> set[str]:
    return {*words(passage.title), *words(passage.text)}

"""Questions that follow others: "and who founded it?" is read with what was asked and answered before.

Nothing is remembered between calls: the earlier questions come with each one and are asked again as the viewer may see
them now, so that a dialogue shows nobody what a single question would not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.ask.asker import Asker
from assistant.ask.language import HAN, Language, language
from assistant.ask.understand import Session
from kg.ontology import Ontology
from kg.types import Answer, Viewer

MOST = 4
"""Earlier questions that are read, the last ones."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something that a dialogue is about."""

    text: str
    type: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it.

    Attributes:
        question: As it was read.
        asked: What it names, in its order.
        answered: What the answer gave.
    """

    question: str
    asked: tuple[Spoken, ...]
    answered: tuple[Spoken, ...]


class Dialogue:
    """Answers questions that follow others.

    Args:
        asker: Answers single questions.
    """

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    def ask(self, question: str, viewer: Viewer, history: Sequence[str] = ()) -> Answer:
        """Answer a question.

        Args:
            question: As `Asker.ask` takes it; "it", "she", "there" or a name alone may point back.
            viewer: Who asks.
            history: The questions asked before it, the earliest first.

        Returns:
            The answer; its trace says under `read_as` how a question was read that pointed back.

        Raises:
            InputError, UnavailableError: as `Asker.ask`; of earlier questions too.
        """
        turns: list[Turn] = []
        for earlier in list(history)[-MOST:]:
            text = self._read(earlier, viewer, turns)
            session, answer = self._asker.understood(text, viewer), self._asker.ask(text, viewer)
            turns.append(Turn(text, _named(session), _given(answer)))
        text = self._read(question, viewer, turns)
        answer = self._asker.ask(text, viewer)
        return answer if text == question else replace(answer, trace={"read_as": text, **answer.trace})

    def _read(self, question: str, viewer: Viewer, turns: Sequence[Turn]) -> str:
        if not turns:
            return question
        session = self._asker.understood(question, viewer)
        speech = language("zh" if HAN.search(question) else "en")
        names = [(name.start, name.end) for name in session.links.names]
        return pointed_back(question, names, turns, speech, session.ontology)


def pointed_back(
    question: str, names: Sequence[tuple[int, int]], turns: Sequence[Turn], speech: Language, ontology: Ontology
) -> str:
    """Say a question with names in place of the words that point back.

    Args:
        question: The question.
        names: Where its own names stand.
        turns: What went before.
        speech: Its language.
        ontology: Tells people from places and things.

    Returns:
        The question itself where nothing points back, or to nothing.
    """
    words = speech.words["dialogue"]
    again = _again(question, names, turns, words["again"])
    if again is not None:
        return again
    for kind in ("person", "thing", "place", "any"):
        for owned in (True, False):
            for pronoun in words[f"{kind}_own" if owned else kind]:
                edge = r"\b" if speech.spaced else ""
                found = re.search(rf"{edge}{re.escape(pronoun)}{edge}", question, re.IGNORECASE)
                if found is None or any(start < found.start() for start, _ in names):
                    continue
                meant = _meant(kind, turns, ontology)
                if meant is None:
                    continue
                owns = owned or (pronoun in words["either"] and re.match(r"\s+\w", question[found.end() :]))
                name = f"{meant.text}'s" if owns and speech.spaced else meant.text
                return question[: found.start()] + name + question[found.end() :]
    return question


def _again(
    question: str, names: Sequence[tuple[int, int]], turns: Sequence[Turn], openers: Sequence[str]
) -> str | None:
    """The last question about another name: "and Microsoft?", "what about Google?"."""
    last = turns[-1]
    if len(names) != 1 or not last.asked:
        return None
    (start, end), old = names[0], last.asked[0].text
    rest = (question[:start] + question[end:]).lower().strip(" ?？,，.。!")
    if rest not in {opener.lower() for opener in openers} or old not in last.question:
        return None
    return last.question.replace(old, question[start:end], 1)


def _meant(kind: str, turns: Sequence[Turn], ontology: Ontology) -> Spoken | None:
    """What a pronoun points to: of people the one answered last, of things and places what was asked about."""
    for turn in reversed(turns):
        single: tuple[Spoken, ...] = turn.answered if len(turn.answered) == 1 else ()
        order: tuple[Spoken, ...] = (*single, *turn.asked) if kind in ("person", "place") else (*turn.asked, *single)
        for spoken in order:
            if _fits(spoken.type, kind, ontology):
                return spoken
    return None


def _fits(name: str, kind: str, ontology: Ontology) -> bool:
    if name not in ontology.types or ontology.type(name).value:
        return False
    person = "Person" in ontology.types and ontology.is_a(name, "Person")
    place = "Location" in ontology.types and ontology.is_a(name, "Location")
    return {"person": person, "place": place, "thing": not person, "any": True}[kind]


def _named(session: Session) -> tuple[Spoken, ...]:
    return tuple(Spoken(name.text, name.entities[0].type) for name in session.links.names if name.entities)


def _given(answer: Answer) -> tuple[Spoken, ...]:
    return () if answer.abstained else tuple(Spoken(str(row[0]), str(row[1])) for row in answer.rows if len(row) > 1)

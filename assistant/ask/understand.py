"""What a question may mean, before anything is looked up: its names, and ranked forms."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.ask.combine import combined, placed
from assistant.ask.form import Form
from assistant.ask.language import language
from assistant.ask.lexicon import Lexicon
from assistant.ask.link import Links, link
from assistant.ask.literals import Literal, literals
from assistant.ask.parse import Candidate, parse
from assistant.ask.profile import Profile, Profiles
from assistant.ask.question import Question, Slot, read
from assistant.ask.relate import Relater
from assistant.ask.say import say
from assistant.ask.walked import by_likeness
from kg.ontology import Ontology
from kg.ports import GraphStore, NameIndex
from kg.types import Viewer

EQUAL = 0.96
"""Trust in a name from which on it equals one."""
INSTEAD = 0.8
"""Trust in the text of an attribute where an entity is called the same."""
LEAST = 0.3
"""Forms below this chance are not run: the asker abstains rather than guess."""


@dataclass
class Session:
    """One question on its way to its answer.

    Attributes:
        question: In its likeliest reading.
        candidates: What it may mean, the likeliest first.
        trace: What the answer will tell of all this.
    """

    text: str
    viewer: Viewer
    started: float
    ontology: Ontology
    links: Links
    lexicon: Lexicon
    question: Question
    candidates: list[Candidate]
    trace: dict[str, Any] = field(default_factory=dict)

    def took(self) -> float:
        """Milliseconds since the question came."""
        return round((time.perf_counter() - self.started) * 1000, 1)


def understand(
    text: str, viewer: Viewer, names: NameIndex, relater: Relater, graph: GraphStore, profiles: Profiles
) -> Session:
    """Link the names of a question and rank the forms that it may mean.

    Args:
        text: The question, its white space normalised.
        viewer: Who asks.
        names: Which entities a name stands for.
        relater: Scores relations; brings the ontology.
        graph: Which attributes hold the texts that no name is.
        profiles: What the graph holds as a whole.
    """
    started = time.perf_counter()
    lexicons = {code: relater.lexicon(language(code)) for code in ("en", "zh")}
    links = link(text, names, viewer, lexicons)
    held = literals(text, lexicons[links.language.code], graph, viewer)
    profile = profiles.of(viewer)
    links, question, ranked = _read(text, links, held, lexicons, relater, profile)
    if not links.names and not (ranked and ranked[0].score >= LEAST):
        deeper = link(text, names, viewer, lexicons, deeply=True)
        if deeper.names:
            links, question, ranked = _read(text, deeper, held, lexicons, relater, profile)
    lexicon = lexicons[links.language.code]
    session = Session(text, viewer, started, relater.ontology, links, lexicon, question, ranked)
    session.trace.update(
        language=links.language.code,
        mentions=[
            {
                "text": name.text,
                "candidates": [
                    {"id": e.entity_id, "name": e.name, "type": e.type, "score": round(e.score, 3)}
                    for e in name.entities[:8]
                ],
            }
            for name in links.names
        ],
        unknown=list(links.unknown),
        forms=[{"form": say(candidate.form, lexicon), "score": round(candidate.score, 3)} for candidate in ranked[:8]],
    )
    return session


def _read(
    text: str,
    links: Links,
    held: Sequence[Literal],
    lexicons: dict[str, Lexicon],
    relater: Relater,
    profile: Profile,
) -> tuple[Links, Question, list[Candidate]]:
    """Rank the forms of every reading of the names; the question is that of the likeliest reading."""
    lexicon = lexicons[links.language.code]
    questions = []
    for slots in links.readings():
        questions += [read(text, some, lexicon, texts) for some, texts in _choices(slots, held)]
    best: dict[Form, Candidate] = {}
    for question in questions:
        for candidate in parse(question, relater):
            known = best.get(candidate.form)
            if known is None or candidate.score > known.score:
                best[candidate.form] = candidate
    comparer = relater.comparer(lexicon.language)
    if comparer is None:
        ranked = sorted(best.values(), key=lambda candidate: (-candidate.score, repr(candidate.form)))
    else:
        best = placed(best, questions[0].wanted, relater.ontology, profile)
        ranked = combined(best, by_likeness(questions, lexicon, comparer, profile), comparer.chance)
    return links, questions[0], ranked


def _choices(slots: Sequence[Slot], held: Sequence[Literal]) -> Iterator[tuple[Sequence[Slot], Sequence[Literal]]]:
    """Names alone; names with the texts beside them; texts in place of the names that they overlap.

    A name that is only like one gives way to a text that is equal.
    """
    equal = [slot for slot in slots if slot.score >= EQUAL or not any(_overlap(slot, one) for one in held)]
    if len(equal) == len(slots):
        yield slots, ()
    slots = equal
    beside = [one for one in held if not any(_overlap(slot, one) for slot in slots)]
    if beside:
        yield slots, beside
    if len(beside) < len(held):
        texts = [replace(one, score=INSTEAD) if one not in beside else one for one in held]
        yield [slot for slot in slots if not any(_overlap(slot, one) for one in held)], texts


def _overlap(slot: Slot, one: Literal) -> bool:
    return slot.start < one.end and one.start < slot.end

"""Answers questions from the graph: link names, read forms, run the likeliest, say what was found and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from assistant.ask import answer as wording
from assistant.ask.abstain import abstention
from assistant.ask.cite import citations
from assistant.ask.disagree import disagreement, told
from assistant.ask.form import Exists, Form, Holds, Named, Step, Things, all_parts, each, holds_all, namesakes
from assistant.ask.parse import Candidate
from assistant.ask.passages import quote
from assistant.ask.profile import Profiles
from assistant.ask.reading import KNOWN, READ, cited
from assistant.ask.relate import ENCODED, Relater
from assistant.ask.run import Found, Outcome, credible, run
from assistant.ask.say import say
from assistant.ask.understand import LEAST, Session, understand
from assistant.reading.answerer import PassageAnswerer
from kg.errors import InputError
from kg.ontology import Ontology
from kg.ports import ChunkIndex, Encoder, GraphStore, NameIndex, Sources
from kg.types import Answer, Viewer

LONGEST = 1_000
"""Most characters of a question."""
NEAR = 0.6
"""Where a form finds nothing, another is tried only if it is almost as likely: this share of the best score."""
SURE = 0.3
"""Least chance of an answer: that of its form times that of its facts, as far as the reader tells it."""
BUDGET = 8
"""Most forms run for one question."""


class Asker:
    """Answers from a graph, as a viewer may see it.

    Args:
        graph: Where forms run.
        names: Which entities a name stands for.
        chunks: Passages, for what the graph does not know.
        sources: From statements to quotes.
        encoder: Similarity of questions and relations.
        ontology: Gives the ontology as a viewer may see it; what is derived from one is kept while it gives the same.
        questions: Gives the encoder that was taught what questions and names of forms mean; without it rules alone
            read them.
        passages: Gives what reads answers from passages; without it they are quoted at most.
    """

    def __init__(
        self,
        graph: GraphStore,
        names: NameIndex,
        chunks: ChunkIndex,
        sources: Sources,
        encoder: Encoder,
        ontology: Callable[[Viewer], Ontology],
        questions: Callable[[], Encoder] | None = None,
        passages: Callable[[], PassageAnswerer] | None = None,
    ) -> None:
        self._graph = graph
        self._names = names
        self._chunks = chunks
        self._sources = sources
        self._encoder = encoder
        self._ontology = ontology
        self._questions = questions
        self._passages = passages
        self._profiles = Profiles(graph)
        self._relaters: dict[int, Relater] = {}

    def ask(self, question: str, viewer: Viewer) -> Answer:
        """Answer a question.

        Args:
            question: In English or Chinese.
            viewer: Who asks: only what he may read is used, named or counted.

        Returns:
            The answer with its rows (the first column holds the answer values), the Cypher that found them and quotes;
            or an abstention that says what was understood and not found.

        Raises:
            InputError: the question is empty or too long.
            UnavailableError: the graph does not answer.
        """
        session = self.understood(question, viewer)
        return self._answer(session) or self._read(session) or self._quote(session) or abstention(session)

    def understood(self, question: str, viewer: Viewer) -> Session:
        """Say what a question may mean, and look nothing up but its names.

        Args:
            question: In English or Chinese.
            viewer: Who asks.

        Raises:
            InputError: the question is empty or too long.
            UnavailableError: the graph does not answer.
        """
        text = " ".join(question.split())
        if not any(char.isalnum() for char in text):
            raise InputError("the question is empty")
        if len(text) > LONGEST:
            raise InputError(f"the question has {len(text)} characters; at most {LONGEST} are read")
        return understand(text, viewer, self._names, self._relater(viewer), self._graph, self._profiles)

    def warm(self, viewer: Viewer) -> None:
        """Encode the wordings of every relation ahead of the first question, as a service does when it starts."""
        self._relater(viewer).warm()

    # --- understanding ---

    def _relater(self, viewer: Viewer) -> Relater:
        ontology = self._ontology(viewer)
        questions = self._questions() if self._questions else None
        known = self._relaters.get(id(ontology))
        if known is None or known.ontology is not ontology or known.questions is not questions:
            known = Relater(ontology, self._encoder, questions)
            self._relaters = {**dict(list(self._relaters.items())[-7:]), id(ontology): known}
        return known

    # --- answering ---

    def _answer(self, session: Session) -> Answer | None:
        if not session.candidates:
            return None
        ontology, viewer = session.ontology, session.viewer
        best = session.candidates[0].score
        tried: list[dict[str, Any]] = []
        empty: list[Form] = []
        session.trace["tried"] = tried
        for candidate in session.candidates[:BUDGET]:
            if candidate.score < LEAST or candidate.score < NEAR * best:
                break
            if any(holds_all(form, candidate.form) for form in empty):
                continue  # it leaves out a part of what was asked and not found
            outcome = run(candidate.form, self._graph, ontology, viewer)
            tried.append(
                {
                    "form": say(candidate.form, session.lexicon),
                    "query": outcome.rendered.cypher,
                    "rows": len(outcome.found),
                }
            )
            found = self._conclude(session, candidate, outcome)
            if found is not None:
                return found
            if not _doubtful(candidate.form):
                empty.append(candidate.form)
        return None

    def _conclude(self, session: Session, candidate: Candidate, outcome: Outcome) -> Answer | None:
        """Make an answer of what a form gave, or None where it gave nothing to answer with."""
        form = candidate.form
        claims = disagreement(outcome, form, session.ontology)
        outcome = credible(outcome, form, session.ontology)
        if claims and candidate.score * claims[0].confidence >= SURE:
            return self._disputed(session, candidate, outcome, claims)
        if outcome.found and candidate.score * outcome.found[0].confidence >= SURE:
            text = self._separately(session, form) or wording.sentence(form, outcome, session.lexicon)
            rows = [("yes",)] if isinstance(form, Holds | Exists) else [_row(found) for found in outcome.found]
            return self._cited(session, candidate, outcome, outcome.found, text, rows)
        if isinstance(form, Holds):
            instead = run(Step(form.of, form.relation, form.inverse), self._graph, session.ontology, session.viewer)
            instead = credible(instead, form, session.ontology)
            if instead.found and candidate.score * instead.found[0].confidence >= SURE:
                text = wording.denial(form, instead.found, session.lexicon)
                doubtful = replace(candidate, score=candidate.score * _closed(session.ontology, form.relation))
                return self._cited(session, doubtful, instead, instead.found, text, [("no",)])
        return None

    def _disputed(
        self, session: Session, candidate: Candidate, outcome: Outcome, claims: Sequence[Found]
    ) -> Answer | None:
        """Answer with the best claim of several that contradict one another, and say all of them."""
        best = replace(outcome, found=tuple(claims[:1]))
        speech = session.lexicon.language
        disagree, session.trace["disagree"] = told(claims, speech, self._graph, self._sources, session.viewer)
        text = wording.sentence(candidate.form, best, session.lexicon) + (" " if speech.spaced else "") + disagree
        return self._cited(session, candidate, outcome, claims, text, [_row(claim) for claim in claims])

    def _separately(self, session: Session, form: Form) -> str | None:
        """Where a name stands for several entities and more than one has an answer, say each."""
        ids = namesakes(form)
        if not ids or not isinstance(form, Step):
            return None
        ontology = session.ontology
        answers: list[tuple[Form, Outcome]] = []
        for one in each(form, ids):
            outcome = run(one, self._graph, ontology, session.viewer)
            if outcome.found:
                answers.append((one, outcome))
        said = [
            tuple(sorted({wording.spoken(f, session.lexicon.language) for f in outcome.found}))
            for _, outcome in answers
        ]
        if len(set(said)) < 2:
            return None
        speech = session.lexicon.language
        name = _name(form)
        relation = session.lexicon.called(form.relation, form.inverse)
        parts = [
            speech.say(
                "namesake", type=session.lexicon.type_word(name.type), relation=relation, answers=speech.join(answer)
            )
            for answer in said
        ]
        semicolon = str(speech.words["answer"]["semicolon"])
        return speech.say("namesakes", count=len(said), name=name.name, each=semicolon.join(parts))

    def _cited(
        self,
        session: Session,
        candidate: Candidate,
        outcome: Outcome,
        found: Sequence[Found],
        text: str,
        rows: Sequence[tuple[str, ...]],
    ) -> Answer | None:
        quotes = citations(found, outcome, self._graph, self._sources, session.viewer)
        if not quotes:  # no citation, no answer
            return None
        edges = found[0].confidence if found else 1.0
        session.trace.update(
            form=say(candidate.form, session.lexicon),
            milliseconds=session.took(),
        )
        confidence = max(0.0, min(1.0, candidate.score * edges))
        return Answer(
            text, tuple(rows), outcome.rendered.cypher, tuple(quotes), round(confidence, 4), False, session.trace
        )

    def _read(self, session: Session) -> Answer | None:
        """An answer read from passages in place of a fact."""
        if self._passages is None or session.lexicon.language.code not in ENCODED:
            return None
        found = self._passages().answer(session.question.text, session.viewer)
        known = bool(session.candidates) and session.candidates[0].score >= LEAST
        if found is None or found.chance < (KNOWN if known else READ):
            return None
        quotes = cited(found)
        session.trace.update(
            read=[{"value": v.text, "chance": round(v.chance, 3), "title": v.passage.title} for v in found.values],
            milliseconds=session.took(),
        )
        text = session.lexicon.language.say("read", answer=found.text, quote=quotes[0].quote)
        return Answer(text, ((found.text,),), "", quotes, round(found.chance, 4), False, session.trace)

    def _quote(self, session: Session) -> Answer | None:
        """A passage in place of a fact."""
        known = bool(session.candidates) and session.candidates[0].score >= LEAST
        found = quote(
            session.question, self._chunks, self._encoder, session.viewer, known=known, unknown=session.links.unknown
        )
        if found is None:
            return None
        session.trace.update(passage=round(found.score, 3), milliseconds=session.took())
        text = session.lexicon.language.say("passage", quote=found.citation.quote)
        rows = ((found.citation.quote,),)
        return Answer(text, rows, "", (found.citation,), round(found.score / 2, 4), False, session.trace)


def _closed(ontology: Ontology, relation: str) -> float:
    """How far other values speak against one that is not there."""
    return 0.95 if ontology.relation(relation).functional else 0.6


def _doubtful(form: Form) -> bool:
    """Whether a form is about something that is written like any other word, so that the question may not name it."""
    names = [part.name for part in all_parts(form) if isinstance(part, Named)]
    return len(names) > 1 and any(name.islower() and " " not in name for name in names)


def _row(found: Found) -> tuple[str, ...]:
    return (found.text, found.type or found.kind, found.unit or "", f"{found.confidence:.3f}")


def _name(form: Things) -> Named:
    while isinstance(form, Step):
        form = form.of
    assert isinstance(form, Named)
    return form

"""Answers questions from the graph: link names, read forms, run the likeliest, say what was found and where."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.ask import answer as wording
from assistant.ask.form import Form, Holds, Named, Step, Things, say
from assistant.ask.language import language
from assistant.ask.lexicon import Lexicon
from assistant.ask.link import Links, link
from assistant.ask.parse import Candidate, parse
from assistant.ask.passages import Quote, quote
from assistant.ask.question import Question, read
from assistant.ask.relate import Relater
from assistant.ask.run import Found, Outcome, each, namesakes, run
from kg.errors import InputError
from kg.ontology import Ontology
from kg.ports import ChunkIndex, Encoder, GraphStore, NameIndex, Sources
from kg.types import Answer, Citation, Viewer

LONGEST = 1_000
"""Most characters of a question."""
LEAST = 0.4
"""Forms below this chance are not run: the asker abstains rather than guess."""
NEAR = 0.6
"""Where a form finds nothing, another is tried only if it is almost as likely: this share of the best score."""
BUDGET = 8
"""Most forms run for one question."""
CITED = 10
"""Most quotes of an answer."""


@dataclass
class _Session:
    """One question on its way to its answer; `trace` is what the answer will tell of it."""

    text: str
    viewer: Viewer
    started: float
    ontology: Ontology
    links: Links
    lexicon: Lexicon
    question: Question
    candidates: list[tuple[Question, Candidate]]
    trace: dict[str, Any] = field(default_factory=dict)


class Asker:
    """Answers from a graph, as a viewer may see it.

    Args:
        graph: Where forms run.
        names: Which entities a name stands for.
        chunks: Passages, for what the graph does not know.
        sources: From statements to quotes.
        encoder: Similarity of questions and relations.
        ontology: Gives the ontology as a viewer may see it; what is derived from one is kept while it gives the same.
    """

    def __init__(
        self,
        graph: GraphStore,
        names: NameIndex,
        chunks: ChunkIndex,
        sources: Sources,
        encoder: Encoder,
        ontology: Callable[[Viewer], Ontology],
    ) -> None:
        self._graph = graph
        self._names = names
        self._chunks = chunks
        self._sources = sources
        self._encoder = encoder
        self._ontology = ontology
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
        text = " ".join(question.split())
        if not any(char.isalnum() for char in text):
            raise InputError("the question is empty")
        if len(text) > LONGEST:
            raise InputError(f"the question has {len(text)} characters; at most {LONGEST} are read")
        session = self._understand(text, viewer)
        return self._answer(session) or self._quote(session) or self._abstain(session)

    def warm(self, viewer: Viewer) -> None:
        """Encode the wordings of every relation ahead of the first question, as a service does when it starts."""
        self._relater(viewer).warm()

    # --- understanding ---

    def _relater(self, viewer: Viewer) -> Relater:
        ontology = self._ontology(viewer)
        known = self._relaters.get(id(ontology))
        if known is None or known.ontology is not ontology:
            known = Relater(ontology, self._encoder)
            self._relaters = {**dict(list(self._relaters.items())[-7:]), id(ontology): known}
        return known

    def _understand(self, text: str, viewer: Viewer) -> _Session:
        started = time.perf_counter()
        relater = self._relater(viewer)
        lexicons = {code: relater.lexicon(language(code)) for code in ("en", "zh")}
        links = link(text, self._names, viewer, lexicons)
        lexicon = lexicons[links.language.code]
        best: dict[Form, tuple[Question, Candidate]] = {}
        first: Question | None = None
        for slots in links.readings():
            question = read(text, slots, lexicon)
            first = first or question
            for candidate in parse(question, relater):
                if candidate.score > (best[candidate.form][1].score if candidate.form in best else 0.0):
                    best[candidate.form] = (question, candidate)
        assert first is not None
        ranked = sorted(best.values(), key=lambda pair: (-pair[1].score, repr(pair[1].form)))
        session = _Session(text, viewer, started, relater.ontology, links, lexicon, first, ranked)
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
            forms=[
                {"form": say(candidate.form, relater.ontology, links.language.code), "score": round(candidate.score, 3)}
                for _, candidate in ranked[:8]
            ],
        )
        return session

    # --- answering ---

    def _answer(self, session: _Session) -> Answer | None:
        if not session.candidates:
            return None
        ontology, viewer = session.ontology, session.viewer
        best = session.candidates[0][1].score
        tried: list[dict[str, Any]] = []
        session.trace["tried"] = tried
        for _, candidate in session.candidates[:BUDGET]:
            if candidate.score < LEAST or candidate.score < NEAR * best:
                break
            outcome = run(candidate.form, self._graph, ontology, viewer)
            tried.append(
                {
                    "form": say(candidate.form, ontology, session.links.language.code),
                    "query": outcome.rendered.cypher,
                    "rows": len(outcome.found),
                }
            )
            found = self._conclude(session, candidate, outcome)
            if found is not None:
                return found
        return None

    def _conclude(self, session: _Session, candidate: Candidate, outcome: Outcome) -> Answer | None:
        """Make an answer of what a form gave, or None where it gave nothing to answer with."""
        form = candidate.form
        if outcome.found:
            text = self._separately(session, form) or wording.sentence(form, outcome, session.lexicon)
            rows = [("yes",)] if isinstance(form, Holds) else [_row(found) for found in outcome.found]
            return self._cited(session, candidate, outcome, outcome.found, text, rows)
        if isinstance(form, Holds):
            instead = run(Step(form.of, form.relation, form.inverse), self._graph, session.ontology, session.viewer)
            if instead.found:
                text = wording.denial(form, instead.found, session.lexicon)
                doubtful = replace(candidate, score=candidate.score * _closed(session.ontology, form.relation))
                return self._cited(session, doubtful, instead, instead.found, text, [("no",)])
        return None

    def _separately(self, session: _Session, form: Form) -> str | None:
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
        session: _Session,
        candidate: Candidate,
        outcome: Outcome,
        found: Sequence[Found],
        text: str,
        rows: Sequence[tuple[str, ...]],
    ) -> Answer | None:
        citations = self._citations(found, outcome, session.viewer)
        if not citations:  # no citation, no answer
            return None
        edges = found[0].confidence if found else 1.0
        session.trace.update(
            form=say(candidate.form, session.ontology, session.links.language.code),
            milliseconds=_milliseconds(session),
        )
        confidence = max(0.0, min(1.0, candidate.score * edges))
        return Answer(
            text, tuple(rows), outcome.rendered.cypher, tuple(citations), round(confidence, 4), False, session.trace
        )

    def _citations(self, found: Sequence[Found], outcome: Outcome, viewer: Viewer) -> list[Citation]:
        """Quotes of the statements, some of each row; passages that name a thing where its type alone was asked for."""
        wanted: list[str] = []
        for place in range(3):
            wanted += [each.sources[place] for each in found if place < len(each.sources)]
        citations = self._sources.cite(list(dict.fromkeys(wanted))[: 2 * CITED], viewer) if wanted else []
        if not citations:
            ids = [each.id for each in found if each.id] or [entity for _, entity in outcome.listed]
            citations = self._named_in(ids[:CITED], viewer)
        return list(dict.fromkeys(citations))[:CITED]

    def _named_in(self, ids: Sequence[str], viewer: Viewer) -> list[Citation]:
        """Passages that name entities, one for each."""
        if not ids:
            return []
        seen = "" if viewer.everything else " AND any(g IN c.groups WHERE g IN $groups)"
        result = self._graph.query(
            "UNWIND $ids AS id MATCH (n:Entity {id: id}) MATCH (c:Chunk)-[:MENTIONS]->(n) "
            f"WHERE c.id IS NOT NULL{seen} "
            "WITH id, min(c.id) AS chunk RETURN id, chunk",
            {"ids": list(ids), **({} if viewer.everything else {"groups": viewer.parameter})},
            limit=len(ids),
        )
        chunk_of = {row[0]: row[1] for row in result.rows}
        passages = self._sources.passages([chunk_of[entity] for entity in ids if entity in chunk_of], viewer)
        return [Citation(p.document_id, p.uri, p.external_id, p.title, p.start, p.end, p.text) for p in passages]

    # --- not answering ---

    def _quote(self, session: _Session) -> Answer | None:
        found: Quote | None = quote(session.question, self._chunks, self._encoder, session.viewer)
        if found is None:
            return None
        session.trace.update(passage=round(found.score, 3), milliseconds=_milliseconds(session))
        text = session.lexicon.language.say("passage", quote=found.citation.quote)
        return Answer(
            text, ((found.citation.quote,),), "", (found.citation,), round(found.score / 2, 4), False, session.trace
        )

    def _abstain(self, session: _Session) -> Answer:
        """Say what was understood, looked for and not found."""
        speech = session.links.language
        forms = session.candidates
        understood = forms and forms[0][1].score >= LEAST
        if understood:
            form = forms[0][1].form
            reason = "empty"
            described = wording.phrase(form, session.lexicon)
            text = speech.say("empty", form=described.removeprefix("the "))
        elif session.links.unknown:
            reason = "unknown_name"
            text = speech.say("unknown_name", names=speech.join([f"“{name}”" for name in session.links.unknown]))
        elif session.links.names:
            reason = "unknown_relation"
            near = ""
            if forms and isinstance(step := forms[0][1].form, Step):
                near = speech.say("near", label=session.lexicon.called(step.relation, step.inverse))
            names = speech.join([name.text for name in session.links.names])
            text = speech.say("unknown_relation", name=names, near=near)
        else:
            reason = "no_name"
            text = speech.say("no_name")
        session.trace.update(reason=reason, milliseconds=_milliseconds(session))
        queries = session.trace.get("tried", [])
        return Answer(text, (), queries[0]["query"] if queries else "", (), 0.0, True, session.trace)


def _closed(ontology: Ontology, relation: str) -> float:
    """How far other values speak against one that is not there."""
    return 0.95 if ontology.relation(relation).functional else 0.6


def _row(found: Found) -> tuple[str, ...]:
    return (found.text, found.type or found.kind, found.unit or "", f"{found.confidence:.3f}")


def _milliseconds(session: _Session) -> float:
    return round((time.perf_counter() - session.started) * 1000, 1)


def _name(form: Things) -> Named:
    while isinstance(form, Step):
        form = form.of
    assert isinstance(form, Named)
    return form

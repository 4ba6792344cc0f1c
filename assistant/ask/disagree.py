"""Where sources contradict one another: two objects of a relation of which a subject has one."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.ask.answer import spoken
from assistant.ask.form import Form, Named, Step
from assistant.ask.language import Language
from assistant.ask.run import MANY, Found, Outcome
from kg.ontology import Ontology
from kg.ports import GraphStore, Sources
from kg.types import Citation, Viewer

CITED = 3
"""Documents named for one of the claims."""


def disagreement(outcome: Outcome, form: Form, ontology: Ontology) -> tuple[Found, ...]:
    """Return what sources claim of one thing that has one answer, best first; nothing where they agree.

    Args:
        outcome: All that a form led to.
        form: The form.
        ontology: Which relations are functional.

    Returns:
        The claims that are credible beside the best one. A date and the same date said less precisely are one claim.
    """
    if not (isinstance(form, Step) and not form.inverse and isinstance(form.of, Named) and len(form.of.ids) == 1):
        return ()
    if not outcome.found or not ontology.relation(form.relation).functional:
        return ()
    claims: list[Found] = []
    for found in outcome.found:
        if found.confidence >= MANY * outcome.found[0].confidence and not any(_agree(found, one) for one in claims):
            claims.append(found)
    return tuple(claims) if len(claims) > 1 else ()


def _agree(left: Found, right: Found) -> bool:
    short, long = sorted((left.text, right.text), key=len)
    return short == long or (bool(left.kind) and long.startswith(short))


def told(
    claims: Sequence[Found], speech: Language, graph: GraphStore, sources: Sources, viewer: Viewer
) -> tuple[str, list[dict[str, object]]]:
    """Say who claims what, each with its documents and their dates.

    Args:
        claims: What `disagreement` returned.
        speech: The question's language.
        graph: Knows the documents' dates.
        sources: From statements to their documents.
        viewer: Who asks.

    Returns:
        A sentence, and the claims as a trace shows them.
    """
    cited = [sources.cite(list(claim.sources[:CITED]), viewer) for claim in claims]
    dates = _dates([quote for quotes in cited for quote in quotes], graph)
    parts, trace = [], []
    for claim, quotes in zip(claims, cited, strict=True):
        documents = dict(sorted({q.document_id: q for q in quotes}.items(), key=lambda item: item[1].external_id))
        order = sorted(documents, key=lambda key: dates.get(key, ""), reverse=True)  # the newest first
        titles = {key: documents[key].title for key in order}
        named = [f"{title}, {dates[key][:10]}" if key in dates else title for key, title in titles.items()]
        semicolon = str(speech.words["answer"]["semicolon"])
        parts.append(speech.say("claim", answer=spoken(claim, speech), sources=semicolon.join(named)))
        where = [{"external_id": documents[key].external_id, "date": dates.get(key)} for key in order]
        trace.append({"answer": claim.text, "confidence": round(claim.confidence, 4), "documents": where})
    return speech.say("disagree", each=speech.join(parts)), trace


def _dates(quotes: Sequence[Citation], graph: GraphStore) -> dict[str, str]:
    """The dates of documents that the viewer's quotes are from."""
    ids = sorted({quote.document_id for quote in quotes})
    query = "UNWIND $ids AS id MATCH (d:Document {id: id}) RETURN id, d.date"
    result = graph.query(query, {"ids": ids}, limit=len(ids)) if ids else None
    return {str(row[0]): str(row[1]) for row in result.rows if row[1]} if result else {}

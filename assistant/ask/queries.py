"""The queries that a question would be answered by, without running them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.ask import cypher, sparql
from assistant.ask.say import say
from assistant.ask.understand import Session


@dataclass(frozen=True, slots=True)
class Posed:
    """One reading of a question.

    Attributes:
        form: In words.
        score: The chance that it is meant.
        cypher: For the graph; it filters by what the asker may see.
        parameters: Of the Cypher.
        sparql: The same for the export in RDF.
    """

    form: str
    score: float
    cypher: str
    parameters: Mapping[str, Any]
    sparql: str


def posed(session: Session, *, n: int = 5) -> list[Posed]:
    """Write the queries of a question's readings.

    Args:
        session: What was understood.
        n: Most readings.

    Returns:
        The likeliest first; none where nothing was understood.
    """
    found = []
    for candidate in session.candidates[:n]:
        rendered = cypher.render(candidate.form, session.ontology, session.viewer)
        found.append(
            Posed(
                say(candidate.form, session.lexicon),
                round(candidate.score, 4),
                rendered.cypher,
                rendered.parameters,
                sparql.render(candidate.form, session.ontology),
            )
        )
    return found

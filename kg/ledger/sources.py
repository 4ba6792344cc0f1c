"""The ledger as the port `Sources`: from facts and chunks back to the documents' own words."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from kg.ledger import facts
from kg.ledger import schema as t
from kg.ledger.database import Ledger
from kg.ledger.visibility import visible
from kg.ports import Passage
from kg.types import Citation, Viewer


class LedgerSources:
    """Implements `kg.ports.Sources`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def cite(self, statement_ids: Sequence[str], viewer: Viewer) -> list[Citation]:
        """The sentences that visible statements rest on, in the order given."""
        with self._ledger.read() as connection:
            return facts.citations(connection, statement_ids, viewer)

    def passages(self, chunk_ids: Sequence[str], viewer: Viewer) -> list[Passage]:
        """Visible chunks, in the order given, score 0."""
        c, d = t.chunks.c, t.documents.c
        found: dict[str, Passage] = {}
        with self._ledger.read() as connection:
            for start in range(0, len(chunk_ids), 500):
                batch = list(chunk_ids[start : start + 500])
                query = (
                    select(
                        c.id, c.start, c.end, func.substr(d.text, c.start + 1, c.end - c.start).label("text"),
                        d.id.label("document"), d.external_id, d.uri, d.title,
                    )
                    .join(t.documents, d.id == c.document_id)
                    .where(c.id.in_(batch), visible(connection, viewer, d.readers))
                )  # fmt: skip
                for row in connection.execute(query):
                    found[row.id] = Passage(
                        row.document, row.external_id, row.uri, row.title, row.id, row.start, row.end, row.text, 0.0
                    )
        return [found[key] for key in chunk_ids if key in found]

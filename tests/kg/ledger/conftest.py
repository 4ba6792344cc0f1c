"""Small worlds: a few names, a few relations, documents that state some of them to some readers."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from kg.ingest.reading import make_entry
from kg.ledger.database import Ledger
from kg.ledger.entries import Entry, put, remove
from kg.ledger.fusing import fuse
from kg.ontology import Ontology
from kg.projection.everything import everything
from kg.projection.graph import slices
from kg.types import Chunk, Document, Link, Readers, Reading, Span, SpanKind, Value, Viewer

ONTOLOGY = Ontology.load()
NAMES = {
    "Person": ["Ada Lovelace", "Lovelace", "Charles Babbage", "Jane Smith", "J. Smith"],
    "Organization": ["Acme Corp", "Acme Corporation", "Globex Inc.", "Globex Trading Company", "GTC", "Initech"],
    "Location": ["London", "Berlin"],
    "Date": ["1975", "4 April 1980"],
}
RELATIONS = ["CEO", "FOUNDED_BY", "HEADQUARTERS", "SUBSIDIARY_OF", "DATE_FOUNDED", "DATE_OF_BIRTH", "SPOUSE"]
Claim = tuple[str, str, str]  # subject, relation, object


def entry(external_id: str, claims: Sequence[Claim], groups: Sequence[str] = ()) -> Entry:
    """A document that states claims, one sentence a passage."""
    text, chunks, links = "", [], []
    spans: dict[tuple[int, int, str], int] = {}
    kinds: dict[int, Span] = {}
    for subject, predicate, object_ in claims:
        relation = ONTOLOGY.relation(predicate)
        begin = len(text)
        ends = []
        for name, kind, glue in ((subject, relation.domain[0], " has "), (object_, relation.range[0], ".")):
            place = (len(text), len(text) + len(name), kind)
            text += name + glue
            number = spans.setdefault(place, len(spans))
            value = Value("Date", name) if kind == "Date" else None
            kinds[number] = Span(*place, 0.9, SpanKind.VALUE if value else SpanKind.NAME, value, "test")
            ends.append(number)
        links.append(Link(ends[0], ends[1], predicate, 0.8, extractor="test"))
        chunks.append(Chunk(begin, len(text)))
        text += "\n\n"
    reading = Reading(tuple(kinds[number] for number in range(len(kinds))), tuple(links))
    document = Document(external_id, f"test:{external_id}", external_id, text, Readers.of(groups))
    return make_entry(document, tuple(chunks), reading, (), None, ontology=ONTOLOGY, source="test", reader="test")


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """One claim that the ontology admits."""
    relation = ONTOLOGY.relation(draw(st.sampled_from(RELATIONS)))
    subject = draw(st.sampled_from(NAMES[relation.domain[0]]))
    return subject, relation.name, draw(st.sampled_from(NAMES[relation.range[0]]))


GROUPS = st.sampled_from([(), (), ("hr",), ("board",), ("board", "hr")])


@st.composite
def worlds(draw: st.DrawFn, most: int = 6) -> list[Entry]:
    """Some documents with different ids."""
    size = draw(st.integers(1, most))
    return [entry(f"d{n}", draw(st.lists(claims(), min_size=1, max_size=4)), draw(GROUPS)) for n in range(size)]


def settled(ledger: Ledger, entries: Sequence[Entry] = (), gone: Sequence[str] = ()) -> None:
    """Write, remove and fuse."""
    with ledger.write() as connection:
        put(connection, entries).record(connection)
        remove(connection, gone).record(connection)
    with ledger.write() as connection:
        fuse(connection, ONTOLOGY.functional).record(connection)


def canonical(ledger: Ledger, viewer: Viewer | None = None) -> list[str]:
    """The graph that the ledger says there is, in a fixed order; what a viewer may see of it."""
    viewer = viewer or Viewer.all()
    lines = []
    with ledger.read() as connection:
        for delta in slices(connection, everything(connection), 0):
            for part in (delta.entities, delta.edges, delta.documents):
                lines += [repr(thing) for thing in part if viewer.sees(thing.readers)]
    return sorted(set(lines))

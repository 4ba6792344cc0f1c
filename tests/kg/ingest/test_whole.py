from __future__ import annotations

from pathlib import Path

from kg.ingest.parsed import Parsed
from kg.ingest.source import Source
from kg.ingest.whole import Whole
from kg.types import Chunk, Document, Readers


def test_a_graph_that_became_shorter_leaves_no_documents_behind() -> None:
    source = Source(Path("/data/kb.ttl"), "/data/kb.ttl", Readers(), "file:///data/kb.ttl")
    stored = [("d1", "/data/kb.ttl"), ("d2", "/data/kb.ttl#2"), ("d3", "/data/kb.ttl#3")]
    for media_type, gone in (("application/rdf", ["d3"]), ("text/plain", [])):
        whole = Whole()
        for name in ("/data/kb.ttl", "/data/kb.ttl#2"):
            part = Parsed("text", "kb", (Chunk(0, 4),), media_type)
            whole.add(Document(name, source.uri, "kb", "text", media_type=media_type), part)
        assert whole.in_parts == bool(gone)
        if whole.in_parts:
            assert whole.ended(source).sources == ("/data/kb.ttl",)
            assert whole.gone(stored) == gone

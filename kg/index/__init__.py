"""Full text, vectors and names: what a search reads, as a projection of the ledger in a SQLite file of its own."""

from kg.index.hashing import HashingEncoder
from kg.index.records import IndexedDocument, NameEntry
from kg.index.search import SearchIndex, open_index
from kg.index.snippet import snippet

__all__ = ["HashingEncoder", "IndexedDocument", "NameEntry", "SearchIndex", "open_index", "snippet"]

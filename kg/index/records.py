"""What the index is told: documents with their passages, entities with their names."""

from __future__ import annotations

from dataclasses import dataclass

from kg.types import Readers


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document as it is to stand in the index, whatever stood there before.

    Args:
        id: Its id.
        external_id: The caller's id.
        uri: Where it came from.
        title: Its title; searched with every passage.
        readers: Who may read it, and so find its passages.
        chunks: Its passages as (chunk id, start, end, text, heading).
        words_only: Ids of the passages that are found by their words alone, never by meaning.
    """

    id: str
    external_id: str
    uri: str
    title: str
    readers: Readers
    chunks: tuple[tuple[str, int, int, str, str], ...]
    words_only: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NameEntry:
    """An entity's names as they are to stand in the index, whatever stood there before.

    Args:
        entity_id: Its id.
        type: Its type in the ontology.
        name: Its canonical name, found like an alias by whoever sees the entity.
        readers_key: `Readers.key` of the entity.
        aliases: Its names as (alias, who reads the documents that use it, mentions in those documents).
    """

    entity_id: str
    type: str
    name: str
    readers_key: str
    aliases: tuple[tuple[str, Readers, int], ...]

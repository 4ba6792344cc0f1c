"""Which format a file has, by its name where that says it, else by what is in it."""

from __future__ import annotations

import json

from nlp.data.formats import conll, doccano, knowledgenet, tables
from nlp.data.source import Source

_TABLES = (".csv", ".tsv")


def recognise(source: Source) -> str:
    """Return the name of a file's format.

    Raises:
        DataError: it cannot be read, or is of no format that is known.
    """
    suffix = source.path.suffix.lower()
    if suffix == ".spacy":
        return "spacy"
    if source.text.lstrip()[:1] in ("[", "{") and _is_json(source):
        return _rows(source)
    if suffix in (".json", ".jsonl"):  # its own reader says what is wrong with it
        return "jsonl"
    if suffix == ".csv" or (suffix == ".tsv" and tables.recognise(source)):
        return suffix[1:]
    if conll.recognise(source):
        return "conll"
    if tables.recognise(source):
        return "csv"
    raise source.error(
        "is none of the formats that are known: JSON lines (ours, doccano, KnowledgeNet), Label Studio JSON, "
        "CoNLL columns, CSV or TSV with a header, .spacy; name one if it is"
    )


def _is_json(source: Source) -> bool:
    """Whether the beginning reads as JSON, which the first token of columns may look like."""
    if source.path.suffix.lower() in (".json", ".jsonl"):
        return True
    text = source.text.lstrip()
    try:
        json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError as error:
        return error.pos > 1
    return True


def _rows(source: Source) -> str:
    for _, fields in source.objects():
        if knowledgenet.recognise(fields):
            return "knowledgenet"
        if isinstance(fields.get("data"), dict) or "lead_time" in fields:  # the latter: JSON-MIN, which it refuses
            return "label-studio"
        if doccano.recognise(fields):
            return "doccano"
        entities = fields.get("entities")
        if isinstance(entities, list) and entities:
            return "jsonl"
    return "jsonl"

"""How tables and columns are said: labels in two languages, and phrases that questions use, in both directions."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kg.ingest.table_words import CJK, relation_name, said, singular, words
from kg.ontology import PerLanguage

_SUFFIXES = frozenset({"id", "key", "no", "code", "nr", "number", "fk", "ref", "uuid"})
_LEADS = frozenset({"to", "by", "for", "of", "at", "in", "from", "with", "on", "via", "under"})

_SIDES: dict[str, tuple[PerLanguage, PerLanguage]] = {
    "from": (
        {"en": ("from", "sent by", "paid by"), "zh": ("从", "由")},
        {"en": ("sent", "paid", "transferred"), "zh": ("转出", "付出", "支付")},
    ),
    "to": (
        {"en": ("to", "received by"), "zh": ("给", "向")},
        {"en": ("received",), "zh": ("收到", "转入", "收款")},
    ),
}
"""What is said of the two ends of what goes from one to another: towards the end, and from it."""


@cache
def lexicon() -> dict[str, Any]:
    """The words of `words.yaml`."""
    found = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def plain(column: str) -> list[str]:
    """The words of a column that points at rows, without what says that it holds a key: "customer_id" -> customer."""
    parts = words(column)
    while len(parts) > 1 and parts[-1] in _SUFFIXES:
        parts = parts[:-1]
    return parts


def chinese(parts: list[str]) -> str | None:
    """Say English words in Chinese, where all of them are known."""
    known: dict[str, str] = lexicon()["zh"]
    for phrase in (" ".join(parts), " ".join([*parts[:-1], singular(parts[-1])])):
        if phrase in known:
            return known[phrase]
    for cut in range(len(parts) - 1, 0, -1):
        head = known.get(" ".join(parts[:cut])) or known.get(" ".join([*parts[: cut - 1], singular(parts[cut - 1])]))
        if head and (tail := chinese(parts[cut:])):
            return head + tail
    return None


@cache
def _english() -> dict[str, str]:
    return {zh: en for en, zh in reversed(lexicon()["zh"].items())}


def labelled(*names: str) -> PerLanguage:
    """Labels of a table or column in each language that has a word for it."""
    labels = said(*names)
    first = words(names[0])
    if CJK.search(names[0]):
        if (english := _english().get(names[0])) and "en" not in labels:
            labels["en"] = (english,)
    elif "zh" not in labels and (found := chinese(first)):
        labels["zh"] = (found,)
    return labels


def reference_words(column: str, table: str, target: str, side: str | None = None) -> dict[str, Any]:
    """How a reference is said: its relation, labels for the row pointed at, labels and phrases for the way back.

    Args:
        column: The column that points.
        table: The table that it stands in.
        target: The table that it points at.
        side: "from" or "to", where the row tells of something that went from one to another.
    """
    if side is not None:
        noun, zh = _noun(target), {"from": "来源", "to": "目标"}[side]
        other = {"from": "source", "to": "recipient"}[side]
        return {
            "relation": f"{side.upper()}_{relation_name(noun)}",
            "labels": {"en": (f"{side} {noun}", other), "zh": (zh, f"{zh}{chinese(words(target)) or ''}")},
            "inverse_labels": labelled(table.partition("_")[2].rpartition("_")[0]),
            "phrases": _SIDES[side][0],
            "inverse_phrases": _SIDES[side][1],
        }
    parts = plain(column)
    name = relation_name(column, reference=True)
    found: dict[str, Any] = {"relation": name, "inverse_labels": labelled(table)}
    verb = len(parts) > 1 and parts[-1] in _LEADS
    if verb:  # "reports to": what stands there is no noun
        phrase = " ".join(parts)
        found["labels"] = {**said(phrase), **({"zh": (spoken,)} if (spoken := chinese(parts)) else {})}
        found["phrases"] = {"en": tuple(dict.fromkeys((phrase, _stem(parts))))}
        found["inverse_phrases"] = {"en": (f"who {phrase}", f"which {_noun(table)} {phrase}")}
        return found
    label = " ".join(parts)
    found["labels"] = labelled(label if not CJK.search(column) else column, *_more(label, target))
    if not CJK.search(label):
        found["phrases"] = {"en": (f"{label} of",)}
        found["inverse_phrases"] = {"en": (f"{_plural(table)} of", f"{_plural(table)} by", f"{_plural(table)} with")}
    return found


def _more(label: str, target: str) -> list[str]:
    noun = _noun(target)
    return [] if noun == label or CJK.search(target) else [noun] if noun.endswith(label) or label.endswith(noun) else []


def _stem(parts: list[str]) -> str:
    """ "reports to" as a question asks for it: whom does she report to."""
    return " ".join([singular(parts[0]), *parts[1:]])


def _noun(table: str) -> str:
    parts = words(table)
    return " ".join([*parts[:-1], singular(parts[-1])])


def _plural(table: str) -> str:
    noun = _noun(table)
    if noun.endswith("y") and noun[-2:-1] not in ("a", "e", "o", "u"):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")
